import { describe, expect, test } from 'vitest';
import { ruleExplanation, ruleList, ruleText } from '../../server/report/rule.ts';
import { RULES } from '../../server/rules/index.ts';
import type { RuleInfo } from '../../server/rules/rule.ts';

const RULE: RuleInfo = {
  id: 'field-painted',
  title: 'Field was painted',
  docs: `
## What it means
The colour of a field is not the one that it has in the release, which may be better than
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
  test('has its whole documentation', () => {
    expect(ruleText(RULE, { color: false })).toBe(`field-painted: Field was painted

What it means
  The colour of a field is not the one that it has in the release, which may be
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

  test.each(RULES.map((rule) => [rule.id, rule] as const))('%s fits into 80 columns', (_id, rule) => {
    const lines = ruleText(rule, { color: false }).split('\n');
    expect(lines.filter((line) => line.length > 80 && !line.includes('https://'))).toEqual([]);
  });

  test('is one line in the list of rules', () => {
    expect(ruleList(RULES, { color: false }).trimEnd().split('\n')).toHaveLength(RULES.length);
  });
});

test('a rule as JSON has every part', () => {
  expect(ruleExplanation(RULE)).toEqual({
    rule: 'field-painted',
    title: 'Field was painted',
    whatItMeans:
      'The colour of a field is not the one that it has in the release, which may be better than the new one.\n\nA second paragraph.',
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
