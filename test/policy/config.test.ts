import { describe, expect, test } from 'vitest';
import { CONFIGURATION, readSettings } from '../../server/policy/config.ts';
import { DEFAULT_SETTINGS } from '../../server/policy/settings.ts';
import { configurationPage } from './configuration-page.ts';

const FILE = 'proto-compat.json';

function problems(text: string): string[] {
  return readSettings(text, FILE).problems.map(
    ({ range, message }) => `${range.start.line + 1}:${range.start.character + 1} ${message}`,
  );
}

describe('a valid configuration', () => {
  test.each(['', '  \n', '{}', '// nothing yet\n{}', '\uFEFF{}'])('%j has all defaults', (text) => {
    expect(readSettings(text, FILE)).toMatchObject({ settings: DEFAULT_SETTINGS, problems: [] });
  });

  test('can have every option, comments and trailing commas', () => {
    const text = `{
      // JSON with comments
      "$schema": "https://example.com/schema.json",
      "files": ["protocols/**/*.proto", "!protocols/old/**"],
      "importRoots": ["third_party/googleapis"],
      "tagPattern": "^release-(?<version>.+)$",
      "includePrereleases": true,
      "policy": { "oldClientNewServer": "no-regressions", "newClientOldServer": "no-gaps" },
      "encodings": ["binary", "json"],
      "skew": 3,
      "zeroMajor": "same",
      "stored": ["persist.SandboxState"],
      "roles": { "client": "kata-runtime", "server": "kata-agent" },
      "versionFile": "VERSION",
      "frozenBranches": ["stable-*"],
      "unstable": ["v*alpha*", "experimental/**"],
      "rules": { "field-renamed": "warning", "message-moved": "off" },
      "overrides": [{ "files": ["internal/**"], "rules": { "field-renamed": "off" } }],
      "accept": [
        { "rule": "field-removed", "element": "grpc.Process.sandbox_id", "since": "1.0", "reason": "never set" },
      ],
    }`;
    expect(readSettings(text, FILE)).toMatchObject({
      problems: [],
      settings: {
        files: ['protocols/**/*.proto', '!protocols/old/**'],
        importRoots: ['third_party/googleapis'],
        tagPattern: '^release-(?<version>.+)$',
        includePrereleases: true,
        policy: { oldClientNewServer: 'no-regressions', newClientOldServer: 'no-gaps' },
        encodings: ['binary', 'json'],
        skew: 3,
        zeroMajor: 'same',
        stored: ['persist.SandboxState'],
        roles: { client: 'kata-runtime', server: 'kata-agent' },
        versionFile: 'VERSION',
        frozenBranches: ['stable-*'],
        unstable: ['v*alpha*', 'experimental/**'],
        rules: { 'field-renamed': 'warning', 'message-moved': 'off' },
        overrides: [{ files: ['internal/**'], rules: { 'field-renamed': 'off' } }],
        accept: [{ rule: 'field-removed', element: 'grpc.Process.sandbox_id', since: '1.0', reason: 'never set' }],
      },
    });
  });

  test('can have each published default and example', () => {
    for (const [name, shape] of Object.entries(CONFIGURATION.properties ?? {})) {
      for (const value of [shape.default, ...(shape.examples ?? [])]) {
        if (value !== undefined) expect(problems(JSON.stringify({ [name]: value })), name).toEqual([]);
      }
    }
  });
});

