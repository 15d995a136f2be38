import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

import { Project } from '../check/project.ts';

/**
 * Opens the project of a folder. Editors also show files of a folder that was not created yet, was deleted, or is left
 * out by a sparse checkout. Their project is the repository around the closest folder that exists.
 * @param directory absolute.
 */
export async function openNearest(directory: string): Promise<Project> {
  const project = await Project.open(directory);
  let folder = directory;
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  if (folder === directory) return project;
  const above = await Project.open(folder);
  // Outside a repository, the project keeps the given folder, where a repository may be created again.
  const [kept, other] = (await above.codeBase()) === undefined ? [project, above] : [above, project];
  other.close();
  return kept;
}
