import { expect, test } from 'vitest';
import { Recent } from '../../server/check/recent.ts';

test('a used entry is kept, and an unused one is dropped after ageing twice', () => {
  const recent = new Recent<number>();
  recent.set('used', 1);
  recent.set('unused', 2);
  for (let n = 0; n < 2; n++) {
    recent.age();
    expect(recent.get('used')).toBe(1);
  }
  expect(recent.get('unused')).toBeUndefined();
});

test('the entries weigh at most twice the maximum, and the newest ones are kept', () => {
  const recent = new Recent<string>(10, ({ length }) => length);
  for (let n = 0; n < 100; n++) {
    recent.set(`${n}`, 'xxxxx');
    expect(recent.get('0')).toBe('xxxxx');
  }
  const kept = Array.from({ length: 100 }, (_, n) => `${n}`).filter((key) => recent.get(key) !== undefined);
  expect(kept.length).toBeLessThanOrEqual(4);
  expect(kept).toContain('99');
});
