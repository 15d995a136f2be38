import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { matrix } from '../../server/check/matrix.ts';
import { Project } from '../../server/check/project.ts';
import { type CheckResult, isBaseline } from '../../server/check/result.ts';
import { type Files, makeRepository, type TestRepository } from '../git/repository.ts';
import { only } from './results.ts';

const FILE = 'agent.proto';
const released = (fields: string, service = ''): string =>
  `syntax = "proto3";\npackage agent;\nservice Agent {\n  rpc Start(StartRequest) returns (StartResponse);\n${service}}\nmessage StartRequest {\n${fields}}\nmessage StartResponse {\n}\n`;
const NAME = '  string name = 1;\n';
const HOST = '  string host = 2;\n';

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const each of cleanUp.splice(0)) each();
});

function repository(files: Files, tag = '1.0.0'): TestRepository {
  const made = makeRepository();
  cleanUp.push(() => {
    made.remove();
  });
  made.commit(files);
  made.tag(tag);
  return made;
}

async function open({ directory }: { readonly directory: string }): Promise<Project> {
  const project = await Project.open(directory);
  cleanUp.push(() => {
    project.close();
  });
  return project;
}

const found = ({ findings }: CheckResult): string[] =>
  findings.map(({ severity, rule, element }) => `${severity} ${rule} ${element}`);

