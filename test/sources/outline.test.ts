import { describe, expect, it } from 'vitest';
import { outline } from '../../server/sources/outline.ts';

describe('outline', () => {
  it.each([
    ['import "a.proto";', ['a.proto']],
    ["import 'a/b.proto';", ['a/b.proto']],
    ['import public "a.proto";import weak"b.proto";import option "c.proto";', ['a.proto', 'b.proto', 'c.proto']],
    ['import // why\n /* and */ public\n /**/ "a.proto";', ['a.proto']],
    ['message important { string import = 1; }', []],
    ['import "unclosed', []],
  ])('%s imports %j', (text, imports) => {
    expect(outline(text).imports).toEqual(imports);
  });

  it('finds out whether there is no service', () => {
    expect(outline('message service_x { }').mayHaveService).toBe(false);
    expect(outline('service X { }').mayHaveService).toBe(true);
  });

  it('takes linear time on noise', () => {
    for (const noise of ['import ', 'import /* ', `import${' '.repeat(1900)}`, 'import "', 'import//\n', 'import//']) {
      expect(outline(noise.repeat(400_000 / noise.length)).imports.length).toBeLessThan(100_000);
    }
  });
});
