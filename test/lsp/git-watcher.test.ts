import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { GitWatcher } from '../../server/lsp/git-watcher.ts';
import { makeRepository, type TestRepository } from '../git/repository.ts';

let repository: TestRepository;
let watcher: GitWatcher | undefined;
beforeEach(() => {
  repository = makeRepository();
  repository.commit({ 'a.proto': 'syntax = "proto3";' });
});
afterEach(() => {
  watcher?.close();
  repository.remove();
});

async function waitForChange(root: string, act: () => void): Promise<void> {
  await new Promise<void>((resolve) => {
    const started = new GitWatcher(root, resolve);
    watcher = started;
    void started.ready.then(act);
  });
  watcher?.close();
}

describe('reports a change of git:', () => {
  it('a tag', () =>
    waitForChange(repository.directory, () => {
      repository.tag('1.0.0');
    }));

  it('a tag with a slash in its name', () =>
    waitForChange(repository.directory, () => {
      repository.tag('api/v1.0.0');
    }));

  it('a deleted tag', async () => {
    repository.tag('1.0.0');
    await waitForChange(repository.directory, () => {
      repository.git('tag', '--delete', '1.0.0');
    });
  });

  it('a deleted packed tag', async () => {
    repository.tag('1.0.0');
    repository.git('pack-refs', '--all');
    await waitForChange(repository.directory, () => {
      repository.git('tag', '--delete', '1.0.0');
    });
  });

  it('a commit', () =>
    waitForChange(repository.directory, () => {
      repository.commit({ 'b.proto': '' });
    }));

  it('a branch switch', () =>
    waitForChange(repository.directory, () => {
      repository.branch('other', 'HEAD');
    }));

  it('a tag, in a worktree', async () => {
    const worktree = join(repository.temporary, 'worktree');
    repository.git('worktree', 'add', '--quiet', worktree);
    await waitForChange(worktree, () => {
      repository.tag('1.0.0');
    });
  });

  it('a deleted repository', () =>
    waitForChange(repository.directory, () => {
      renameSync(join(repository.directory, '.git'), join(repository.temporary, 'away'));
    }));

  it('a new repository', async () => {
    rmSync(join(repository.directory, '.git'), { recursive: true });
    await waitForChange(repository.directory, () => {
      repository.git('init', '--quiet');
    });
  });
});

it('after a refresh, watches a repository that was deleted and created again', async () => {
  let calls = 0;
  let wake: () => void = () => undefined;
  watcher = new GitWatcher(repository.directory, () => {
    calls++;
    wake();
  });
  await watcher.ready;
  const deleted = new Promise<void>((resolve) => {
    wake = resolve;
  });
  rmSync(repository.directory, { recursive: true });
  await deleted;
  mkdirSync(repository.directory);
  repository.git('init', '--quiet');
  repository.commit({ 'a.proto': '' });
  await watcher.refresh();
  const before = calls;
  const tagged = new Promise<void>((resolve) => {
    wake = resolve;
  });
  repository.tag('2.0.0');
  await tagged;
  expect(calls).toBeGreaterThan(before);
});

it('keeps working after folders were deleted and created again', async () => {
  repository.tag('api/v1.0.0');
  let calls = 0;
  let wake: () => void = () => undefined;
  const next = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });
  watcher = new GitWatcher(repository.directory, () => {
    calls++;
    wake();
  });
  await watcher.ready;
  for (const act of [
    () => {
      rmSync(join(repository.directory, '.git/refs/tags'), { recursive: true });
    },
    () => {
      repository.tag('api/v1.0.1');
    },
    () => {
      repository.tag('api/v1.0.2');
    },
  ]) {
    const called = next();
    act();
    await called;
  }
  expect(calls).toBeGreaterThanOrEqual(3);
});

it('accepts a missing folder, and a closed watcher reports nothing', async () => {
  let calls = 0;
  const missing = new GitWatcher(join(repository.directory, 'missing'), () => {
    calls++;
  });
  await missing.ready;
  missing.close();
  const closed = new GitWatcher(repository.directory, () => {
    calls++;
  });
  await closed.ready;
  closed.close();
  await waitForChange(repository.directory, () => {
    repository.tag('1.0.0');
  });
  expect(calls).toBe(0);
});

it.runIf(process.platform === 'linux')('stops watching deleted folders, and everything once closed', async () => {
  const outside = watches();
  let wake: () => void = () => undefined;
  watcher = new GitWatcher(repository.directory, () => {
    wake();
  });
  await watcher.ready;
  const before = watches();
  expect(before).toBeGreaterThan(outside);
  const until = async (condition: () => boolean, act: () => void): Promise<void> => {
    act();
    while (!condition()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  for (let round = 0; round < 5; round++) {
    await until(
      () => watches() === before + 1,
      () => {
        repository.tag(`folder${round}/1.0.0`);
      },
    );
    // Git leaves the empty folder.
    await until(
      () => watches() === before,
      () => {
        repository.git('tag', '--delete', `folder${round}/1.0.0`);
        rmSync(join(repository.directory, `.git/refs/tags/folder${round}`), { recursive: true, force: true });
      },
    );
  }
  watcher.close();
  expect(watches()).toBe(outside);
});

function watches(): number {
  const files = readdirSync('/proc/self/fdinfo').map((file) => {
    try {
      return readFileSync(join('/proc/self/fdinfo', file), 'utf8');
    } catch {
      return '';
    }
  });
  return files
    .join('\n')
    .split('\n')
    .filter((line) => line.startsWith('inotify wd:')).length;
}
