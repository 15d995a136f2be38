import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

import { Project } from '../check/project.ts';

/**
 * Opens the project of a folder. If the folder doesn't exist, but its closest existing parent is in a repository, opens
 * the project of this parent instead.
 * @param directory absolute.
 */
export async function openNearest(directory: string): Promise<Project> {
  const project = await Project.open(directory);
  let folder = directory;
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  if (folder === directory) return project;
  const above = await Project.open(folder);
  // Without a repository above, the given folder's project is kept, because a repository may be created there later.
  const [kept, other] = (await above.codeBase()) === undefined ? [project, above] : [above, project];
  other.close();
  return kept;
}
