import type { Project } from '../check/project.ts';
import { type CheckResult, moduleOfFinding } from '../check/result.ts';
import type { Finding } from '../policy/result.ts';
import { readText } from '../release/text.ts';
import type { Sources } from '../report/text.ts';

/** Read in advance, because the report does no I/O. */
export async function sourcesOf(project: Project, result: CheckResult): Promise<Sources> {
  const { ref } = result.target;
  const releasedIn = (finding: Finding): string => {
    const release = finding.older ?? moduleOfFinding(result, finding).baseline;
    return 'commit' in release ? release.commit : '';
  };
  /** As in git: `commit:file`. */
  const quoted = result.findings.flatMap((finding) =>
    finding.baseline ? [`${releasedIn(finding)}:${finding.baseline.file}`] : [],
  );
  const [edited, released] = await Promise.all([
    lines(
      result.findings.map(({ file }) => file),
      // Both decode as the check does, so that positions are right in files that aren't UTF-8.
      async (file) => (ref === null ? readText(project.root, file) : project.textAt(ref, file)),
    ),
    lines(quoted, (name) => {
      const [commit = '', ...file] = name.split(':');
      return project.textAt(commit, file.join(':'));
    }),
  ]);
  return {
    edited: (file, line) => edited.get(file)?.[line],
    released: (finding) =>
      released.get(`${releasedIn(finding)}:${finding.baseline?.file ?? ''}`)?.[finding.baseline?.range.start.line ?? 0],
  };
}

async function lines(
  files: readonly string[],
  read: (file: string) => Promise<string | undefined>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const entries = [...new Set(files)].map(async (file) => {
    const text = await read(file).catch(() => undefined);
    return [file, text?.split(/\r\n|\n|\r/) ?? []] as const;
  });
  return new Map(await Promise.all(entries));
}
