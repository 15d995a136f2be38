import { includes, subtract } from '../../diff/numbers.ts';
import type { RangeNode } from '../../proto/tree.ts';
import type { Enum, File, Message, NumberRange } from '../../schema/model.ts';
import { type Edit, remove, replace, stringLiteral, textAt } from './edits.ts';

export function reservation(ranges: readonly string[], names: readonly string[], container: Message | Enum): string {
  const written = hasQuotedNames(container) ? names.map(stringLiteral) : names;
  return [ranges, written]
    .filter((items) => items.length > 0)
    .map((items) => `reserved ${items.join(', ')};`)
    .join('\n');
}

/** Without quotes, only identifiers can be written. */
export function canReserve(name: string, container: Message | Enum): boolean {
  return hasQuotedNames(container) || /^[A-Za-z_]\w*$/.test(name);
}

function hasQuotedNames({ file }: Message | Enum): boolean {
  return file.edition === 'proto2' || file.edition === 'proto3';
}

export function unreserve(
  container: Message | Enum,
  numbers: readonly number[],
  unreserved: readonly string[],
): Edit[] {
  const { node, file } = container;
  const body = node?.kind === 'field' ? node.group : node?.body;
  const reserved = (body?.members ?? []).filter((member) => member.kind === 'reserved');
  return reserved.flatMap((member): Edit[] => {
    const names = member.names.filter(({ text }) => !unreserved.includes(text));
    const isHit = numbers.some((number) => includes(member.ranges, number));
    if (!isHit && names.length === member.names.length) return [];
    const ranges = member.ranges.flatMap((range) =>
      subtract(
        [range],
        numbers.map((number) => ({ ...range, start: number, end: number })),
      ).map((left) => rangeText(left, range, file)),
    );
    const items = [...ranges, ...names.map(({ span }) => textAt(file, span))];
    return [
      items.length === 0 ? remove(file, member) : replace({ file, span: member.span }, `reserved ${items.join(', ')};`),
    ];
  });
}

function rangeText(left: NumberRange, whole: RangeNode, file: File): string {
  if (left.start === whole.start && left.end === whole.end) return textAt(file, whole.span);
  const end = left.end === whole.end && textAt(file, whole.span).endsWith('max') ? 'max' : String(left.end);
  return left.start === left.end ? String(left.start) : `${String(left.start)} to ${end}`;
}
