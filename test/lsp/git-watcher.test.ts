import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
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

/** Watches, does something, and waits until it is told. */
async function told(root: string, act: () => void): Promise<void> {
  await new Promise<void>((resolve) => {
    const started = new GitWatcher(root, resolve);
    watcher = started;
    void started.ready.then(act);
  });
  watcher?.close();
}

describe('a change of git is told:', () => {
  it('a tag', () =>
    told(repository.directory, () => {
      repository.tag('1.0.0');
    }));

  it('a tag in a folder of its own', () =>
    told(repository.directory, () => {
      repository.tag('api/v1.0.0');
    }));

  it('a deleted tag', async () => {
    repository.tag('1.0.0');
    await told(repository.directory, () => {
      repository.git('tag', '--delete', '1.0.0');
    });
  });

  it('a deleted packed tag', async () => {
    repository.tag('1.0.0');
    repository.git('pack-refs', '--all');
    await told(repository.directory, () => {
      repository.git('tag', '--delete', '1.0.0');
    });
  });

  it('a commit', () =>
    told(repository.directory, () => {
      repository.commit({ 'b.proto': '' });
    }));

  it('a branch switch', () =>
    told(repository.directory, () => {
      repository.branch('other', 'HEAD');
    }));

  it('a tag, in a worktree', async () => {
    const worktree = join(repository.temporary, 'worktree');
    repository.git('worktree', 'add', '--quiet', worktree);
    await told(worktree, () => {
      repository.tag('1.0.0');
    });
  });

  it('that there is no repository any more', () =>
    told(repository.directory, () => {
      renameSync(join(repository.directory, '.git'), join(repository.temporary, 'away'));
    }));

  it('a repository where there was none', async () => {
    rmSync(join(repository.directory, '.git'), { recursive: true });
    await told(repository.directory, () => {
      repository.git('init', '--quiet');
    });
  });
});

it('goes on where folders were deleted and made again', async () => {
  repository.tag('api/v1.0.0');
  let news = 0;
  let wake: () => void = () => undefined;
  const next = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });
  watcher = new GitWatcher(repository.directory, () => {
    news++;
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
    const heard = next();
    act();
    await heard;
  }
  expect(news).toBeGreaterThanOrEqual(3);
});

it('watches a missing folder without failing, and nothing after it is closed', async () => {
  let news = 0;
  const missing = new GitWatcher(join(repository.directory, 'missing'), () => {
    news++;
  });
  await missing.ready;
  missing.close();
  const closed = new GitWatcher(repository.directory, () => {
    news++;
  });
  await closed.ready;
  closed.close();
  await told(repository.directory, () => {
    repository.tag('1.0.0');
  });
  expect(news).toBe(0);
});

it.runIf(process.platform === 'linux')(
  'keeps no watch of folders that are gone, and none at all when closed',
  async () => {
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
      // Git keeps the empty folder, so it is taken away as its maintenance would.
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
  },
);

/** How many folders this process watches. */
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
