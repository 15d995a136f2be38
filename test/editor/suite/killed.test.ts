import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { eventually, extensionApi, findings, openAgent, replace, revertEdits, settledFindings } from './demo.ts';

// This test finds processes in /proc.
(process.platform === 'linux' ? describe : describe.skip)('a killed language server', () => {
  afterEach(revertEdits);

  it('is restarted automatically, and checks the unsaved text', async () => {
    const editor = await openAgent();
    const before = await settledFindings(editor.document);
    await replace(editor, 'hostname = 2', 'hostname = 77');
    const typed = await eventually('finding of the edit', () => {
      const found = findings(editor.document);
      return found.some((finding) => finding.endsWith('77')) && found;
    });
    assert.notDeepEqual(typed, before);
    const killed = servers();
    assert.equal(killed.length, 1);
    for (const id of killed) process.kill(id, 'SIGKILL');
    // The killed server cannot receive this edit.
    await replace(editor, 'hostname = 77', 'hostname = 79');
    await eventually('another server', () => servers().some((id) => !killed.includes(id)));
    const { isRunning } = await extensionApi();
    await eventually('the same findings again', () => isRunning() && findings(editor.document).length === typed.length);
    // These findings could be the killed server's. Only the new one can follow the next edit.
    await replace(editor, 'hostname = 79', 'hostname = 78');
    await eventually('finding of the next edit', () =>
      findings(editor.document).some((finding) => finding.endsWith('78')),
    );
  });
});

/** The language servers that this extension host has started. */
function servers(): number[] {
  const tasks = `/proc/${process.pid}/task`;
  return readdirSync(tasks)
    .flatMap((task) => contentOf(`${tasks}/${task}/children`).split(' '))
    .filter((id) => contentOf(`/proc/${id}/cmdline`).includes('server.cjs'))
    .map(Number);
}

/** Empty if the process no longer exists. */
function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
