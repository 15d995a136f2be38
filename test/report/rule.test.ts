import { describe, expect, test } from 'vitest';
import { ruleExplanation, ruleList, ruleText } from '../../server/report/rule.ts';
import { RULES } from '../../server/rules/index.ts';
import type { RuleInfo } from '../../server/rules/rule.ts';

const RULE: RuleInfo = {
  id: 'field-painted',
  title: 'Field was painted',
  docs: `
## What it means
A field has another colour than in the release, which somebody may have liked better than
the new one.

A second paragraph.

## Who breaks
Nobody.

## What to do instead
Leave \`field\` as it is.
`,
  reference: 'https://example.com/spec',
  buf: ['FIELD_SAME_COLOUR', 'FIELD_SAME_COLOUR_UNLESS_RESERVED', 'FIELD_SAME_TONE'],
};

describe('a rule in a terminal', () => {
  test('its page', () => {
    expect(ruleText(RULE, { color: false })).toBe(`field-painted: Field was painted

What it means
  A field has another colour than in the release, which somebody may have liked
  better than the new one.

  A second paragraph.

Who breaks
  Nobody.

What to do instead
  Leave \`field\` as it is.

Specification: https://example.com/spec
buf: FIELD_SAME_COLOUR, FIELD_SAME_COLOUR_UNLESS_RESERVED, FIELD_SAME_TONE
Online: https://github.com/proto-compat/proto-compat/blob/main/docs/rules.md#field-painted
`);
  });

  test.each(RULES)('$id fits into 80 columns, addresses excepted', (rule) => {
    const lines = ruleText(rule, { color: false }).split('\n');
    expect(lines.filter((line) => line.length > 80 && !line.includes('https://'))).toEqual([]);
  });

  test('the list has one line per rule', () => {
    expect(ruleList(RULES, { color: false }).trimEnd().split('\n')).toHaveLength(RULES.length);
  });
});

test('as data, each part is there', () => {
  expect(ruleExplanation(RULE)).toEqual({
    rule: 'field-painted',
    title: 'Field was painted',
    whatItMeans:
      'A field has another colour than in the release, which somebody may have liked better than the new one.\n\nA second paragraph.',
    whoBreaks: 'Nobody.',
    whatToDo: 'Leave `field` as it is.',
    reference: 'https://example.com/spec',
    buf: RULE.buf,
    href: 'https://github.com/proto-compat/proto-compat/blob/main/docs/rules.md#field-painted',
  });
  for (const rule of RULES) {
    const { whatItMeans, whoBreaks, whatToDo } = ruleExplanation(rule);
    expect([whatItMeans, whoBreaks, whatToDo].every((text) => text.endsWith('.'))).toBe(true);
  }
});
