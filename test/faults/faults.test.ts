import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Project } from '../../server/check/project.ts';
import { type CheckResult, isBaseline } from '../../server/check/result.ts';
import { findGit } from '../../server/git/executable.ts';
import { makeRepository, type TestRepository } from '../git/repository.ts';
import { FAULTS } from './git-faults.ts';
import { only } from '../check/results.ts';

const RELEASED = 'syntax = "proto3";\npackage agent;\nmessage Start {\n  string name = 1;\n  string host = 2;\n}\n';
const EDITED = RELEASED.replace('  string host = 2;\n', '');
const FOUND = ['error field-removed agent.Start.host'];

const [, major = '', minor = ''] = /(\d+)\.(\d+)/.exec(execFileSync('git', ['version'], { encoding: 'utf8' })) ?? [];
/** Since git 2.45. */
const KNOWS_REFTABLE = Number(major) * 100 + Number(minor) >= 245;

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const each of cleanUp.splice(0).reverse()) each();
});

function makeForTest(make: () => TestRepository): TestRepository {
  const made = make();
  cleanUp.push(() => {
    made.remove();
  });
  return made;
}

function released(): TestRepository {
  const made = makeForTest(makeRepository);
  made.commit({ 'a.proto': RELEASED });
  made.tag('1.0.0');
  return made;
}

async function open(directory: string): Promise<Project> {
  const project = await Project.open(directory);
  cleanUp.push(() => {
    project.close();
  });
  return project;
}

const findingsOf = ({ findings }: CheckResult): string[] =>
  findings.map(({ severity, rule, element }) => `${severity} ${rule} ${element}`);

/** Why nothing is compared, or `compared`. */
function reasonOf(result: CheckResult): string {
  const { baseline } = only(result);
  return isBaseline(baseline) ? 'compared' : `${baseline.reason}: ${baseline.message} ${baseline.advice}`;
}

async function again(project: Project): Promise<CheckResult> {
  project.invalidate();
  return project.check();
}

