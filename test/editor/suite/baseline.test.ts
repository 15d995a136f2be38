import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually, extensionApi, openAgent, revertEdits, settledFindings } from './demo.ts';

describe('choosing the baseline', () => {
  afterEach(revertEdits);

  it('compares with what was picked, says so, and goes back to the last release', async () => {
    await settledFindings((await openAgent()).document);
    const { statusItem } = await extensionApi();
    const isChosen = () => statusItem()?.tooltip.includes('as you chose');
    assert.equal(isChosen(), false);
    // After the last release by rule and the branch or commit to be typed.
    await pick(2);
    await eventually('chosen release', isChosen);
    await pick(0);
    await eventually('release by rule', () => isChosen() === false);
  });
});

/** @param index of the item in the list, separators not counted */
async function pick(index: number): Promise<void> {
  const choosing = vscode.commands.executeCommand('protoCompat.chooseBaseline');
  // Nothing tells an extension that a list is open.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  for (let moved = 0; moved < index; moved++) {
    await vscode.commands.executeCommand('workbench.action.quickOpenSelectNext');
  }
  await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
  await choosing;
}
