import { makeRepository, type TestRepository } from '../git/repository.ts';
import type { Corpus } from './corpus.ts';

/** A git repository in which every release of the corpus is committed and tagged. */
export function repositoryOf({ releases, configuration }: Corpus): TestRepository {
  const repository = makeRepository();
  for (const { tag, files } of releases) {
    repository.commit({ ...files, 'proto-compat.json': configuration });
    repository.tag(tag);
  }
  return repository;
}

export function lastFiles({ releases }: Corpus): Readonly<Record<string, string>> {
  return releases.at(-1)?.files ?? {};
}
