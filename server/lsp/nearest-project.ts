import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

import { Project } from '../check/project.ts';

/**
 * Opens the project of a folder. If the folder doesn't exist, but its closest existing parent is in a repository, opens
 * that parent's project.
 * @param directory absolute.
 */
export async function openNearest(directory: string): Promise<Project> {
  const project = await Project.open(directory);
  let folder = directory;
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  if (folder === directory) return project;
  const above = await Project.open(folder);
  // A repository may be created in the given folder later.
  const [kept, other] = (await above.codeBase()) === undefined ? [project, above] : [above, project];
  other.close();
  return kept;
}
