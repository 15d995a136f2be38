import type {
  Body,
  Declaration,
  EnumNode,
  EnumValueNode,
  FieldNode,
  FileNode,
  MessageMember,
  MessageNode,
  MethodNode,
  Name,
  ServiceNode,
  Span,
} from '../proto/tree.ts';
import { nameBefore, touches, type TypedWord } from './typed-word.ts';

/**
 * A declaration is unfinished while its name or number is being typed. Otherwise, every keystroke could report another
 * break: the name decides whether a field was renamed or is new, and whether other files find a type.
 *
 * An unfinished field or enum value has no number, and the body around it counts as damaged, so that no sibling counts
 * as deleted. An unfinished method or service has the name of the released one that it replaces. Names of packages,
 * messages, enums and used types, and paths of imports, are as they were before the first keystroke. A new message or
 * enum is left out, because its name may begin with that of another one.
 * @returns the same tree if nothing is unfinished.
 */
export function withTypedName(tree: FileNode, word: TypedWord, released: FileNode | undefined): FileNode {
  const { at } = word;
  const typed: Typed = {
    at,
    before: (name) => {
      const before = nameBefore(name, tree.text, word);
      return before === '' ? undefined : before;
    },
    isNew: (name) => nameBefore(name, tree.text, word) === '',
  };
  const packageName = tree.package && typed.before(tree.package.name);
  if (tree.package !== undefined && packageName !== undefined)
    return { ...tree, package: withName(tree.package, packageName) };
  const imports = replaceAt(tree.imports, at, (node) => {
    const path = typed.before(node.path);
    return path === undefined ? undefined : { ...node, path: withText(node.path, path) };
  });
  if (imports !== undefined) return { ...tree, imports };
  const known = withoutNewType(tree.declarations, typed);
  if (known !== undefined) return { ...tree, declarations: known, damage: { ...tree.damage, members: true } };
  const declarations = replaceAt(tree.declarations, at, (node) =>
    node.kind === 'service' ? unfinishedService(node, typed, tree, released) : unfinished(node, typed),
  );
  return declarations === undefined ? tree : { ...tree, declarations };
}

interface Typed {
  readonly at: number;
  readonly before: (name: Name) => string | undefined;
  readonly isNew: (name: Name) => boolean;
}

type Sibling = Node | ServiceNode;
type Node = Exclude<Declaration, ServiceNode> | MessageMember | EnumNode['body']['members'][number];

function unfinished<N extends Node>(node: N, typed: Typed): N | undefined;
function unfinished(node: Node, typed: Typed): Node | undefined {
  switch (node.kind) {
    case 'field': {
      if (isTyped(node, typed.at)) return { ...node, number: undefined };
      const group = node.group && unfinishedIn(node.group, typed);
      return group ? { ...node, group } : withTypesBefore(node, typed);
    }
    case 'enumValue':
      return isTyped(node, typed.at) ? { ...node, number: undefined } : undefined;
    case 'message':
      return withNameBefore(node, typed) ?? withBody(node, unfinishedIn(node.body, typed));
    case 'enum':
      return withNameBefore(node, typed) ?? withBody(node, unfinishedIn(node.body, typed));
    case 'oneof':
      return withBody(node, unfinishedIn(node.body, typed));
    case 'extend': {
      const extendee = typed.before(node.extendee);
      if (extendee !== undefined) return { ...node, extendee: withText(node.extendee, extendee) };
      return withBody(node, unfinishedIn(node.body, typed));
    }
    default:
      return undefined;
  }
}

function withNameBefore<N extends MessageNode | EnumNode>(node: N, typed: Typed): N | undefined {
  const name = typed.before(node.name);
  return name === undefined ? undefined : withName(node, name);
}

/** A type is also new if another one has its old name: it may be a copy of that one. */
function withoutNewType<N extends Sibling>(nodes: readonly N[], typed: Typed): readonly N[] | undefined {
  const node = nodes.find((each) => isType(each) && touches(each.name.span, typed.at));
  if (node === undefined || !isType(node)) return undefined;
  const name = typed.before(node.name);
  const isNew =
    typed.isNew(node.name) || nodes.some((each) => isType(each) && each.name.text === name && each !== node);
  return isNew ? nodes.filter((each) => each !== node) : undefined;
}

