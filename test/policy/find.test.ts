import { describe, expect, test } from 'vitest';
import { findSettings } from '../../server/policy/find.ts';
import { DEFAULT_SETTINGS } from '../../server/policy/settings.ts';

const find = (files: Record<string, string>) =>
  findSettings((file) => Promise.resolve(new Map(Object.entries(files)).get(file)));

describe('where settings come from', () => {
  test('our own file, even where buf has one', async () => {
    const { settings } = await find({
      'proto-compat.json': '{ "skew": 2 }',
      'buf.yaml': 'breaking: { ignore: [old] }',
    });
    expect(settings).toEqual({ ...DEFAULT_SETTINGS, skew: 2 });
  });

  test('an empty file of our own is a choice, too', async () => {
    expect((await find({ 'proto-compat.json': '', 'buf.yaml': 'breaking: { ignore: [old] }' })).settings).toEqual(
      DEFAULT_SETTINGS,
    );
  });

  test("buf's where there is none of ours, by the rules that there are", async () => {
    const { settings, problems } = await find({
      'buf.yaml': 'breaking:\n  use: [FILE]\n  except: [RPC_NO_DELETE]\n  ignore: [old]\n',
    });
    expect(problems).toEqual([]);
    expect(settings.unstable).toEqual(['old/**']);
    expect(settings.rules).toMatchObject({ 'method-removed': 'hint', 'file-option-changed': 'error' });
    expect(settings.rules).not.toHaveProperty('field-removed');
  });

  test('the defaults where there is neither', async () => {
    expect((await find({})).settings).toEqual(DEFAULT_SETTINGS);
  });
});