describe('while a file is open', () => {
  it.each(FAULTS.map((fault) => [fault.what, fault] as const))(
    '%s: reported or harmless, and recovers by itself',
    async (_what, { says, break: breakIt }) => {
      const made = released();
      const project = await open(made.directory);
      project.openText('a.proto', EDITED);
      expect(findingsOf(await project.check())).toEqual(FOUND);
      const repair = breakIt(made);
      const broken = await again(project);
      expect(reasonOf(broken)).toMatch(says);
      expect(findingsOf(broken)).toEqual(reasonOf(broken) === 'compared' ? FOUND : []);
      repair();
      expect(findingsOf(await again(project))).toEqual(FOUND);
    },
  );

  it('git is removed from the PATH, then restored: reported, and recovers by itself', async () => {
    const made = released();
    const searchPath = process.env['PATH'];
    process.env['PATH'] = made.temporary;
    let project: Project;
    try {
      project = await open(made.directory);
      project.openText('a.proto', EDITED);
      expect(reasonOf(await project.check())).toMatch(/^no-git: .*Install git/);
    } finally {
      process.env['PATH'] = searchPath;
    }
    expect(findingsOf(await again(project))).toEqual(FOUND);
  });

  it('git dies at every call, then works again: reported, and recovers by itself', async () => {
    const made = released();
    const broken = path.join(made.temporary, 'broken');
    const folder = path.join(made.temporary, 'bin');
    mkdirSync(folder);
    const script = `#!/bin/sh\n[ -e '${broken}' ] && kill -9 $$\nexec '${findGit() ?? ''}' "$@"\n`;
    writeFileSync(path.join(folder, 'git'), script, { mode: 0o755 });
    const searchPath = process.env['PATH'] ?? '';
    process.env['PATH'] = `${folder}${path.delimiter}${searchPath}`;
    try {
      const project = await open(made.directory);
      project.openText('a.proto', EDITED);
      expect(findingsOf(await project.check())).toEqual(FOUND);
      writeFileSync(broken, '');
      project.invalidate();
      expect(reasonOf(await project.check())).toMatch(/^git-failed: .*SIGKILL/);
      rmSync(broken);
      expect(findingsOf(await again(project))).toEqual(FOUND);
    } finally {
      process.env['PATH'] = searchPath;
    }
  });

  it('the first commit and the first tag are made: compared', async () => {
    const made = makeForTest(makeRepository);
    made.write({ 'a.proto': RELEASED });
    const project = await open(made.directory);
    project.openText('a.proto', EDITED);
    expect(reasonOf(await project.check())).toMatch(/^no-commits: /);
    made.commit();
    expect(reasonOf(await again(project))).toMatch(/^no-tags: /);
    made.tag('nightly');
    expect(reasonOf(await again(project))).toMatch(/^no-release: /);
    made.tag('1.0.0');
    expect(findingsOf(await again(project))).toEqual(FOUND);
  });

  it('the tag moves, or HEAD is detached: compared with the new tag', async () => {
    const made = released();
    made.branch('other');
    made.commit({ 'a.proto': RELEASED.replace('string host', 'int32 host') });
    made.checkout('main');
    const project = await open(made.directory);
    project.openText('a.proto', EDITED);
    expect(findingsOf(await project.check())).toEqual(FOUND);
    made.git('pack-refs', '--all');
    expect(findingsOf(await again(project))).toEqual(FOUND);
    made.commit({ 'a.proto': EDITED });
    made.git('tag', '--force', '1.0.0');
    expect(findingsOf(await again(project))).toEqual([]);
    made.git('tag', '--force', '1.0.0', 'HEAD~1');
    expect(findingsOf(await again(project))).toEqual(FOUND);
    made.git('checkout', '--quiet', '--detach');
    expect(findingsOf(await again(project))).toEqual(FOUND);
    expect(() => made.git('rebase', 'main', 'other')).toThrow();
    expect(findingsOf(await again(project))).toEqual(FOUND);
    made.git('rebase', '--abort');
    expect(findingsOf(await again(project))).toEqual(FOUND);
  });

  it('an object of the release is missing: reported until it is restored', async () => {
    const made = released();
    made.commit({ 'a.proto': EDITED, 'b.proto': 'syntax = "proto3";\npackage b;\nmessage B {}\n' });
    const added = 'hint message-added b.B';
    const id = made.git('rev-parse', '1.0.0:a.proto');
    const object = path.join(made.directory, '.git/objects', id.slice(0, 2), id.slice(2));
    renameSync(object, path.join(made.temporary, 'object'));
    const project = await open(made.directory);
    project.openText('a.proto', EDITED);
    // Without the old text, nothing counts as added.
    const broken = await project.check();
    expect(findingsOf(broken)).toEqual([added]);
    expect(`${reasonOf(broken)} ${JSON.stringify(broken.problems)}`).toMatch(/git fsck/);
    renameSync(path.join(made.temporary, 'object'), object);
    expect(findingsOf(await again(project))).toEqual([...FOUND, added]);
    chmodSync(object, 0o644);
  });

  it.each([
    ['damaged', (object: string): void => truncateSync(object, 5)],
    ['missing', (object: string): void => rmSync(object)],
  ])('the commit of the release is %s: reported until it is restored', async (_, harm) => {
    const made = released();
    const id = made.git('rev-parse', 'HEAD');
    const object = path.join(made.directory, '.git/objects', id.slice(0, 2), id.slice(2));
    const whole = readFileSync(object);
    const project = await open(made.directory);
    project.openText('a.proto', EDITED);
    expect(findingsOf(await project.check())).toEqual(FOUND);
    chmodSync(object, 0o644);
    harm(object);
    const broken = await again(project);
    expect(reasonOf(broken)).toMatch(/^git-failed: .*git fsck/);
    expect(findingsOf(broken)).toEqual([]);
    writeFileSync(object, whole);
    expect(findingsOf(await again(project))).toEqual(FOUND);
  });
});