function isType(node: Sibling): node is MessageNode | EnumNode {
  return node.kind === 'message' || node.kind === 'enum';
}

function withTypesBefore(field: FieldNode, typed: Typed): FieldNode | undefined {
  if (field.map !== undefined) {
    const value = typed.before(field.map.value);
    return value === undefined
      ? undefined
      : { ...field, map: { ...field.map, value: withText(field.map.value, value) } };
  }
  const type = typed.before(field.type);
  if (type !== undefined) return { ...field, type: withText(field.type, type) };
  return touches(field.type.span, typed.at) ? { ...field, number: undefined } : undefined;
}

/** Without `;`, the number may get another digit. */
function isTyped({ name, number, span }: FieldNode | EnumValueNode, at: number): boolean {
  return touches(name.span, at) || (number?.span.end === at && span.end === at);
}

function unfinishedIn<N extends Node>(body: Body<N>, typed: Typed): Body<N> | undefined {
  const known = withoutNewType(body.members, typed);
  if (known !== undefined) return { ...body, members: known, damaged: true };
  let isOwn = false;
  const members = replaceAt(body.members, typed.at, (node) => {
    // The fields of a oneof also belong to the message.
    isOwn = node.kind === 'field' || node.kind === 'enumValue' || node.kind === 'oneof';
    return unfinished(node, typed);
  });
  return members && { ...body, members, damaged: body.damaged || isOwn };
}

function unfinishedService(
  service: ServiceNode,
  typed: Typed,
  { declarations }: FileNode,
  released: FileNode | undefined,
): ServiceNode | undefined {
  const services = released?.declarations.filter((node) => node.kind === 'service') ?? [];
  const { at } = typed;
  if (touches(service.name.span, at)) {
    const hasMethodOf = (old: ServiceNode): boolean =>
      methodsOf(old).some(({ name }) => isIn(name, methodsOf(service)));
    const now = declarations.filter((node) => node.kind === 'service');
    const old = services.find((each) => !isIn(each.name, now) && hasMethodOf(each));
    return old && withName(service, old.name.text);
  }
  const methods = services.filter(({ name }) => name.text === service.name.text).flatMap(methodsOf);
  const members = replaceAt(service.body.members, at, (node) => {
    if (node.kind !== 'method') return undefined;
    if (!touches(node.name.span, at)) return withSignatureBefore(node, typed);
    const old = methods.find((each) => !isIn(each.name, methodsOf(service)) && signatureOf(each) === signatureOf(node));
    return old && withName(node, old.name.text);
  });
  return withBody(service, members && { ...service.body, members });
}

function methodsOf({ body }: ServiceNode): MethodNode[] {
  return body.members.filter((member) => member.kind === 'method');
}

function signatureOf({ input, output }: MethodNode): string {
  return [input, output].map(({ stream, type }) => `${stream?.text ?? ''} ${type.text}`).join();
}

function isIn(name: Name, nodes: readonly { readonly name: Name }[]): boolean {
  return nodes.some((node) => node.name.text === name.text);
}

function withSignatureBefore(method: MethodNode, typed: Typed): MethodNode | undefined {
  const [input, output] = [typed.before(method.input.type), typed.before(method.output.type)];
  if (input !== undefined) return { ...method, input: { ...method.input, type: withText(method.input.type, input) } };
  if (output === undefined) return undefined;
  return { ...method, output: { ...method.output, type: withText(method.output.type, output) } };
}

function withName<N extends { readonly name: Name }>(node: N, text: string): N {
  return { ...node, name: withText(node.name, text) };
}

function withText(name: Name, text: string): Name {
  return { ...name, text };
}

function withBody<B, N extends { readonly body: B }>(node: N, body: B | undefined): N | undefined {
  return body && { ...node, body };
}

function replaceAt<N extends { readonly span: Span }>(
  nodes: readonly N[],
  at: number,
  replace: (node: N) => N | undefined,
): readonly N[] | undefined {
  const index = nodes.findIndex(({ span }) => touches(span, at));
  const node = nodes[index];
  const other = node && replace(node);
  return other && nodes.with(index, other);
}
