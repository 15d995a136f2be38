import assert from 'node:assert/strict';
import { extensionApi, openAgent, pick, revertEdits, settledFindings } from './demo.ts';

describe('choosing the baseline', () => {
  afterEach(revertEdits);

  it('compares with the selected release, shows that, and goes back to the last release', async () => {
    await settledFindings((await openAgent()).document);
    const { statusItem } = await extensionApi();
    const isChosen = () => statusItem()?.tooltip.includes('as you chose');
    assert.equal(isChosen(), false);
    // The first two items are the last release, and a branch or commit to be typed.
    await pick('protoCompat.chooseBaseline', 2, () => isChosen() === true);
    await pick('protoCompat.chooseBaseline', 0, () => isChosen() === false);
  });
});