describe('clones', () => {
  it('shallow: says what to fetch, and compares after it is fetched', async () => {
    const made = released();
    made.commit({ 'a.proto': RELEASED }, 'later');
    const clone = path.join(made.temporary, 'clone');
    made.git('clone', '--quiet', '--depth=1', `file://${made.directory}`, clone);
    const project = await open(clone);
    project.openText('a.proto', EDITED);
    expect(reasonOf(await project.check())).toMatch(/^shallow: .*git fetch/);
    made.git('-C', clone, 'fetch', '--quiet', '--tags', '--unshallow');
    expect(findingsOf(await again(project))).toEqual(FOUND);
  });

  it.each(['blob:none', 'tree:0'])(
    'partial (%s): says what to fetch, and compares after it is fetched',
    async (filter) => {
      const made = released();
      made.commit({ 'a.proto': EDITED }, 'later');
      made.git('config', 'uploadpack.allowFilter', 'true');
      made.git('config', 'uploadpack.allowAnySHA1InWant', 'true');
      const clone = path.join(made.temporary, 'clone');
      made.git('clone', '--quiet', `--filter=${filter}`, `file://${made.directory}`, clone);
      const project = await open(clone);
      project.openText('a.proto', EDITED);
      const partial = await project.check();
      expect(findingsOf(partial)).toEqual([]);
      expect(`${reasonOf(partial)} ${JSON.stringify(partial.problems)}`).toMatch(/partial.*git fetch/);
      made.git('-C', clone, 'show', '1.0.0:a.proto');
      expect(findingsOf(await again(project))).toEqual(FOUND);
    },
  );
});

describe('other kinds of repositories are compared too', () => {
  const KINDS: readonly { readonly what: string; readonly make: () => string }[] = [
    {
      what: 'a worktree',
      make: () => {
        const made = released();
        const other = path.join(made.temporary, 'other');
        made.git('worktree', 'add', '--quiet', '-b', 'feature', other);
        return other;
      },
    },
    {
      what: 'a submodule',
      make: () => {
        const inner = released();
        const outer = makeForTest(makeRepository);
        outer.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.directory, 'sub');
        return path.join(outer.directory, 'sub');
      },
    },
    {
      what: 'SHA-256',
      make: () => {
        const made = makeForTest(() => makeRepository({ format: 'sha256' }));
        made.commit({ 'a.proto': RELEASED });
        made.tag('1.0.0');
        return made.directory;
      },
    },
    ...[
      'with spaces',
      'with "quotes" and \'more\'',
      'with\nline\nbreaks',
      'ünïcödé 漢字',
      'back\\slash',
      '-dash',
      '%41#?',
    ].map((folder) => ({
      what: `a folder named ${JSON.stringify(folder)}`,
      make: () => {
        const made = makeForTest(() => makeRepository({ folder }));
        made.commit({ 'a.proto': RELEASED });
        made.tag('1.0.0');
        return made.directory;
      },
    })),
  ];
  it.each(KINDS.map((kind) => [kind.what, kind] as const))('%s', async (_what, { make }) => {
    const project = await open(make());
    project.openText('a.proto', EDITED);
    expect(findingsOf(await project.check())).toEqual(FOUND);
  });

  it.skipIf(!KNOWS_REFTABLE)(
    `refs in tables${KNOWS_REFTABLE ? '' : ' (skipped: they need git 2.45, and this is older)'}`,
    async () => {
      const made = makeForTest(() => makeRepository({ refs: 'reftable' }));
      made.commit({ 'a.proto': RELEASED });
      made.tag('1.0.0');
      made.branch('feature/x');
      const project = await open(made.directory);
      project.openText('a.proto', EDITED);
      expect(findingsOf(await project.check())).toEqual(FOUND);
      made.git('tag', '--delete', '1.0.0');
      expect(reasonOf(await again(project))).toMatch(/^no-tags: /);
      made.tag('1.0.0');
      expect(findingsOf(await again(project))).toEqual(FOUND);
    },
  );

  it('ten thousand tags', async () => {
    const made = released();
    const commit = made.git('rev-parse', 'HEAD');
    const tags = Array.from({ length: 10_000 }, (_, n) => `${commit} refs/tags/v0.${n}.0\n`).sort();
    writeFileSync(
      path.join(made.directory, '.git/packed-refs'),
      `# pack-refs with: peeled fully-peeled sorted \n${tags.join('')}`,
    );
    const project = await open(made.directory);
    project.openText('a.proto', EDITED);
    expect(findingsOf(await project.check())).toEqual(FOUND);
  });
});

