import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Project } from '../check/project.ts';
import { baselineOf, isBaseline } from '../check/result.ts';
import type { Sources } from '../report/text.ts';
import type { Compared } from './project.ts';

/** The texts that the findings point into, read beforehand so that the report itself needs no files. */
export async function sourcesOf(project: Project, result: Compared): Promise<Sources> {
  const { ref } = result.target;
  /** The released files that are quoted, each with the commit of its module's release. */
  const commits = new Map(
    result.findings.flatMap(({ file, baseline }): [string, string][] => {
      const release = baselineOf(result, file);
      return baseline && isBaseline(release) ? [[baseline.file, release.commit]] : [];
    }),
  );
  const [edited, released] = await Promise.all([
    lines(
      result.findings.map(({ file }) => file),
      (file) => (ref === null ? readFile(path.join(project.root, file), 'utf8') : project.textAt(ref, file)),
    ),
    lines([...commits.keys()], (file) => project.textAt(commits.get(file) ?? '', file)),
  ]);
  return {
    edited: (file, line) => edited.get(file)?.[line],
    released: (file, line) => released.get(file)?.[line],
  };
}

async function lines(
  files: readonly string[],
  read: (file: string) => Promise<string | undefined>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const entries = [...new Set(files)].map(async (file) => {
    // A deleted file has no line to quote; the report does without.
    const text = await read(file).catch(() => undefined);
    return [file, text?.split(/\r\n|\n|\r/) ?? []] as const;
  });
  return new Map(await Promise.all(entries));
}
