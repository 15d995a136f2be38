import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../server/policy/settings.ts';
import { judgeTexts, readFixtures, render } from './fixtures.ts';

describe.each(readFixtures().map((fixture) => [fixture.name, fixture] as const))('%s', (_, fixture) => {
  test('has exactly the findings that are expected in the edited file', () => {
    const rendered = render(
      fixture.after,
      judgeTexts(fixture.before, fixture.after, fixture.settings),
      fixture.settings,
    );
    if (process.env['UPDATE'] === '1') {
      for (const [path, { file }] of fixture.expected) writeFileSync(file, rendered.get(path) ?? '');
      return;
    }
    expect(rendered).toEqual(new Map([...fixture.expected].map(([path, { text }]) => [path, text])));
  });

  test.each(['before', 'after'] as const)('%s compared with itself has no findings', (side) => {
    const judgement = judgeTexts(fixture[side], fixture[side], fixture.settings);
    expect(judgement).toMatchObject({ bump: 'none', nextVersion: '1.4.0', findings: [] });
  });
});

describe('a file while somebody is typing', () => {
  const inner = 'message Inner { int32 pid = 1; int32 uid = 2; }';
  const last = `message State { ${inner} Inner inner = 1; }`;
  const released = `syntax = "proto3"; package grpc; message Mount { string source = 1; } ${last}`;

  test.each([
    ['a closing brace inside a comment', released.replace('source = 1; }', 'source = 1; /* } */')],
    ['a commented-out line with the closing brace', released.replace('source = 1; }', 'source = 1; // }\n')],
    ['an extra closing brace', released.replace(inner, `} ${inner}`)],
  ])('%s is not reported as a moved message', (_, edited) => {
    expect(rules(released, edited)).not.toContain('message-moved');
  });

  test.each([
    ['in front of the first field', 'message Inner {\n', 'message Inner {\n}'],
    ['in front of the last field', '  int32 uid', '}  int32 uid'],
    ['in front of the first value', 'enum Kind {\n', 'enum Kind {\n}'],
    ['in front of the last value', '    BIND', '}    BIND'],
  ])('a stray brace %s is not reported as a removal', (_, text, broken) => {
    const whole = `syntax = "proto3";
package grpc;
message Mount {
  message Inner {
    int32 pid = 1;
    int32 uid = 2;
  }
  Inner inner = 1;
  enum Kind {
    NONE = 0;
    BIND = 1;
  }
  Kind kind = 2;
}
`;
    expect(whole.replace(text, broken)).not.toBe(whole);
    expect(rules(whole, whole.replace(text, broken)).filter((rule) => rule.endsWith('-removed'))).toEqual([]);
  });

  test('a file that was commented out has removed messages, but no changed package', () => {
    expect(rules(released, `// ${released}`)).toEqual(['message-removed', 'message-removed']);
  });

  test.each(['import', 'import publ', 'import public', 'import public "google/prot'])(
    '%j does not count as a removed public import',
    (edited) => {
      const imported = 'import public "google/protobuf/empty.proto";';
      const text = `syntax = "proto3";\npackage grpc;\n${imported}\nmessage Mount { string source = 1; }`;
      expect(rules(text, text.replace(imported, edited))).toEqual([]);
      expect(rules(text, text.replace(imported, ''))).toEqual(['file-import-removed']);
    },
  );

  function rules(before: string, after: string): string[] {
    const side = (text: string): Map<string, string> => new Map([['agent.proto', text]]);
    return judgeTexts(side(before), side(after), DEFAULT_SETTINGS).findings.map(({ rule }) => rule);
  }
});
