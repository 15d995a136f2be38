import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

import { makeRepository } from '../git/repository.ts';
import { bundle } from './bundle.ts';
import { GREETER } from './greeter.ts';

const reason = isReady() ? '' : ' (skipped: no emacs with eglot and protobuf-mode)';

it.skipIf(reason !== '')(
  `Emacs, set up as the documentation says, shows diagnostics and applies a code action${reason}`,
  async () => {
    const [, setup] = /```elisp\n([^`]*)```/.exec(readFileSync('docs/editors.md', 'utf8')) ?? [];
    const command = await bundle('server/cli.ts');
    const repository = makeRepository();
    const { temporary, directory } = repository;
    try {
      repository.commit({ 'a.proto': GREETER });
      repository.tag('1.0.0');
      writeFileSync(join(temporary, 'setup.el'), setup ?? '');
      // Like `npm install --global`.
      const program = join(temporary, 'proto-compat');
      writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${command.path}' "$@"\n`);
      chmodSync(program, 0o755);
      const output = join(temporary, 'result.json');
      // Not `-Q`, which would hide the system's packages.
      await promisify(execFile)('emacs', ['--batch', '-q', '--load', join(import.meta.dirname, 'emacs.el')], {
        timeout: 110_000,
        env: {
          ...process.env,
          HOME: temporary,
          PATH: `${temporary}${delimiter}${process.env['PATH'] ?? ''}`,
          SETUP: join(temporary, 'setup.el'),
          PROTO_FILE: join(directory, 'a.proto'),
          OLD_TEXT: 'age = 2',
          NEW_TEXT: 'age = 3',
          OUTPUT: output,
        },
      });
      const result: unknown = JSON.parse(readFileSync(output, 'utf8'));
      expect(result).toEqual({
        mode: 'protobuf-mode',
        diagnostic: expect.stringContaining('field-renumbered') as string,
        marked: '3',
        hover: expect.stringContaining('int32 age = 2;') as string,
        text: GREETER,
      });
    } finally {
      command.remove();
      repository.remove();
    }
  },
);

function isReady(): boolean {
  try {
    execFileSync('emacs', ['--batch', '-q', '--eval', "(progn (require 'eglot) (require 'protobuf-mode))"], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}
