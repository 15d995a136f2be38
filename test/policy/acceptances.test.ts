import { describe, expect, test } from 'vitest';
import { Acceptances } from '../../server/policy/acceptances.ts';
import type { Place } from '../../server/rules/rule.ts';
import type { File } from '../../server/schema/model.ts';
import { fileOf } from './rated.ts';

const TEXT = `syntax = "proto3";
package grpc;

message Sandbox {
  string id = 1;
  reserved 2;
}

message Process {
  string id = 1;
}
`;
const REASON = 'never set by any shipped runtime';
const ACCEPT = `proto-compat: accept field-removed hostname since 1.4 -- ${REASON}`;
const WITHOUT_NAME = ACCEPT.replace('hostname ', '');

function commented(line: string, comment: string): File {
  expect(TEXT).toContain(`\n${line}`);
  return fileOf('agent.proto', TEXT.replace(`\n${line}`, `\n${comment}\n${line}`));
}

function placeOf(file: File, name = 'Sandbox'): Place {
  const start = file.node.text.indexOf(`message ${name}`) + 'message '.length;
  return { file, span: { start, end: start + name.length } };
}

function find(file: File, { rule = 'field-removed', element = 'grpc.Sandbox.hostname', baseline = '1.4.2' } = {}) {
  const acceptances = new Acceptances([file], [], baseline);
  const found = acceptances.find(rule, element, placeOf(file));
  return { reason: found?.reason, messages: acceptances.problems().map(({ message }) => message) };
}

describe('a comment accepts a finding', () => {
  test.each<[string, string, string]>([
    ['above the message', 'message Sandbox', `// ${ACCEPT}`],
    ['without a name, above the message', 'message Sandbox', `// ${WITHOUT_NAME}`],
    ['in a block comment', 'message Sandbox', `/*\n * ${ACCEPT}\n */`],
    ['below other comments', 'message Sandbox', `// A sandbox.\n// ${ACCEPT}`],
    ['with the name of the element, above another message of the file', 'message Process', `// ${ACCEPT}`],
  ])('%s', (_, line, comment) => {
    expect(find(commented(line, comment))).toEqual({ reason: REASON, messages: [] });
  });

  test('by full name', () => {
    const comment = `// ${ACCEPT.replace('hostname', 'grpc.Sandbox.hostname')}`;
    expect(find(commented('message Sandbox', comment)).reason).toBe(REASON);
  });

  test('anywhere in the same body, if the comment names the element', () => {
    const file = commented('  reserved 2;', `  // ${ACCEPT}`);
    const gap = file.node.text.indexOf('  reserved 2;');
    const acceptances = new Acceptances([file], [], '1.4.0');
    const place = { file, span: { start: gap, end: gap } };
    expect(acceptances.find('field-removed', 'grpc.Sandbox.hostname', place)?.reason).toBe(REASON);
  });

  test('with any version if the baseline is not a release', () => {
    const file = commented('message Sandbox', `// ${ACCEPT}`);
    const acceptances = new Acceptances([file], [], undefined);
    expect(acceptances.find('field-removed', 'grpc.Sandbox.hostname', placeOf(file))?.reason).toBe(REASON);
  });
});

describe('a comment that accepts nothing is reported', () => {
  const UNUSED = 'This accepts nothing: there is no field-removed here, or it is accepted elsewhere. Remove it.';
  const FORM = 'Write an acceptance as `// proto-compat: accept <rule> [name] since <major.minor> -- <reason>`.';
  test.each<[string, string, string]>([
    ['for another element', ACCEPT.replace('hostname', 'id'), UNUSED],
    ["with only the end of the element's name", ACCEPT.replace('hostname', 'name'), UNUSED],
    [
      'for another rule',
      ACCEPT.replace('field-removed', 'field-renamed'),
      'This accepts nothing: there is no field-renamed here, or it is accepted elsewhere. Remove it.',
    ],
    [
      'for an older version',
      ACCEPT.replace('1.4', '1.3'),
      'This accepts nothing: it is only for 1.3, and the release is 1.4 now. Remove it.',
    ],
    ['without a reason', ACCEPT.replace(REASON, ''), FORM],
    ['without a version', ACCEPT.replace('since 1.4 ', ''), FORM],
    ['for an unknown rule', ACCEPT.replace('field-removed', 'field-gone'), 'There is no rule "field-gone".'],
    [
      'for a finding about the declared version',
      ACCEPT.replace('field-removed', 'version-too-low'),
      'version-too-low cannot be accepted.',
    ],
  ])('%s', (_, text, message) => {
    expect(find(commented('message Sandbox', `// ${text}`))).toEqual({ reason: undefined, messages: [message] });
  });

  test('without a name, above another message', () => {
    expect(find(commented('message Process', `// ${WITHOUT_NAME}`))).toEqual({ reason: undefined, messages: [UNUSED] });
  });

  test('in another file', () => {
    const [file, other] = [fileOf('agent.proto', TEXT), commented('message Sandbox', `// ${ACCEPT}`)];
    const acceptances = new Acceptances([file, other], [], '1.4.0');
    expect(acceptances.find('field-removed', 'grpc.Sandbox.hostname', placeOf(file))).toBeUndefined();
    expect(acceptances.problems().map(({ message }) => message)).toEqual([UNUSED]);
  });
});

describe('an entry of the configuration', () => {
  const entry = { rule: 'field-removed', element: 'grpc.Sandbox.hostname', since: '1.4', reason: REASON };
  const file = fileOf('agent.proto', TEXT);

  test('accepts by name, in any file', () => {
    const acceptances = new Acceptances([file], [entry], '1.4.0');
    expect(acceptances.find('field-removed', 'grpc.Sandbox.hostname', placeOf(file))).toEqual(entry);
    expect(acceptances.unusedEntries()).toEqual([]);
  });

  test.each([
    ['for an older version', { since: '1.3' }],
    ['for another element', { element: 'grpc.Sandbox.id' }],
    ['for another rule', { rule: 'field-renamed' }],
  ])('%s accepts nothing and is reported', (_, other) => {
    const acceptances = new Acceptances([file], [{ ...entry, ...other }], '1.4.0');
    expect(acceptances.find('field-removed', 'grpc.Sandbox.hostname', placeOf(file))).toBeUndefined();
    expect(acceptances.unusedEntries()).toEqual([{ ...entry, ...other }]);
    expect(acceptances.problems()).toEqual([]);
  });
});
