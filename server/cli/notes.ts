import process from 'node:process';
import { notes as render } from '../report/notes.ts';
import type { Input } from './command.ts';
import { compare, withProject } from './project.ts';

/** Prints the protocol's part of the release notes. */
export function notes(input: Input): Promise<number> {
  return withProject(input, async (project) => {
    process.stdout.write(render(await compare(project, input)));
    return 0;
  });
}
