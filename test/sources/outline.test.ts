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

  it('says whether a file may have a service', () => {
    expect(outline('message service_x { }').mayHaveService).toBe(false);
    expect(outline('service X { }').mayHaveService).toBe(true);
  });

  it('finds an import after 400,000 characters of noise', () => {
    for (const noise of ['import ', 'import /* ', `import${' '.repeat(1900)}`, 'import "', 'import//\n', 'import//']) {
      const text = `${noise.repeat(400_000 / noise.length)}\nimport 'last.proto';`;
      expect(outline(text).imports).toContain('last.proto');
    }
  });
});
