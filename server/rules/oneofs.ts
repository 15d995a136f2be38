import type { FieldPair, MessagePair, OneofPair } from '../diff/pairs.ts';
import type { Oneof } from '../schema/model.ts';
import { keptInPlace, type KeptField } from './fields.ts';

/** The fields of a message that are now in another oneof than in the release, or in none. */
export function movedFields(parent: MessagePair): KeptField[] {
  return parent.fields
    .map(keptInPlace)
    .filter((pair) => pair !== undefined)
    .filter((pair) => isMoved(pair, parent));
}

function isMoved({ old, new: edited }: KeptField, parent: MessagePair): boolean {
  if (old.oneof === undefined || edited.oneof === undefined) return old.oneof !== edited.oneof;
  return pairOf(parent, old.oneof)?.new !== edited.oneof;
}

/** Whether a oneof that came or went as a whole tells of this field's move. */
export function isToldByOneof(pair: FieldPair, parent: MessagePair): boolean {
  if (pairOf(parent, pair.new?.oneof)?.status === 'added') return true;
  return pair.new?.oneof === undefined && pairOf(parent, pair.old?.oneof)?.status === 'removed';
}

function pairOf(parent: MessagePair, oneof: Oneof | undefined): OneofPair | undefined {
  return oneof && parent.oneofs.find((pair) => pair.old === oneof || pair.new === oneof);
}
