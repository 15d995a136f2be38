import type { Span } from '../../proto/tree.ts';
import type { Enum, EnumValue, Field, File, Message, Method, Oneof, Service } from '../../schema/model.ts';

export type Container = Message | Enum | Service | Oneof | File;
export type Member = Message | Enum | EnumValue | Field | Oneof | Service | Method;

export function lastRemaining(container: Container, before: readonly string[]): Member | undefined {
  const { byName } = indexMembers(container);
  return byName.get(before.findLast((name) => byName.has(name)) ?? '');
}

export function membersOf(container: Container): readonly Member[] {
  return indexMembers(container).all;
}

/** None for an extension, which is not a member of the message that it extends. */
export function namesBefore(member: Member): string[] {
  const container = containerOf(member);
  if (container === undefined) return [];
  const { all, places } = indexMembers(container);
  return all.slice(0, places.get(member) ?? 0).map(({ name }) => name);
}

function containerOf(member: Member): Container | undefined {
  switch (member.kind) {
    case 'message':
    case 'enum':
      return member.parent;
    case 'field':
      return member.oneof ?? member.message;
    case 'oneof':
      return member.message;
    case 'enumValue':
      return member.enum;
    case 'service':
      return member.file;
    case 'method':
      return member.service;
  }
}

export function bodyOf(container: Exclude<Container, File>): Span | undefined {
  const { node } = container;
  return node?.kind === 'field' ? node.group?.span : node?.body.span;
}

interface Members {
  /** In the order of the text. */
  readonly all: readonly Member[];
  /** The first one with each name. */
  readonly byName: ReadonlyMap<string, Member>;
  /** Index of each member in `all`. */
  readonly places: ReadonlyMap<Member, number>;
  /** An edit creates new lists, so equal lists show that the index is valid. */
  readonly lists: readonly (readonly Member[])[];
}

/** Kept because thousands of findings may need the index of one message. */
const MEMBERS = new WeakMap<Container, Members>();

function indexMembers(container: Container): Members {
  const lists = memberLists(container);
  const known = MEMBERS.get(container);
  if (known?.lists.every((list, index) => list === lists[index]) === true) return known;
  const found = lists.flatMap((list) => list.filter((member) => !isInOneof(member, container)));
  const all = lists.length === 1 ? found : inTextOrder(found);
  const byName = new Map<string, Member>();
  for (const member of all) if (!byName.has(member.name)) byName.set(member.name, member);
  const members = { all, byName, places: new Map(all.map((member, place) => [member, place])), lists };
  MEMBERS.set(container, members);
  return members;
}

function memberLists(container: Container): readonly (readonly Member[])[] {
  switch (container.kind) {
    case 'file':
      return [container.messages, container.enums, container.services];
    case 'message':
      return [container.fields, container.oneofs, container.messages, container.enums];
    case 'enum':
      return [container.values];
    case 'service':
      return [container.methods];
    case 'oneof':
      return [container.fields];
  }
}

function isInOneof(member: Member, container: Container): boolean {
  return container.kind === 'message' && member.kind === 'field' && member.oneof !== undefined;
}

function inTextOrder(members: readonly Member[]): Member[] {
  return members.toSorted((a, b) => (a.node?.span.start ?? 0) - (b.node?.span.start ?? 0));
}
