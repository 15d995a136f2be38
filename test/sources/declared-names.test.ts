import { describe, expect, it } from 'vitest';
import { namesOnOneSide } from '../../server/sources/declared-names.ts';

describe('names that only one side has', () => {
  const names = (packageName: string, ...declared: string[]) => ({ package: packageName, names: new Set(declared) });
  const found = (old: ReturnType<typeof names> | undefined, edited: ReturnType<typeof names> | undefined) =>
    Object.fromEntries([...namesOnOneSide([{ old, edited }])].map(([name, all]) => [name, [...all]]));

  it('are those that were added and those that were removed', () => {
    expect(found(names('a', 'Kept', 'Removed'), names('a', 'Added', 'Kept'))).toEqual({ a: ['Removed', 'Added'] });
  });

  it('are none if only the order changed', () => {
    expect(found(names('a', 'One', 'Two'), names('a', 'Two', 'One'))).toEqual({});
  });

  it('are all names of a file, in both packages, if it moved to another package', () => {
    expect(found(names('a', 'One'), names('b', 'One'))).toEqual({ a: ['One'], b: ['One'] });
  });

  it('are all names of a file that only one side has', () => {
    expect(found(undefined, names('a', 'One'))).toEqual({ a: ['One'] });
  });

  it('are never those of files without a package', () => {
    expect(found(names('', 'One'), undefined)).toEqual({});
  });
});
