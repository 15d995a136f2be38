import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

import { makeRepository } from '../git/repository.ts';
import { bundle } from './bundle.ts';
import { GREETER } from './greeter.ts';

const reason = hasNeovim() ? '' : ' (skipped: no nvim on the PATH)';

it.skipIf(reason !== '')(`Neovim shows diagnostics before saving and applies a code action${reason}`, async () => {
  const server = await bundle('server/main.ts');
  const repository = makeRepository();
  try {
    repository.commit({ 'a.proto': GREETER });
    repository.tag('1.0.0');
    const output = join(repository.temporary, 'result.json');
    await promisify(execFile)(
      'nvim',
      [
        '--headless',
        '-u',
        'NONE',
        '-i',
        'NONE',
        '-n',
        '-c',
        `luafile ${join(import.meta.dirname, 'neovim.lua')}`,
        '-c',
        'qa!',
      ],
      {
        timeout: 110_000,
        env: {
          ...process.env,
          XDG_STATE_HOME: repository.temporary,
          XDG_CACHE_HOME: repository.temporary,
          SERVER_NODE: process.execPath,
          SERVER_BUNDLE: server.path,
          PROTO_FILE: join(repository.directory, 'a.proto'),
          OLD_TEXT: 'age = 2',
          NEW_TEXT: 'age = 3',
          OUTPUT: output,
        },
      },
    );
    const result: unknown = JSON.parse(readFileSync(output, 'utf8'));
    expect(result).toMatchObject({
      diagnostic: { line: 4, column: '  int32 age = '.length, source: 'proto-compat', code: 'field-renumbered' },
      hover: expect.stringContaining('int32 age = 2;') as string,
      settled: true,
      text: GREETER.trimEnd(),
    });
  } finally {
    server.remove();
    repository.remove();
  }
});

function hasNeovim(): boolean {
  try {
    execFileSync('nvim', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