describe('a mistake is reported with its position, the allowed values and what is used instead', () => {
  test.each([
    ['{\n  "polcy": "semver"\n}', '2:3 There is no option "polcy" (did you mean "policy"?); it is ignored.'],
    ['{ "colour": 1 }', '1:3 There is no option "colour"; it is ignored.'],
    [
      '{ "toString": 1, "__proto__": {} }',
      '1:3 There is no option "toString"; it is ignored.|1:18 There is no option "__proto__"; it is ignored.',
    ],
    ['{ "skew": "two" }', '1:11 "skew" must be a whole number from 1 to 50, not "two"; the default, 1, is used.'],
    ['{ "skew": 0 }', '1:11 "skew" must be a whole number from 1 to 50, not 0; the default, 1, is used.'],
    ['{ "skew": 1.5 }', '1:11 "skew" must be a whole number from 1 to 50, not 1.5; the default, 1, is used.'],
    ['{ "skew": null }', '1:11 "skew" must be a whole number from 1 to 50, not null; the default, 1, is used.'],
    [
      '{ "includePrereleases": "yes" }',
      '1:25 "includePrereleases" must be true or false, not "yes"; the default, false, is used.',
    ],
    [
      '{ "zeroMajor": "shfit" }',
      '1:16 "zeroMajor" must be "shift" or "same", not "shfit" (did you mean "shift"?); the default, "shift", is used.',
    ],
    [
      '{ "policy": "lockstop" }',
      '1:13 "policy" must be "semver", "lockstep", "live-upgrade" or "server-first", not "lockstop" (did you mean "lockstep"?); the default, "semver", is used.',
    ],
    [
      '{ "policy": [] }',
      '1:13 "policy" must be "semver", "lockstep", "live-upgrade" or "server-first" or an object with "oldClientNewServer" and "newClientOldServer", not a list; the default, "semver", is used.',
    ],
    [
      '{ "policy": { "oldClientNewServer": "nothing" } }',
      '1:13 "policy" needs "newClientOldServer"; the default, "semver", is used.',
    ],
    [
      '{ "policy": { "oldClientNewServer": "nothing", "newClientOldServer": "none" } }',
      '1:70 "policy.newClientOldServer" must be "nothing", "no-regressions" or "no-gaps", not "none"; the default, "semver", is used.',
    ],
    [
      '{ "encodings": ["binary", "xml"] }',
      '1:27 "encodings[1]" must be "binary" or "json", not "xml"; this entry is left out.',
    ],
    [
      '{ "files": "*.proto" }',
      '1:12 "files" must be a list of globs, not "*.proto"; the default, ["**/*.proto"], is used.',
    ],
    [
      '{ "files": ["a[b"] }',
      '1:13 "files[0]" is not a valid glob ("[" is not closed); this entry is left out.|1:12 "files" has no valid entry; the default, ["**/*.proto"], is used.',
    ],
    [
      '{ "files": ["api\\\\**\\\\*.proto", "api/a\\\\[1\\\\].proto"] }',
      '1:13 "files[0]" must have forward slashes between folders, on Windows too; this entry is left out.',
    ],
    [
      '{ "unstable": ["experimental\\\\**"] }',
      '1:16 "unstable[0]" must have forward slashes between folders, on Windows too; this entry is left out.',
    ],
    [
      '{ "importRoots": ["third_party\\\\include"] }',
      '1:19 "importRoots[0]" must have forward slashes between folders, on Windows too; this entry is left out.',
    ],
    [
      '{ "tagPattern": "(" }',
      '1:17 "tagPattern" is not a valid regular expression (Invalid regular expression: /(/u: Unterminated group); it is left unset.',
    ],
    [
      '{ "tagPattern": "^v(.+)$" }',
      '1:17 "tagPattern" needs a group for the version, as in "^release-(?<version>.+)$"; it is left unset.',
    ],
    [
      '{ "importRoots": ["../other", "/etc", "a"] }',
      '1:19 "importRoots[0]" must stay inside the repository, without ".."; this entry is left out.|1:31 "importRoots[1]" must be relative to the repository; this entry is left out.',
    ],
    [
      '{ "stored": ["a b"] }',
      '1:14 "stored[0]" must be a full name such as "kata.agent.State", not "a b"; this entry is left out.',
    ],
    ['{ "roles": { "client": "runtime" } }', '1:12 "roles" needs "server"; it is left unset.'],
    ['{ "encodings": [] }', '1:16 "encodings" has no valid entry; the default, ["binary"], is used.'],
    [
      '{ "files": [3] }',
      '1:13 "files[0]" must be a string, not 3; this entry is left out.|1:12 "files" has no valid entry; the default, ["**/*.proto"], is used.',
    ],
    [
      '{ "rules": { "field-added": "warn" } }',
      '1:29 "rules.field-added" must be "error", "warning", "information", "hint" or "off", not "warn"; it is ignored.',
    ],
    [
      '{ "accept": [{ "rule": "field-removed", "element": "a.B" }] }',
      '1:14 "accept[0]" needs "since" and "reason"; this entry is left out.',
    ],
    [
      '{ "accept": [{ "rule": "field-removed", "element": "a.B", "since": "1", "reason": "x" }] }',
      '1:68 "accept[0].since" must be a major and minor version such as "1.0", not "1"; this entry is left out.',
    ],
    ['{ "skew": 2, "skew": 3 }', '1:14 "skew" is given twice; the last one is used.'],
    ['[1]', '1:1 The configuration must be an object, not a list; all defaults are used.'],
    [
      '{ "skew": 2,\n  colour }\n  {',
      '2:3 This word is not allowed in JSON (strings need double quotes); the rest of the file is used.|3:3 The file should end here; the rest of the file is used.',
    ],
    ['{ "skew": 2', '1:12 A "}" is expected here; the rest of the file is used.'],
    [
      '{\r\n  skew: 2 }',
      '2:3 This word is not allowed in JSON (strings need double quotes); the rest of the file is used.',
    ],
  ])('%s', (text, expected) => {
    expect(problems(text)).toEqual(expected.split('|'));
  });

  test('valid options beside a mistake are used', () => {
    const { settings } = readSettings('{ "skew": "x", "encodings": ["xml", "json"], "versionFile": "VERSION", ', FILE);
    expect(settings).toEqual({ ...DEFAULT_SETTINGS, encodings: ['json'], versionFile: 'VERSION' });
  });

  test('a valid acceptance beside an invalid one has its place in the text', () => {
    const text = `{ "accept": [\n  {},\n  { "rule": "field-added", "element": "a.B", "since": "1.0", "reason": "x" }\n] }`;
    const { settings, places } = readSettings(text, FILE);
    expect(settings.accept.map((entry) => places.get(entry)?.start)).toEqual([{ line: 2, character: 2 }]);
  });

  test('no name can change the prototype of the settings', () => {
    const { settings, problems } = readSettings('{ "rules": { "__proto__": "off" } }', FILE);
    expect(Object.getPrototypeOf(settings.rules)).toBe(Object.prototype);
    expect(problems).toHaveLength(1);
  });

  test('a hundred thousand levels of nesting are reported', () => {
    const { settings, problems } = readSettings('['.repeat(100_000), FILE);
    expect(settings).toEqual(DEFAULT_SETTINGS);
    expect(problems.length).toBeGreaterThan(0);
  });

  test('every prefix of a valid file is read, with problems inside the text', () => {
    const text =
      '{ "policy": { "oldClientNewServer": "nothing", "newClientOldServer": "no-gaps" }, "rules": { "field-added": "off" }, "skew": 2 }';
    for (let end = 1; end < text.length; end++) {
      for (const { range } of readSettings(text.slice(0, end), FILE).problems) {
        expect(range.end.character).toBeLessThanOrEqual(end);
      }
    }
  });
});

describe('published files are made from the same description', () => {
  test('the JSON schema is up to date', async () => {
    const schema = { $schema: 'http://json-schema.org/draft-07/schema#', title: 'Proto Compat', ...CONFIGURATION };
    await expect(`${JSON.stringify(schema, undefined, 2)}\n`).toMatchFileSnapshot(
      '../../schemas/proto-compat.schema.json',
    );
  });

  test('the reference page is up to date', async () => {
    await expect(configurationPage()).toMatchFileSnapshot('../../docs/configuration.md');
  });

  test('every option has a description', () => {
    const options = Object.entries(CONFIGURATION.properties ?? {});
    expect(options.map(([name]) => name)).toEqual(['$schema', ...Object.keys(DEFAULT_SETTINGS)]);
    for (const [name, { description }] of options) expect(description, name).toMatch(/^[A-Z].*\.$/);
  });
});
