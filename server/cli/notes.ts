import process from 'node:process';
import { notes as render } from '../report/notes.ts';
import type { Input } from './command.ts';
import { compare, pathsIn, withProject } from './project.ts';

export function notes(input: Input): Promise<number> {
  return withProject(input, async (project, directory) => {
    const paths = pathsIn(project, directory, input.positionals);
    const result = await compare(project, input, paths);
    const evidence = input.has('uses') ? await (await import('./uses.ts')).evidence(project, input, result) : undefined;
    process.stdout.write(render(result, evidence));
    return 0;
  });
}
