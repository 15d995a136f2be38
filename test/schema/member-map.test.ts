import { describe, expect, it } from 'vitest';
import { MemberMap, numberOf } from '../../server/schema/member-map.ts';

function firstOfEach(members: readonly { readonly number: number }[]): Map<number, { readonly number: number }> {
  const firsts = new Map<number, { readonly number: number }>();
  for (const member of members)
    if (!Number.isNaN(member.number) && !firsts.has(member.number)) firsts.set(member.number, member);
  return firsts;
}

describe('members by number', () => {
  it('are the first with each number, while more members are added', () => {
    const members: { readonly number: number }[] = [];
    const map = new MemberMap(members, numberOf);
    for (const number of [3, 1, 3, NaN, 5, 2, 1, 9, 7, 4, NaN, 3, 8, 6, 9]) {
      members.push({ number });
      const expected = firstOfEach(members);
      for (let wanted = 0; wanted < 11; wanted++) {
        expect(map.get(wanted)).toBe(expected.get(wanted));
        expect(map.has(wanted)).toBe(expected.has(wanted));
      }
      expect(map.has(NaN)).toBe(false);
    }
  });

  it('are listed like those of a map', () => {
    const members = [{ number: 2 }, { number: NaN }, { number: 2 }, { number: 1 }];
    const map = new MemberMap(members, numberOf);
    expect([...map.keys()]).toEqual([...firstOfEach(members).keys()]);
    expect([...map.values()]).toEqual([...firstOfEach(members).values()]);
    members.push({ number: 7 });
    expect([...map.keys()]).toEqual([2, 1, 7]);
    expect(map.size).toBe(3);
  });
});
