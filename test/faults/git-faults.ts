import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TestRepository } from '../git/repository.ts';

/** A file with a finding is open. After the repair, the finding is reported again. */
export const FAULTS: readonly {
  readonly what: string;
  /** Matches why nothing is compared, or `compared`. */
  readonly says: RegExp;
  /** @returns the repair */
  readonly break: (made: TestRepository) => () => void;
}[] = [
  {
    what: 'the last tag is deleted',
    says: /^no-tags: /,
    break: (made) => {
      made.git('tag', '--delete', '1.0.0');
      return () => {
        made.tag('1.0.0');
      };
    },
  },
  {
    what: 'the repository was removed',
    says: /^not-a-repository: .*git init/,
    break: (made) => {
      renameSync(path.join(made.directory, '.git'), path.join(made.temporary, 'away'));
      return () => {
        renameSync(path.join(made.temporary, 'away'), path.join(made.directory, '.git'));
      };
    },
  },
  {
    what: 'the configuration of git cannot be read',
    says: /^git-failed: .*config/,
    break: (made) => {
      const file = path.join(made.directory, '.git/config');
      renameSync(file, `${file}.away`);
      writeFileSync(file, '[core\n');
      return () => {
        renameSync(`${file}.away`, file);
      };
    },
  },
  {
    what: 'HEAD is damaged',
    says: /^git-failed: .*HEAD is damaged/,
    break: (made) => {
      const file = path.join(made.directory, '.git/HEAD');
      renameSync(file, `${file}.away`);
      writeFileSync(file, '\0\0\0');
      return () => {
        renameSync(`${file}.away`, file);
      };
    },
  },
  {
    what: 'the lines of the packed refs end with CR LF',
    says: /^git-failed: .*broken names, such as refs\/tags\/1\.0\.0.*packed-refs/,
    break: (made) => {
      made.git('pack-refs', '--all');
      const file = path.join(made.directory, '.git/packed-refs');
      const written = readFileSync(file, 'utf8');
      writeFileSync(file, written.replaceAll('\n', '\r\n'));
      return () => {
        writeFileSync(file, written);
      };
    },
  },
  {
    what: 'the file of the branch is empty',
    says: /^git-failed: .*main is damaged/,
    break: (made) => {
      const file = path.join(made.directory, '.git/refs/heads/main');
      renameSync(file, `${file}.away`);
      writeFileSync(file, '');
      return () => {
        renameSync(`${file}.away`, file);
      };
    },
  },
  {
    what: 'the file of the last tag is damaged',
    says: /^git-failed: Git cannot read the tag 1\.0\.0,/,
    break: (made) => {
      const file = path.join(made.directory, '.git/refs/tags/1.0.0');
      renameSync(file, path.join(made.temporary, 'tag'));
      writeFileSync(file, '\0');
      return () => {
        renameSync(path.join(made.temporary, 'tag'), file);
      };
    },
  },
  {
    what: 'the index is damaged',
    says: /^git-failed: .*index/,
    break: (made) => {
      const file = path.join(made.directory, '.git/index');
      renameSync(file, `${file}.away`);
      writeFileSync(file, 'DIRC nonsense');
      return () => {
        renameSync(`${file}.away`, file);
      };
    },
  },
  {
    what: 'another git holds the locks',
    says: /^compared/,
    break: (made) => {
      const locks = ['index.lock', 'HEAD.lock', 'packed-refs.lock'].map((name) =>
        path.join(made.directory, '.git', name),
      );
      for (const lock of locks) writeFileSync(lock, '');
      return () => {
        for (const lock of locks) rmSync(lock);
      };
    },
  },
];
