import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Everything that tests write to a temporary folder is in one folder of the run, so that nothing is left where a run is interrupted. */
export default function setup(): () => void {
  const folder = mkdtempSync(path.join(tmpdir(), 'proto-compat-run-'));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  // Windows goes by the two others. Workers take them over.
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
  process.once('exit', remove);
  return remove;
}
