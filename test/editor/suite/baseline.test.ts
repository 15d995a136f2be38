import assert from 'node:assert/strict';
import { extensionApi, openAgent, pick, revertEdits, settledFindings } from './demo.ts';

describe('choosing the baseline', () => {
  afterEach(revertEdits);

  it('compares with what was picked, says so, and goes back to the last release', async () => {
    await settledFindings((await openAgent()).document);
    const { statusItem } = await extensionApi();
    const isChosen = () => statusItem()?.tooltip.includes('as you chose');
    assert.equal(isChosen(), false);
    // After the last release by rule and the branch or commit to be typed.
    await pick('protoCompat.chooseBaseline', 2, () => isChosen() === true);
    await pick('protoCompat.chooseBaseline', 0, () => isChosen() === false);
  });
});
