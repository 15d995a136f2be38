import type { NumberRange } from '../schema/model.ts';

/** The parts of ranges that are not in `other`, with the span of their range. */
export function subtract(ranges: readonly NumberRange[], other: readonly NumberRange[]): NumberRange[] {
  const holes = other.toSorted((a, b) => a.start - b.start);
  return ranges.flatMap((range) => {
    const left: NumberRange[] = [];
    let start = range.start;
    for (const hole of holes) {
      if (hole.end < start) continue;
      if (hole.start > range.end) break;
      if (hole.start > start) left.push({ ...range, start, end: hole.start - 1 });
      start = hole.end + 1;
    }
    if (start <= range.end) left.push({ ...range, start });
    return left;
  });
}

export const LAST = { message: 536870911, enum: 2147483647 } as const;

/** `5`, `5 to 8`, `101 to max`. */
export function rangeText({ start, end }: NumberRange, kind: keyof typeof LAST): string {
  if (start === end) return String(start);
  return `${String(start)} to ${end === LAST[kind] ? 'max' : String(end)}`;
}

export function includes(ranges: readonly NumberRange[], number: number): boolean {
  return ranges.some((range) => range.start <= number && number <= range.end);
}
