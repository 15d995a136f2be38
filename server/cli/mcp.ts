import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { version } from '../../package.json';
import { serveTools } from '../tools/start.ts';
import { CannotRun, type Input } from './command.ts';

/** Returns once the server listens. The process runs until the client closes the connection. */
export async function mcp(input: Input): Promise<number> {
  const roots = input.positionals.map((given) => {
    const root = path.resolve(given);
    if (!statSync(root, { throwIfNoEntry: false })?.isDirectory())
      throw new CannotRun(`there is no folder ${root}; name the folders that tools may read.`);
    return realpathSync.native(root);
  });
  await serveTools(roots, version);
  return 0;
}
