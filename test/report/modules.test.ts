import { expect, test } from 'vitest';
import { comment } from '../../server/report/comment.ts';
import { github } from '../../server/report/github.ts';
import { json } from '../../server/report/json.ts';
import { junit } from '../../server/report/junit.ts';
import { markdown } from '../../server/report/markdown.ts';
import { sarif } from '../../server/report/sarif.ts';
import { text } from '../../server/report/text.ts';
import { allRemarks } from '../../server/report/words.ts';
import { finding, METHOD_ADDED, result } from './results.ts';

/* How each report shows several modules. */

const BASELINE = { ref: '1.0.0', version: '1.0.0', commit: 'a'.repeat(40), prefix: '', note: undefined };
const REMOVED = finding({ file: 'api/a.proto' });
const SEVERAL_MODULES = result({
  findings: [REMOVED, { ...METHOD_ADDED, file: 'b.proto' }],
  modules: [
    {
      prefix: '',
      forcedBy: undefined,
      bump: 'none',
      nextVersion: '1.0.0',
      baseline: { ...BASELINE, note: 'HEAD is 1.0.0 itself.' },
    },
    {
      prefix: 'api/',
      forcedBy: REMOVED,
      bump: 'major',
      nextVersion: '3.0.0',
      baseline: { ...BASELINE, ref: 'api/v2.1.0', version: '2.1.0', prefix: 'api/', note: 'The clone is shallow.' },
      declaredVersion: { file: 'api/VERSION', version: '2.2.0', sufficient: false },
    },
    { prefix: 'web/', baseline: { reason: 'no-release', message: 'Nothing is released.', advice: 'Tag a release.' } },
  ],
  notCompared: [
    { kind: 'file', file: 'vendor/x.proto', name: undefined, reason: 'left out' },
    { kind: 'import', file: 'api/a.proto', name: 'google.type.Money', reason: 'unknown' },
  ],
});

const REMARKS = {
  repository: ['HEAD is 1.0.0 itself.', '1 changed file left out: vendor/x.proto. To compare it, name it explicitly.'],
  api: [
    'The clone is shallow.',
    'google.type.Money was not found, so its declarations were not compared: types with the same name are assumed to be equal.',
  ],
  web: ['Tag a release.'],
};
const NAMED = [
  ...REMARKS.repository.map((remark) => `(repository): ${remark}`),
  ...REMARKS.api.map((remark) => `api/: ${remark}`),
  ...REMARKS.web.map((remark) => `web/: ${remark}`),
];

const BECAUSE = 'because of field-removed grpc.Process.id (api/a.proto:1:1)';

test('all remarks name their module', () => {
  expect(allRemarks(SEVERAL_MODULES)).toEqual(NAMED);
});

test("text has a line for each module's next version, and one for each remark", () => {
  const printed = text(SEVERAL_MODULES, { edited: () => undefined, released: () => undefined }, { color: false });
  expect(printed.slice(printed.indexOf('(repository): 1.0.0 stays'))).toBe(
    `(repository): 1.0.0 stays 1.0.0: nothing in the protocol has changed
api/: 2.1.0 → 3.0.0 (major): ${BECAUSE}
web/: Nothing is released.
1 error, 1 addition; the working tree compared with 1.0.0 and api/v2.1.0, policy semver
api/: api/VERSION declares 2.2.0, which is too low: it must be at least 3.0.0.
${NAMED.join('\n')}
`,
  );
});

test("GitHub has a notice for each module's next version, and one for each remark", () => {
  const notices = github(SEVERAL_MODULES)
    .split('\n')
    .filter((line) => line.startsWith('::notice title=Proto Compat::'))
    .map((line) => line.replace('::notice title=Proto Compat::', ''));
  expect(notices).toEqual([
    '(repository): 1.0.0 stays 1.0.0: nothing in the protocol has changed; 1 addition',
    ...NAMED.slice(0, 2),
    `api/: 2.1.0 → 3.0.0 (major): ${BECAUSE}; 1 error`,
    'api/: api/VERSION declares 2.2.0, which is too low: it must be at least 3.0.0.',
    ...NAMED.slice(2, 4),
    'web/: Nothing is released.',
    ...NAMED.slice(4),
  ]);
});

test.each([
  ['Markdown', markdown, '## '],
  ['the comment', comment, '### '],
] as const)('%s has a section for each module, with its remarks', (_, print, heading) => {
  // Without an empty line above, a heading could be part of an HTML block.
  const sections = `\n\n${print(SEVERAL_MODULES)}`.split(`\n\n${heading}`).slice(1);
  expect(sections.map((section) => section.split('\n')[0])).toEqual([
    '(repository): 1.0.0 stays 1.0.0',
    'api/: 2.1.0 → 3.0.0 (major)',
    'web/: Nothing is released.',
  ]);
  for (const [index, own] of Object.values(REMARKS).entries())
    for (const remark of own) {
      const holding = sections.map((section) => section.split('\n').includes(remark));
      expect([remark, holding]).toEqual([remark, sections.map((__, at) => at === index)]);
    }
});

test('JSON has the notes of each module', () => {
  const printed = JSON.parse(json(SEVERAL_MODULES)) as { note: unknown; modules: { prefix: string; note: string }[] };
  expect([printed.note, ...printed.modules.map(({ note }) => note)]).toEqual([
    null,
    'HEAD is 1.0.0 itself.',
    'The clone is shallow.',
    'Nothing is released. Tag a release.',
  ]);
});

test('SARIF has a notification for each remark', () => {
  const log = JSON.parse(sarif(SEVERAL_MODULES, [], '0.1.0')) as {
    runs: { invocations: { toolExecutionNotifications: { message: { text: string } }[] }[] }[];
  };
  const notifications = log.runs[0]?.invocations[0]?.toolExecutionNotifications ?? [];
  expect(notifications.map(({ message }) => message.text)).toEqual(NAMED);
});

test('JUnit has the remarks in the suite of their module', () => {
  const printed = junit(SEVERAL_MODULES, { failOn: 'error', now: new Date(0) });
  const outputs = [...printed.matchAll(/<system-out>([^<]*)</g)].map(([, output = '']) => output.split('\n').slice(1));
  expect(outputs).toEqual(Object.values(REMARKS));
});
