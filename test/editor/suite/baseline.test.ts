import assert from 'node:assert/strict';
import { extensionApi, openAgent, pick, revertEdits, settledFindings } from './demo.ts';

describe('choosing the baseline', () => {
  afterEach(revertEdits);

  it('compares with the selected release, shows that, and goes back to the last release', async () => {
    await settledFindings((await openAgent()).document);
    const { statusItem } = await extensionApi();
    const isChosen = () => statusItem()?.tooltip.includes('as you chose');
    assert.equal(isChosen(), false);
    // Item 0 is the last release. Item 1 asks for a branch or a commit.
    await pick('protoCompat.chooseBaseline', 2, () => isChosen() === true);
    await pick('protoCompat.chooseBaseline', 0, () => isChosen() === false);
  });
});
