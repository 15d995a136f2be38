import { describe, expect, it } from 'vitest';
import { parse } from '../../server/proto/parse.ts';
import { outline } from '../../server/sources/outline.ts';

describe('outline', () => {
  it.each([
    ['import "a.proto";', ['a.proto']],
    ["import 'a/b.proto';", ['a/b.proto']],
    ['import public "a.proto";import weak"b.proto";import option "c.proto";', ['a.proto', 'b.proto', 'c.proto']],
    ['import // why\n /* and */ public\n /**/ "a.proto";', ['a.proto']],
    ['import "a/" "b\\x2eproto";', ['a/b.proto']],
    ['import "a;b.proto";', ['a;b.proto']],
    ['import "a.proto" /* ; */; import "b.proto" // ;', ['a.proto', 'b.proto']],
    ['// import "a.proto";\n/* import "b.proto";\n * import "c.proto"; */ import "d.proto";', ['d.proto']],
    ['import "a.proto"; option java_package = \'import "b.proto";\'; // import "c.proto";', ['a.proto']],
    ['/* not closed\nimport "a.proto";\n/* import "b.proto"; */', ['a.proto']],
    ['option go_package = "not closed\nimport "a.proto";', ['a.proto']],
    ['message important { string import = 1; }', []],
  ])('%j imports %j', (text, imports) => {
    expect(outline(text).imports).toEqual(imports);
    expect(parse(text).imports.map(({ path }) => path.text)).toEqual(imports);
  });

  it.each([
    ['syntax = "proto3"; package a.b;', 'a.b'],
    ['package/* why */a . b // c\n;', 'a.b'],
    ['// package a;\n/*\npackage b;\n*/\npackage c;', 'c'],
    ['message M { string package = 1; a.package.T t = 2; } // package d;', ''],
    ['package service.import.package;', 'service.import.package'],
  ])('%j is in package %j', (text, name) => {
    expect(outline(text).package).toBe(name);
    expect(parse(text).package?.name.text ?? '').toBe(name);
  });

  it('says whether a file may have a service', () => {
    expect(outline('message service_x { }').mayHaveService).toBe(false);
    expect(outline('service X { }').mayHaveService).toBe(true);
  });

  it('finds an import after 400,000 characters of noise', () => {
    for (const noise of [
      'import ',
      'import /* ',
      `import${' '.repeat(1900)}`,
      'import "',
      'import//\n',
      'import//',
      'package ',
      'package a.',
      `package a${' '.repeat(1900)}`,
    ]) {
      const text = `${noise.repeat(400_000 / noise.length)}\nimport 'last.proto';`;
      expect(outline(text).imports).toContain('last.proto');
    }
  });
});
