import { LAST } from '../../diff/numbers.ts';
import type { Enum, Message } from '../../schema/model.ts';

/** First the numbers above the highest used one, then the gaps below it. */
export function* freeNumbers(sides: readonly (Message | Enum | undefined)[]): Generator<number, undefined> {
  const known = sides.filter((side) => side !== undefined);
  const used = new Set(
    known.flatMap((side) => (side.kind === 'message' ? side.fields : side.values).map((one) => one.number)),
  );
  const closed = known.flatMap((side) => [
    ...side.reservedRanges,
    ...(side.kind === 'message' ? side.extensionRanges : []),
  ]);
  const highest = [...used].reduce((most, number) => Math.max(most, Number.isNaN(number) ? 0 : number), 0);
  const last = known.some(({ kind }) => kind === 'enum') ? LAST.enum : LAST.message;
  for (const [from, to] of [
    [highest + 1, last],
    [1, highest],
  ] as const) {
    for (let number = from; number <= to; number += 1) {
      // A range may contain half a billion numbers.
      const range = [...closed, PROTOBUFS_OWN].find(({ start, end }) => start <= number && number <= end);
      if (range !== undefined) number = range.end;
      else if (!used.has(number)) yield number;
    }
  }
  return undefined;
}

/** https://protobuf.dev/programming-guides/proto3/#assigning */
const PROTOBUFS_OWN = { start: 19000, end: 19999 };
