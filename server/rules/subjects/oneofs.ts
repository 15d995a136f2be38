import type { FieldPair, MessagePair, OneofPair } from '../../diff/pairs.ts';
import type { Field, Oneof } from '../../schema/model.ts';
import { keptInPlace, type KeptField } from './fields.ts';

/** Into a oneof, out of one, or to another one. */
function movedFields(parent: MessagePair): readonly KeptField[] {
  let known = MOVED.get(parent);
  if (known === undefined) {
    known = parent.fields
      .map(keptInPlace)
      .filter((pair) => pair !== undefined)
      .filter((pair) => isMoved(pair, parent));
    MOVED.set(parent, known);
  }
  return known;
}

/** Undefined if the field did not move. */
export function movedField(parent: MessagePair, edited: Field | undefined): KeptField | undefined {
  let known = BY_FIELD.get(parent);
  if (known === undefined) {
    known = new Map(movedFields(parent).map((pair) => [pair.new, pair]));
    BY_FIELD.set(parent, known);
  }
  return edited && known.get(edited);
}

export function movedAround(parent: MessagePair, oneof: Oneof | undefined): readonly KeptField[] {
  if (oneof === undefined) return [];
  let known = BY_ONEOF.get(parent);
  if (known === undefined) {
    const groups = new Map<Oneof, KeptField[]>();
    for (const field of movedFields(parent)) {
      for (const around of new Set([field.old.oneof, field.new.oneof])) {
        if (around === undefined) continue;
        const group = groups.get(around);
        if (group === undefined) groups.set(around, [field]);
        else group.push(field);
      }
    }
    known = groups;
    BY_ONEOF.set(parent, known);
  }
  return known.get(oneof) ?? [];
}

const MOVED = new WeakMap<MessagePair, readonly KeptField[]>();
const BY_FIELD = new WeakMap<MessagePair, ReadonlyMap<Field, KeptField>>();
const BY_ONEOF = new WeakMap<MessagePair, ReadonlyMap<Oneof, readonly KeptField[]>>();

function isMoved({ old, new: edited }: KeptField, parent: MessagePair): boolean {
  if (old.oneof === undefined || edited.oneof === undefined) return old.oneof !== edited.oneof;
  return pairOf(parent, old.oneof)?.new !== edited.oneof;
}

export function isReportedByOneof(pair: FieldPair, parent: MessagePair): boolean {
  if (pairOf(parent, pair.new?.oneof)?.status === 'added') return true;
  return pair.new?.oneof === undefined && pairOf(parent, pair.old?.oneof)?.status === 'removed';
}

function pairOf(parent: MessagePair, oneof: Oneof | undefined): OneofPair | undefined {
  if (oneof === undefined) return undefined;
  let known = PAIRS.get(parent);
  if (known === undefined) {
    known = new Map(parent.oneofs.flatMap((pair) => [pair.old, pair.new].map((side) => [side, pair] as const)));
    PAIRS.set(parent, known);
  }
  return known.get(oneof);
}

const PAIRS = new WeakMap<MessagePair, ReadonlyMap<Oneof | undefined, OneofPair>>();
