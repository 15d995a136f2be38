import { makeRepository, type TestRepository } from '../git/repository.ts';
import type { Corpus } from './corpus.ts';

/** A real repository with a corpus in it. Every release is committed and tagged. */
export function repositoryOf({ releases, configuration }: Corpus): TestRepository {
  const repository = makeRepository();
  for (const { tag, files } of releases) {
    repository.commit({ ...files, 'proto-compat.json': configuration });
    repository.tag(tag);
  }
  return repository;
}

/** The files of the last release. */
export function lastFiles({ releases }: Corpus): Readonly<Record<string, string>> {
  return releases.at(-1)?.files ?? {};
}