describe('Project', () => {
  it('finds nothing if nothing changed', async () => {
    const project = await open(repository({ [FILE]: released(NAME) }));
    const result = await project.check();
    expect(only(result)).toMatchObject({ bump: 'none', nextVersion: '1.0.0', findings: [] });
    expect(result.problems).toEqual([]);
  });

  it('compares unsaved text, even incomplete, with the last release', async () => {
    const project = await open(repository({ [FILE]: released(NAME + HOST) }));
    project.openText(FILE, released(NAME));
    expect(found(await project.check())).toEqual(['error field-removed agent.StartRequest.host']);
    project.openText(FILE, released(`${NAME}  string ho`));
    expect(found(await project.check())).toEqual([]);
    project.openText(FILE, released(`${NAME}  string host = 3;\n`));
    const result = await project.check();
    expect(found(result)).toEqual(['error field-renumbered agent.StartRequest.host']);
    expect(only(result).nextVersion).toBe('2.0.0');
    project.closeText(FILE);
    expect(found(await project.check())).toEqual([]);
  });

  it('does not judge a half-typed name', async () => {
    const project = await open(repository({ [FILE]: released(NAME + HOST) }));
    project.openText(FILE, released(NAME + HOST));
    await project.check();
    expect(project.completeWords()).toBe(false);
    project.openText(FILE, released(NAME + HOST.replace('host', 'hosts')));
    expect(found(await project.check())).toEqual([]);
    expect(project.completeWords()).toBe(true);
    expect(project.completeWords()).toBe(false);
    expect(found(await project.check())).toEqual(['information field-renamed agent.StartRequest.hosts']);
  });

  it('uses unsaved texts of imported files', async () => {
    const types = 'syntax = "proto3";\npackage agent;\nmessage Spec {\n  string a = 1;\n}\n';
    const agent = released('  Spec spec = 1;\n').replace('package', 'import "types.proto";\npackage');
    const project = await open(repository({ [FILE]: agent, 'types.proto': types }));
    project.openText(FILE, agent);
    project.openText('types.proto', types.replace('string a = 1', 'bytes a = 1'));
    const [finding] = (await project.check()).findings;
    expect(finding).toMatchObject({
      file: 'types.proto',
      severity: 'information',
      effects: { binary: { oldClientNewServer: 'exact', newClientOldServer: 'rejected' } },
    });
  });

  it('keeps the release unchanged when a file is opened and edited', async () => {
    const types = 'syntax = "proto3";\npackage agent;\nmessage Spec {\n  string a = 1;\n  string b = 2;\n}\n';
    const agent = released('  Spec spec = 1;\n').replace('package', 'import "types.proto";\npackage');
    const project = await open(repository({ [FILE]: agent, 'types.proto': types }));
    project.openText(FILE, agent);
    project.openText('types.proto', types);
    expect(found(await project.check())).toEqual([]);
    const removed = ['error field-removed agent.Spec.b'];
    // Both sides share the released tree until the first edit.
    for (const [text, findings] of [
      [types.replace('  string b = 2;\n', ''), removed],
      [types.replace('  string b = 2;\n', '\n\n'), removed],
      [types, []],
      [types.replace('  string b = 2;\n', ''), removed],
    ] as const) {
      project.openText('types.proto', text);
      expect(found(await project.check())).toEqual(findings);
    }
    project.openText(FILE, agent.replace('Spec spec = 1', 'Spec spec = 2'));
    expect(found(await project.check())).toEqual(['error field-renumbered agent.StartRequest.spec', ...removed]);
    project.openText('types.proto', types);
    project.openText(FILE, agent);
    expect(found(await project.check())).toEqual([]);
  });

  it('notices a new release', async () => {
    const made = repository({ [FILE]: released(NAME) });
    const project = await open(made);
    project.openText(FILE, released(NAME + HOST));
    expect(only(await project.check())).toMatchObject({ bump: 'minor', nextVersion: '1.1.0' });
    made.commit({ [FILE]: released(NAME + HOST) });
    made.tag('1.1.0');
    project.invalidate();
    expect(only(await project.check())).toMatchObject({
      bump: 'none',
      nextVersion: '1.1.0',
      baseline: { ref: '1.1.0' },
    });
  });

  it('recognises a file that has moved since the release', async () => {
    const made = repository({ [`old/${FILE}`]: released(NAME + HOST) });
    made.commit({ [`old/${FILE}`]: null, [`new/place/${FILE}`]: released(NAME) });
    const result = await (await open(made)).check();
    expect(result.moved).toEqual(new Map([[`new/place/${FILE}`, `old/${FILE}`]]));
    expect(found(result)).toEqual(['error field-removed agent.StartRequest.host']);
  });

  it('compares two commits', async () => {
    const made = repository({ [FILE]: released(NAME) });
    made.commit({ [FILE]: released(NAME, '  rpc Pause(StartRequest) returns (StartResponse);\n') });
    made.tag('1.1.0');
    const project = await open(made);
    const result = await project.check({ from: '1.0.0', to: '1.1.0' });
    expect(found(result)).toEqual(['information method-added agent.Agent.Pause']);
    const strict = await project.check({ from: '1.0.0', to: '1.1.0', policy: 'live-upgrade' });
    expect(only(strict).nextVersion).toBe('2.0.0');
    expect(strict.policy).toBe('live-upgrade');
  });

  it('names the new version only if the new side is a tag', async () => {
    const made = repository({ [FILE]: released(NAME + HOST) });
    made.commit({ [FILE]: released(NAME) });
    made.tag('1.1.0');
    const project = await open(made);
    const sentences = [];
    for (const to of ['1.1.0', 'HEAD'])
      sentences.push((await project.check({ from: '1.0.0', to })).findings[0]?.message);
    expect(sentences).toEqual([
      expect.stringContaining('a new server (1.1.0)'),
      expect.not.stringContaining('a new server (1.1.0)'),
    ]);
    expect(sentences[1]).toContain('a new server');
  });

  it('compared with a pre-release, bumps the last stable version', async () => {
    const made = repository({ [FILE]: released(NAME) });
    made.commit({ [FILE]: released(NAME + HOST) });
    made.tag('1.1.0-rc1');
    const project = await open(made);
    project.openText(FILE, released(`${NAME}  int32 host = 2;\n`));
    const result = await project.check({ from: '1.1.0-rc1' });
    expect(only(result)).toMatchObject({ nextVersion: '2.0.0', words: { baseline: '1.1.0-rc1' } });
  });

  it('compares each module with its own releases', async () => {
    const made = repository({
      [`api/${FILE}`]: released(NAME),
      'other/x.proto': 'syntax = "proto3"; package x; message X { string a = 1; }\n',
    });
    made.tag('api/v1.8.0');
    made.commit({
      [`api/${FILE}`]: released(NAME + HOST),
      'other/x.proto': 'syntax = "proto3"; package x; message X { }\n',
    });
    const result = await (await open(made)).check();
    expect(result.modules.map(({ prefix, bump, nextVersion }) => ({ prefix, bump, nextVersion }))).toEqual([
      { prefix: '', bump: 'major', nextVersion: '2.0.0' },
      { prefix: 'api/', bump: 'minor', nextVersion: '1.9.0' },
    ]);
  });

  it('compares a module without a release with the release of the repository', async () => {
    const made = repository({ [`api/${FILE}`]: released(NAME) });
    made.git('branch', 'old');
    made.commit({ [`api/${FILE}`]: released(NAME + HOST) });
    made.tag('api/v1.0.0');
    made.git('checkout', '-q', 'old');
    made.write({ [`api/${FILE}`]: released('') });
    const result = await (await open(made)).check();
    expect(result.modules.map(({ prefix, baseline }) => [prefix, isBaseline(baseline) && baseline.ref])).toEqual([
      ['', '1.0.0'],
    ]);
    expect(found(result)).toEqual(['error field-removed agent.StartRequest.name']);
  });

  it("compares a module's first release with the repository's release at the same commit", async () => {
    const made = repository({ [`api/${FILE}`]: released(NAME) });
    made.commit({ [`api/${FILE}`]: released('') });
    made.tag('1.1.0');
    made.tag('api/v1.1.0');
    const project = await open(made);
    for (const options of [{ to: '1.1.0' }, { to: '1.1.0', module: '' }, { declared: '1.1.0' }])
      expect(found(await project.check(options))).toContain('error field-removed agent.StartRequest.name');
  });

  it('compares the declared version with the next version of each module', async () => {
    const made = repository({
      [FILE]: released(NAME),
      [`api/${FILE}`]: released(NAME).replace('package agent', 'package api'),
    });
    made.tag('api/v1.8.0');
    made.write({
      [FILE]: released(''),
      [`api/${FILE}`]: released(NAME + HOST).replace('package agent', 'package api'),
    });
    const result = await (await open(made)).check({ declared: '1.9.0' });
    expect(result.modules.map(({ prefix, declaredVersion }) => [prefix, declaredVersion?.sufficient])).toEqual([
      ['', false],
      ['api/', true],
    ]);
  });

  it('does not mix up copies of one file in unrelated folders', async () => {
    const made = repository({ 'a/agent.proto': released(NAME + HOST), 'b/agent.proto': released(NAME + HOST) });
    made.write({ 'a/agent.proto': released(NAME), 'b/agent.proto': released(`${NAME}  string host = 3;\n`) });
    const result = await (await open(made)).check();
    expect(result.findings.map(({ file, rule }) => `${file} ${rule}`)).toEqual([
      'a/agent.proto field-removed',
      'b/agent.proto field-renumbered',
    ]);
    expect(result.bump).toBe('major');
  });

  it('names an older release in a finding only once', async () => {
    const made = repository({ [FILE]: released(NAME + HOST), 'proto-compat.json': '{ "skew": 3 }' });
    made.commit({ [FILE]: released(NAME) });
    made.tag('1.1.0');
    made.write({ [FILE]: released(`${NAME}  int32 host = 2;\n`) });
    const [changed] = (await (await open(made)).check()).findings;
    expect(changed).toMatchObject({ rule: 'field-type-changed', older: { version: '1.0.0' } });
    expect(changed?.message).toContain('`host` was string in 1.0.0 and is int32 now');
    expect(changed?.message).not.toContain('It breaks');
  });

  it('names the releases that an edit breaks, and marks inherited breaks', async () => {
    const settings = { 'proto-compat.json': '{ "skew": 3 }' };
    const made = repository({ [FILE]: released(`${NAME}  string gone = 5;\n`), ...settings });
    made.commit({ [FILE]: released(NAME + HOST) });
    made.tag('1.1.0');
    made.commit({ [FILE]: released(`${NAME}${HOST}  string late = 3;\n`) });
    made.tag('1.2.0');
    made.commit({ [FILE]: released(`${NAME}  string late = 3;\n`) });
    const result = await (await open(made)).check();
    expect(found(result)).toEqual([
      'error field-removed agent.StartRequest.host',
      'warning field-removed agent.StartRequest.gone',
    ]);
    expect(result.findings[0]?.message).toContain('It breaks 1.1.0 too, but not 1.0.0.');
    expect(result.findings[1]).toMatchObject({
      bump: 'none',
      older: { version: '1.0.0', commit: made.git('rev-parse', '1.0.0^{commit}').trim() },
    });
    expect(result.findings[0]?.older).toBeUndefined();
    expect(result.findings[1]?.message).toContain('The last release already broke 1.0.0 in this way.');
  });

  it('fills a cell of the matrix from two releases, whatever `skew` is', async () => {
    const settings = { 'proto-compat.json': '{ "skew": 2 }' };
    const made = repository({ [FILE]: released(NAME + HOST), ...settings });
    made.commit({ [FILE]: released(NAME) });
    made.tag('1.1.0');
    made.commit({ [FILE]: released(`${NAME}  int32 late = 2;\n`) });
    made.tag('1.2.0');
    const project = await open(made);
    const checked = await project.check({ from: '1.1.0', to: '1.2.0' });
    expect(checked.findings.map(({ rule }) => rule)).toContain('field-number-reused');
    const { cells } = await matrix(project, {});
    expect(cells.filter(({ client, server }) => Math.min(client, server) === 1 && client !== server)).toEqual([
      { client: 1, server: 2, effect: 'absent', class: 'gap', findings: 1, broken: 0 },
      { client: 2, server: 1, effect: 'dropped', class: 'gap', findings: 1, broken: 0 },
    ]);
  });

  it('compares the version file with the next version', async () => {
    const project = await open(repository({ [FILE]: released(NAME + HOST), VERSION: '1.0.0\n' }));
    project.openText(FILE, released(NAME));
    const result = await project.check();
    expect(only(result).declaredVersion).toEqual({ file: 'VERSION', version: '1.0.0', sufficient: false });
    expect(found(result)).toContain('information version-too-low VERSION');
  });

  it('uses the unsaved version file and configuration', async () => {
    const made = repository({ [FILE]: released(NAME + HOST), VERSION: '1.0.0\n' });
    made.write({ [FILE]: released(NAME) });
    const project = await open(made);
    expect(only(await project.check()).declaredVersion?.sufficient).toBe(false);
    project.otherText('VERSION', '2.0.0\n');
    project.otherText('proto-compat.json', '{ "rules": { "field-removed": "warning" } }');
    const edited = await project.check();
    expect(only(edited).declaredVersion?.sufficient).toBe(true);
    expect(found(edited)).toEqual(['warning field-removed agent.StartRequest.host']);
    project.otherText('VERSION', undefined);
    project.otherText('proto-compat.json', undefined);
    expect(found(await project.check())).toEqual([
      'error field-removed agent.StartRequest.host',
      'information version-too-low VERSION',
    ]);
  });

  it('keeps the previous configuration while the new one is incomplete', async () => {
    const made = repository({ [FILE]: released(NAME + HOST), 'proto-compat.json': '{ "policy": "lockstep" }' });
    const project = await open(made);
    project.openText(FILE, released(NAME));
    const severities = async () => (await project.check()).findings.map(({ severity }) => severity);
    const promised = await severities();
    project.otherText('proto-compat.json', '{ "policy": "lock');
    expect(await severities()).toEqual(promised);
    project.otherText('proto-compat.json', '{ "policy": "lock", "rules": { "field-removed": "hint" } }');
    const incomplete = await project.check();
    expect(incomplete.policy).toBe('lockstep');
    expect(found(incomplete)).toEqual(['hint field-removed agent.StartRequest.host']);
    expect(incomplete.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^"policy" must be .*, not "lock"; it stays "lockstep"\.$/),
    ]);
    project.otherText('proto-compat.json', '{}');
    expect((await project.check()).policy).toBe('semver');
  });

  it('uses defaults for a broken configuration that is not open in an editor', async () => {
    const made = repository({ [FILE]: released(NAME), 'proto-compat.json': '{ "policy": "lockstep" }' });
    const project = await open(made);
    expect((await project.check()).policy).toBe('lockstep');
    made.write({ 'proto-compat.json': '{ "policy": "lock" }' });
    project.invalidate();
    const broken = await project.check();
    expect(broken.policy).toBe('semver');
    expect(broken.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/the default, "semver", is used\.$/),
    ]);
    // If the file was already broken when it was opened, the editor has no previous configuration.
    project.otherText('proto-compat.json', '{ "policy": "lock" }');
    expect((await project.check()).policy).toBe('semver');
  });

  describe('a configured version file that declares nothing', () => {
    it.each<readonly [string, Files, string]>([
      [
        'VERSION.txt',
        {},
        'The repository has no file "VERSION.txt", so no version is declared. Create it, or name another one by its path from the top folder.',
      ],
      [
        '**/VERSION',
        { VERSION: '1.0.0\n' },
        'The repository has no file "**/VERSION", so no version is declared. Name one file by its path from the top folder: patterns are not supported here.',
      ],
      [
        'VERSION',
        { VERSION: '20261123\n' },
        '"VERSION" contains no version such as 1.2.0, so no version is declared. Write the next version there, or name another file.',
      ],
      [
        'package.json',
        { 'package.json': '{ "name": "agent", "version": "1.2" }' },
        '"package.json" contains no `"version": "1.2.0"`, so no version is declared. Write the next version there, or name another file.',
      ],
      [
        'Cargo.toml',
        { 'Cargo.toml': '[package]\nversion.workspace = true\n' },
        '"Cargo.toml" contains no `version = "1.2.0"`, so no version is declared. Write the next version there, or name another file.',
      ],
    ])('is reported: %s', async (name, files, message) => {
      const configuration = `{\n  "versionFile": "${name}"\n}`;
      const project = await open(repository({ [FILE]: released(NAME), 'proto-compat.json': configuration, ...files }));
      const { problems, versionFiles } = await project.check();
      expect(problems).toEqual([
        {
          kind: 'settings',
          file: 'proto-compat.json',
          range: { start: { line: 1, character: 17 }, end: { line: 1, character: 19 + name.length } },
          message,
        },
      ]);
      // The editor watches this file.
      expect(versionFiles).toEqual([name]);
    });

    it('is not reported with --declared, for old commits or once fixed', async () => {
      const made = repository({ [FILE]: released(NAME), 'proto-compat.json': '{ "versionFile": "V" }' });
      const project = await open(made);
      expect((await project.check()).problems).toHaveLength(1);
      expect((await project.check({ declared: '1.1.0' })).problems).toEqual([]);
      expect((await project.check({ to: '1.0.0' })).problems).toEqual([]);
      project.otherText('V', '1.1.0');
      expect((await project.check()).problems).toEqual([]);
    });
  });

  it('ignores an unconfigured VERSION that declares nothing', async () => {
    const project = await open(repository({ [FILE]: released(NAME), VERSION: '2026-11-23\n' }));
    expect(await project.check()).toMatchObject({
      problems: [],
      modules: [{ declaredVersion: null }],
      versionFiles: [],
    });
  });

  it('says which files are left out and why', async () => {
    const settings = '{ "files": ["**/*.proto", "!lab/**"], "unstable": ["v*alpha*"] }';
    const made = repository({ [FILE]: released(NAME), 'proto-compat.json': settings });
    const project = await open(made);
    project.openText('x.proto', 'syntax = "proto3"; package agent.v1alpha1;');
    const { leftOut } = await project.check();
    expect(['lab/a.proto', 'x.proto', 'a/vendor/b.proto', FILE].map((file) => leftOut(file))).toEqual([
      { by: 'files', name: undefined, configuration: 'proto-compat.json' },
      { by: 'unstable', name: undefined, configuration: 'proto-compat.json' },
      { by: 'folder', name: 'vendor', configuration: undefined },
      undefined,
    ]);
  });

  it('reports a protocol change on a frozen branch', async () => {
    const made = repository({ [FILE]: released(NAME), 'proto-compat.json': '{ "frozenBranches": ["stable-*"] }' });
    made.git('checkout', '-q', '-b', 'stable-1.0');
    const project = await open(made);
    project.openText(FILE, released(NAME + HOST));
    expect(found(await project.check())).toContain('error frozen-branch-changed agent.StartRequest.host');
  });

  it('resolves imports relative to the modules of buf.yaml', async () => {
    const made = repository({
      'buf.yaml': 'version: v2\nmodules:\n  - path: proto\n',
      'proto/types/spec.proto': 'syntax = "proto3"; package agent; message Spec { string a = 1; }\n',
      [FILE]: released('  Spec spec = 1;\n').replace('package', 'import "types/spec.proto";\npackage'),
    });
    const project = await open(made);
    project.openText(FILE, released('  Spec spec = 2;\n').replace('package', 'import "types/spec.proto";\npackage'));
    expect((await project.check()).problems).toEqual([]);
  });

  it('reports only the given files, and recognises declarations that moved there', async () => {
    const types = 'syntax = "proto3";\npackage agent;\nmessage Spec {\n  string a = 1;\n}\n';
    const agent = released('  Spec spec = 1;\n').replace('package', 'import "types.proto";\npackage');
    const made = repository({ [FILE]: agent, 'types.proto': types });
    made.write({
      [FILE]: `${released('  Spec spec = 1;\n')}message Spec {\n  string a = 1;\n}\n`,
      'types.proto': 'syntax = "proto3";\npackage agent;\n',
    });
    const project = await open(made);
    const result = await project.check({ paths: [FILE] });
    expect(result.findings.filter(({ rule }) => rule !== 'message-moved')).toEqual([]);
    expect((await project.check({ paths: ['nowhere'] })).findings).toEqual([]);
  });

  it.each([
    ['no repository', 'not-a-repository', () => ({ directory: makeFolderWithoutRepository() })],
    [
      'a bare repository',
      'bare-repository',
      () => {
        const made = makeRepository({ bare: true });
        cleanUp.push(() => {
          made.remove();
        });
        return made;
      },
    ],
    [
      'no tags',
      'no-tags',
      () => {
        const made = makeRepository();
        cleanUp.push(() => {
          made.remove();
        });
        made.commit({ [FILE]: released(NAME) });
        return made;
      },
    ],
  ])('says why there is no baseline: %s', async (_what, reason, make) => {
    const project = await open(make());
    project.openText(FILE, `${released(NAME)}message {`);
    const result = await project.check();
    expect(only(result).baseline).toMatchObject({ reason });
    expect(result.findings).toEqual([]);
    if (reason !== 'bare-repository') expect(result.problems.map(({ kind }) => kind)).toContain('syntax');
  });

  it('finds a repository that is created before the first check', async () => {
    const made = repository({ [FILE]: released(NAME) });
    const git = join(made.directory, '.git');
    renameSync(git, `${git}-later`);
    const project = await open(made);
    renameSync(`${git}-later`, git);
    expect(only(await project.check()).baseline).toMatchObject({ version: '1.0.0' });
  });

  it('rejects a ref that does not exist or looks like a flag', async () => {
    const project = await open(repository({ [FILE]: released(NAME) }));
    expect(only(await project.check({ to: 'nowhere' })).baseline).toMatchObject({ reason: 'bad-ref' });
    expect(only(await project.check({ from: '--help' })).baseline).toMatchObject({ reason: 'bad-ref' });
  });
});

function makeFolderWithoutRepository(): string {
  const made = makeRepository();
  cleanUp.push(() => {
    made.remove();
  });
  return `${made.directory}/..`;
}
