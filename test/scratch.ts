import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Creates one folder for all temporary files of a test run, so that an interrupted run leaves only that folder behind. */
export default function setup(): () => void {
  const folder = mkdtempSync(path.join(tmpdir(), 'proto-compat-run-'));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  // Windows uses TEMP and TMP. Worker processes inherit all three.
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
  process.once('exit', remove);
  return remove;
}