describe('a file that is', () => {
  const CASES: readonly {
    readonly what: string;
    readonly change: (made: TestRepository) => void;
    /** If `problem` is set, only those about removals. */
    readonly findings: readonly string[];
    readonly problem?: RegExp;
  }[] = [
    {
      what: 'deleted',
      change: (made) => {
        made.write({ 'a.proto': null });
      },
      findings: ['file-removed'],
    },
    {
      what: 'moved',
      change: (made) => {
        made.write({ 'a.proto': null, 'b/c.proto': RELEASED });
      },
      findings: ['file-renamed'],
    },
    {
      what: 'renamed only in case',
      change: (made) => {
        made.git('mv', 'a.proto', 'A.proto');
      },
      findings: ['file-renamed'],
    },
    {
      what: 'renamed only in case, with a folder, and edited',
      change: (made) => {
        made.write({ 'a.proto': null });
        made.write({ 'API/A.proto': EDITED });
      },
      findings: ['file-renamed', 'field-removed'],
    },
    {
      what: 'unchanged, but a new file is beside it',
      change: (made) => {
        made.write({ 'n.proto': 'syntax = "proto3";\npackage n;\nmessage N {}\n' });
      },
      findings: ['message-added'],
    },
    {
      what: 'replaced by a link to its new place',
      change: (made) => {
        made.write({ 'a.proto': null, 'real/a.proto': EDITED });
        symlinkSync('real/a.proto', path.join(made.directory, 'a.proto'));
      },
      // Two copies have one finding.
      findings: ['field-removed'],
    },
    {
      what: 'replaced by a circular link',
      change: (made) => {
        made.write({ 'a.proto': null });
        symlinkSync('a.proto', path.join(made.directory, 'a.proto'));
      },
      // Its content is not known.
      findings: [],
      problem: /leads back to itself or through too many links/,
    },
    {
      what: 'replaced by a folder',
      change: (made) => {
        made.write({ 'a.proto': null, 'a.proto/readme': '' });
      },
      findings: ['file-removed'],
    },
    {
      what: 'no longer UTF-8',
      change: (made) => {
        made.write({ 'a.proto': Buffer.from(EDITED.replace('name', 'n\xe4me'), 'latin1') });
      },
      findings: ['field-removed'],
      problem: /not valid UTF-8/,
    },
    {
      what: 'changed to UTF-16',
      change: (made) => {
        made.write({ 'a.proto': Buffer.from(`\ufeff${EDITED}`, 'utf16le') });
      },
      findings: ['field-removed'],
      problem: /^a\.proto This file is UTF-16, but protobuf requires UTF-8\.$/,
    },
    {
      what: 'full of zeros',
      change: (made) => {
        made.write({ 'a.proto': Buffer.alloc(RELEASED.length) });
      },
      findings: [],
      problem: /^a\.proto This file contains too many zero bytes to be text, so it is not compared\.$/,
    },
    {
      what: 'stored in Git LFS',
      change: (made) => {
        made.write({
          'a.proto': `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12\n`,
        });
      },
      findings: [],
      problem: /git lfs fetch/,
    },
    {
      what: '200 MB large',
      change: (made) => {
        truncateSync(path.join(made.directory, 'a.proto'), 200_000_000);
      },
      findings: [],
      problem: /larger than 20 MB/,
    },
    {
      what: 'in a merge conflict',
      change: (made) => {
        made.branch('other');
        made.commit({ 'a.proto': RELEASED.replace('string host', 'bytes host') });
        made.checkout('main');
        made.commit({ 'a.proto': RELEASED.replace('string host', 'string hosts') });
        expect(() => made.git('merge', 'other')).toThrow();
      },
      findings: [],
      problem: /conflict/i,
    },
  ];
  it.each(CASES.map((one) => [one.what, one] as const))(
    '%s: reported until a reset',
    async (_what, { change, findings, problem }) => {
      const made = released();
      const project = await open(made.directory);
      expect(findingsOf(await project.check())).toEqual([]);
      change(made);
      const result = await again(project);
      const rules = result.findings.map(({ rule }) => rule);
      if (problem === undefined) expect(rules).toEqual(findings);
      else expect(rules.filter((rule) => rule.endsWith('-removed'))).toEqual(findings);
      if (problem !== undefined)
        expect(result.problems.map(({ file, message }) => `${file} ${message}`).join('\n')).toMatch(problem);
      made.git('reset', '--quiet', '--hard', '1.0.0');
      made.git('clean', '--quiet', '--force', '-d');
      expect(findingsOf(await again(project))).toEqual([]);
    },
  );
});

