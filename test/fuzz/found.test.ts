import { afterEach, expect, it } from 'vitest';
import { Project } from '../../server/check/project.ts';
import { makeRepository } from '../git/repository.ts';

const DEEP = `syntax = "proto2"; message Id { required string v = 1; }
  message B { required Id id = 1; required C next = 2; } message C { required Id id = 1; required D next = 2; }
  message D { required Id id = 1; required E next = 2; } message E { required Id id = 1; required F next = 2; }
  message F { required Id id = 1; }`;

/** Minimised texts for which fuzzing once found an exception. */
const FOUND: readonly { readonly what: string; readonly released: string; readonly edited: string }[] = [
  {
    what: 'fixes if the syntax closes an enum',
    released: 'syntax = "proto3"; message M { E e = 1; } enum E { ZERO = 0; }',
    edited: 'syntax = "proto2"; message M { optional E e = 1; } enum E { ZERO = 0; }',
  },
  {
    what: 'the next free number if all higher ones are reserved',
    released: 'syntax = "proto3"; enum E { ZERO = 0; ONE = 1; reserved 4 to max; }',
    edited: 'syntax = "proto3"; enum E { ZERO = 0; TWO = 5; reserved 4 to max; }',
  },
  {
    what: 'the next free number if none is left',
    released: 'syntax = "proto3"; message M { string a = 1; reserved 2 to max; }',
    edited: 'syntax = "proto3"; message M { int32 b = 1; string c = 2; reserved 2 to max; }',
  },
  {
    what: 'restoring a declaration in a body without a closing brace',
    released: 'syntax = "proto3";\nmessage M {\n  string a = 1;\n}\nservice S {\n  rpc Go(M) returns (M);\n}\n',
    edited: 'syntax = "proto3";\nservice S {\nmessage M {\n  string a = 1;\n}\n',
  },
  {
    what: 'an example for a field with the number of another field',
    released: 'syntax = "proto3"; message M { string a = 1; map<string, bytes> b = 2; }',
    edited: 'syntax = "proto3"; message M { string a = 1; map<string, bytes> b = 1; string c = 3; }',
  },
  {
    what: 'an example if an enum value has no number yet',
    released: 'syntax = "proto3"; message M { E a = 1; map<string, E> m = 2; } enum E { ZERO = 0; ONE = 1; TWO = 2; }',
    edited:
      'syntax = "proto3";\nmessage M { E a = 1; map<string, E> m = 2; }\nenum E {\n  NONE = ;\n  ZERO = 0;\n  ONE = 2;\n}\n',
  },
  {
    what: 'an example of a message with two required fields of the same number',
    released: 'syntax = "proto2"; message M { required string a = 1; required group G = 1 {} optional int32 x = 3; }',
    edited: 'syntax = "proto2"; message M { required string a = 1; optional string x = 3; required M m = 4; }',
  },
  {
    what: 'an example of a message that requires itself',
    released: 'syntax = "proto2"; message M { required string a = 1; required M m = 2; optional int32 x = 3; }',
    edited: 'syntax = "proto2"; message M { required string a = 1; required M m = 2; optional string x = 3; }',
  },
  {
    what: 'an example with deeply nested required fields of the same type',
    released: `${DEEP} message A { required Id id = 1; required B next = 2; optional int32 x = 3; }`,
    edited: `${DEEP} message A { required Id id = 1; required B next = 2; optional string x = 3; }`,
  },
];

let close = (): void => undefined;
afterEach(() => {
  close();
});

it.each(FOUND.map(({ what, ...texts }) => [what, texts] as const))('throws no exception for %s', async (_, texts) => {
  const { released, edited } = texts;
  const made = makeRepository();
  made.commit({ 'a.proto': released });
  made.tag('1.0.0');
  const project = await Project.open(made.directory);
  close = () => {
    project.close();
    made.remove();
  };
  project.openText('a.proto', edited);
  const { findings } = await project.check();
  expect(findings.length).toBeGreaterThan(0);
  for (const finding of findings) {
    finding.witness();
    for (const { edits } of finding.fixes()) {
      for (const { span } of edits) expect(edited.slice(span.start, span.end)).toHaveLength(span.end - span.start);
    }
  }
});
