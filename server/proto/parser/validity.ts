import { ONEOF } from '../layout.ts';
import type { Body, IntegerLiteral, Name, RangeNode, Span, StatementNode } from '../tree.ts';
import type { Cursor } from './cursor.ts';

/* Errors in declarations that the grammar accepts. */

export const MAX_FIELD_NUMBER = 536870911;
export const MAX_INT32 = 2147483647;

export function checkEdition(cursor: Cursor, keyword: 'syntax' | 'edition', value: Name): void {
  const known =
    keyword === 'syntax'
      ? value.text === 'proto2' || value.text === 'proto3'
      : value.text === '2023' || value.text === '2024';
  if (!known) cursor.report(value.span, `Unknown ${keyword} "${value.text}".`);
}

export function checkVisibility(cursor: Cursor, visibility: Name | undefined): void {
  if (visibility === undefined || cursor.edition === undefined || cursor.edition === '2024') return;
  cursor.report(visibility.span, `\`${visibility.text}\` needs edition 2024.`);
}

/** @param owner such as "Oneof `source`" */
export function checkHasFields(cursor: Cursor, body: Body<StatementNode>, owner: string, span: Span): void {
  if (body.members.length === 0 && !body.damaged) cursor.report(span, `${owner} has no fields.`);
}

export function checkFieldNumber(cursor: Cursor, { value, span }: IntegerLiteral): void {
  if (value > MAX_FIELD_NUMBER || value === 0)
    cursor.report(span, `Field numbers must be between 1 and ${MAX_FIELD_NUMBER}.`);
}

export function checkInt32(cursor: Cursor, value: number, span: Span): void {
  if (value > MAX_INT32 || value < -MAX_INT32 - 1) cursor.report(span, 'This number is out of range.');
}

export function checkLabel(
  cursor: Cursor,
  label: Name | undefined,
  type: Name,
  name: Name,
  context: number,
  isMap: boolean,
): void {
  if (cursor.edition === undefined) return;
  if (isMap && context === ONEOF) cursor.report(type.span, 'A oneof cannot contain a map.');
  if (label === undefined) {
    if (cursor.edition === 'proto2' && context !== ONEOF && !isMap) {
      const message = `Field \`${name.text}\` needs \`optional\`, \`repeated\` or \`required\` in proto2.`;
      cursor.add({ span: { ...type.span }, message, needsLabel: true });
    }
  } else if (context === ONEOF) {
    cursor.report(label.span, 'A field of a oneof cannot have a label.');
  } else if (isMap) {
    cursor.report(label.span, 'A map field cannot have a label.');
  } else if (label.text === 'required' && cursor.edition !== 'proto2') {
    cursor.report(
      label.span,
      cursor.edition === 'proto3'
        ? 'proto3 has no required fields.'
        : 'Editions use `features.field_presence = LEGACY_REQUIRED` instead of `required`.',
    );
  } else if (label.text === 'optional' && cursor.edition !== 'proto2' && cursor.edition !== 'proto3') {
    cursor.report(label.span, 'Editions use `features.field_presence` instead of `optional`.');
  }
}

export function checkGroup(cursor: Cursor, type: Name, name: Name): void {
  if (cursor.edition !== 'proto2' && cursor.edition !== undefined) {
    cursor.report(
      type.span,
      cursor.edition === 'proto3'
        ? 'proto3 has no groups.'
        : 'Editions use `features.message_encoding = DELIMITED` instead of groups.',
    );
  }
  const letter = name.text.charCodeAt(0);
  if (letter < 65 || letter > 90)
    cursor.report(name.span, `The name of a group must start with a capital letter: \`${name.text}\`.`);
}

export function checkReservedName(cursor: Cursor, name: Name, isQuoted: boolean): void {
  const { edition } = cursor;
  if (!isQuoted) {
    if (edition === 'proto2' || edition === 'proto3')
      cursor.report(name.span, `Put reserved names in quotes: "${name.text}".`);
  } else if (edition !== undefined && edition !== 'proto2' && edition !== 'proto3') {
    cursor.report(name.span, `In editions, reserved names have no quotes: ${name.text}.`);
  }
}

export function checkRange(cursor: Cursor, { start, end, span }: RangeNode): void {
  if (end < start) cursor.report(span, 'This range ends before it starts.');
}