describe('line ends and byte order marks do not count as an edit', () => {
  const WINDOWS = RELEASED.replaceAll('\n', '\r\n');
  it.each([
    ['line ends that git converts because of core.autocrlf', '', WINDOWS],
    ['line ends that git converts because of an attribute', '*.proto text eol=crlf', WINDOWS],
    ['a byte order mark that an editor adds', '', `\ufeff${RELEASED}`],
  ])('%s', async (what, attributes, text) => {
    const made = makeForTest(makeRepository);
    made.commit({ 'a.proto': RELEASED, '.gitattributes': attributes });
    made.tag('1.0.0');
    if (what.endsWith('core.autocrlf')) made.git('config', 'core.autocrlf', 'true');
    made.write({ 'a.proto': text });
    const project = await open(made.directory);
    const closed = await project.check();
    expect([closed.bump, closed.findings, closed.problems]).toEqual(['none', [], []]);
    project.openText('a.proto', text);
    const opened = await project.check();
    expect([opened.bump, opened.findings, opened.problems]).toEqual(['none', [], []]);
    // The positions are those in the editor's text.
    project.openText('a.proto', text.replace('string host', 'int32 host'));
    const { findings } = await project.check();
    expect(findings.map(({ rule, range }) => [rule, range.start, range.end])).toEqual([
      ['field-type-changed', { line: 4, character: 2 }, { line: 4, character: 7 }],
    ]);
  });
});

it('reads the committed text of each of three thousand files', async () => {
  const made = makeForTest(makeRepository);
  const files = Array.from({ length: 3000 }, (_, n) => `${n % 30}/${n}.proto`);
  const contents = files.map((file) => `M 100644 inline ${file}\ndata ${file.length}\n${file}\n`).join('');
  made.gitWithInput(
    `commit refs/heads/main\ncommitter A <a@example.com> 1 +0000\ndata 0\n${contents}`,
    'fast-import',
    '--quiet',
  );
  const project = await open(made.directory);
  const texts = await Promise.all(files.map((file) => project.textAt('HEAD', file)));
  expect(texts).toEqual(files);
});

it('a check writes nothing in the repository', async () => {
  const made = released();
  const before = readdirSync(made.directory, { recursive: true });
  const project = await open(made.directory);
  project.openText('a.proto', EDITED);
  expect(findingsOf(await project.check())).toEqual(FOUND);
  expect(readdirSync(made.directory, { recursive: true })).toEqual(before);
});
