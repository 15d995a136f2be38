import { describe, expect, it } from 'vitest';
import { parse } from '../../../server/proto/parse.ts';
import { findUses } from '../../../server/uses/code/find-uses.ts';
import { Targets } from '../../../server/uses/code/targets.ts';
import { elementsIn } from '../../../server/uses/element.ts';
import type { Language } from '../../../server/uses/languages.ts';

/*
 * In the code below, a comment at the end of a line lists all expected uses in this line: what the code does with the
 * element, how certain this is, and whether it is in a test: `//> sets exact`, `//> reads likely test`.
 */

const PROTO = `syntax = "proto3";
package shop.v1;
option go_package = "example.com/shop;shopv1";
message Storage {
  string id = 1;
  FSGroup fs_group = 2;
  repeated string mount_options = 3;
  oneof source_kind { string block_path = 4; string image_ref = 5; }
}
message FSGroup { uint32 group_id = 1; GroupPolicy group_policy = 2; }
message Device { string id = 1; }
message Disk { Device main_device = 1; repeated Device devices = 2; }
enum GroupPolicy { GROUP_POLICY_ALWAYS = 0; GROUP_POLICY_ON_MISMATCH = 1; }
message AddPathRequest { string path = 1; }
message Empty {}
service StoreService {
  rpc AddPath(AddPathRequest) returns (Empty);
  rpc Quit(google.protobuf.Empty) returns (Empty);
}
`;
const all = elementsIn(parse(PROTO));

/** The code, with comments about the uses that are found instead of the expected ones. */
function annotated(language: Language, names: readonly string[], code: string): string {
  const text = code.replace(/ *(?:\/\/|#)>.*$/gm, '');
  const elements = names.map((name) => {
    const element = all.get(`shop.v1.${name}`);
    if (element === undefined) throw new Error(name);
    return element;
  });
  const found = findUses(text, language, new Targets(elements)).uses;
  let offset = 0;
  const lines = text.split('\n').map((line) => {
    const here = found.filter((use) => use.offset >= offset && use.offset <= offset + line.length);
    offset += line.length + 1;
    const marks = here.map(({ does, certainty, test }) => `${does} ${certainty}${test ? ' test' : ''}`);
    return marks.length === 0 ? line : `${line} ${mark(language)} ${marks.join(', ')}`;
  });
  return lines.join('\n');
}

function mark(language: Language): string {
  return language === 'Python' ? '#>' : '//>';
}

/** Declares `s` as a `Storage`. */
const PARAMETER: Partial<Record<Language, string>> = {
  Go: 'func f(s *pb.Storage) {',
  TypeScript: 'function f(s: Storage) {',
  'C++': 'void f(Storage *s) {',
  Python: 'def f(s: Storage):',
  Java: 'void f(Storage s) {',
  'C#': 'void F(Storage s) {',
  Rust: 'fn f(s: Storage) {',
};

function check(language: Language, names: readonly string[], code: string): void {
  expect(annotated(language, names, code)).toBe(code);
}

describe('a field', () => {
  it('is found in Go', () => {
    check(
      'Go',
      ['Storage.fs_group'],
      `package main
import pb "example.com/shop"
// FsGroup in a comment
type local struct { FsGroup *int }
func f(s *pb.Storage, l *local) error {
	s.FsGroup = nil //> sets exact
	if s.GetFsGroup() != nil { //> reads exact
		log("s.FsGroup")
	}
	l.FsGroup = nil
	other := &pb.Storage{Id: "x", FsGroup: g} //> sets exact
	list := []*pb.Storage{{FsGroup: g}} //> sets exact
	mine := local{FsGroup: nil}
	vol, err := make(other)
	vol.FsGroup = g //> sets likely
	vol.FsGroup(g)
	FsGroup := 3
	return use(FsGroup, \`
s.FsGroup \`)
}
`,
    );
  });

  it('is found in Rust', () => {
    check(
      'Rust',
      ['Storage.fs_group'],
      `use shop::{Storage, FSGroup};
/* storage.fs_group /* nested */ */
struct Mine { fs_group: u32 }
fn f<'a>(storage: &'a Storage, mine: &Mine) {
    if storage.fs_group.is_none() { return; } //> reads exact
    let fs_group = storage.fs_group(); //> reads exact
    let x = mine.fs_group;
    println!("{} storage.fs_group", fs_group.group_id);
    let s = shop::Storage { fs_group, ..Default::default() }; //> sets exact
    let m = Mine { fs_group: 3 };
    let mut t = Storage::default();
    t.set_fs_group(fs_group); //> sets exact
    t.fs_group = Some(FSGroup::default()); //> sets exact
}
impl From<Storage> for mine::Storage {
    fn from(from: Storage) -> Self {
        Self { fs_group: from.fs_group } //> sets exact
    }
}
#[cfg(test)]
mod tests {
    fn g() { Storage { fs_group: None }; } //> sets exact test
}
`,
    );
  });

  it('is found in Python', () => {
    check(
      'Python',
      ['Storage.fs_group', 'Storage.source_kind', 'Storage.block_path'],
      `import shop_pb2
from shop_pb2 import Storage
def f(request: Storage, mine):
    """request.fs_group"""
    s = shop_pb2.Storage(id="a", fs_group=g) #> sets exact
    if s.HasField("fs_group"): #> reads exact
        print(f"{s.fs_group} {{s}}") #> reads exact
    request.fs_group.group_id = 3 #> reads exact
    fs_group = 3
    which = s.WhichOneof('source_kind') #> reads exact
    return mine.fs_group #> reads likely
`,
    );
  });

  it('is found in Java and Kotlin', () => {
    check(
      'Java',
      ['Storage.fs_group'],
      `import shop.Storage;
class A {
  private int fsGroup;
  void f(Storage storage, Other other) {
    Storage s = Storage.newBuilder()
        .setId("x")
        .setFsGroup(g) //> sets exact
        .build();
    storage.getFsGroup(); //> reads exact
    other.getFsGroup();
    int fsGroup = 3;
  }
  int getFsGroup() { return fsGroup; }
}
`,
    );
    check(
      'Kotlin',
      ['Storage.fs_group'],
      `import shop.storage
fun f(storage: Storage) {
    val s = storage {
        fsGroup = g //> sets exact
    }
    println("\${storage.fsGroup}") //> reads exact
    val fsGroup = 3
}
`,
    );
  });

  it('is found in C++ and C#', () => {
    check(
      'C++',
      ['Storage.fs_group'],
      `#include "shop.pb.h"
void f(const shop::v1::Storage& storage, Other* other) {
  storage.fs_group().group_id(); //> reads exact
  shop::v1::Storage s;
  s.mutable_fs_group()->set_group_id(3); //> sets exact
  other->fs_group();
  auto fs_group = R"(storage.fs_group())";
}
`,
    );
    check(
      'C#',
      ['Storage.fs_group'],
      `class A {
  void F(Storage storage) {
    var s = new Storage { Id = "x", FsGroup = g }; //> sets exact
    Console.WriteLine($"{storage.FsGroup} {{storage}}"); //> reads exact
    var text = @"storage.FsGroup\\";
    storage.FsGroup = null; //> sets exact
  }
}
`,
    );
  });

  it('is found in TypeScript', () => {
    check(
      'TypeScript',
      ['Storage.fs_group', 'Storage.block_path'],
      `import { Storage, StorageSchema } from './shop_pb';
interface Mine { fsGroup: string }
function f(storage: Storage, mine: Mine) {
  const s = create(StorageSchema, { id: 'x', fsGroup: g }); //> sets exact
  if (storage.fsGroup?.groupId) return; //> reads exact
  mine.fsGroup = 'x';
  const { fsGroup } = storage; //> reads likely
  const text = \`\${storage.fsGroup} fsGroup\`; //> reads exact
  const pattern = /storage.fsGroup"/;
  const typed: Storage = { fsGroup: g }; //> sets exact
  switch (s.sourceKind.case) {
    case 'blockPath': //> reads likely
  }
}
`,
    );
  });

  it('is found in Swift', () => {
    check(
      'Swift',
      ['Storage.fs_group'],
      `func f(storage: Shop_V1_Storage) {
  var s = Shop_V1_Storage()
  s.fsGroup = g //> sets exact
  print("\\(storage.fsGroup) fsGroup") //> reads exact
  let fsGroup = 3
}
`,
    );
  });

  it('of a oneof is found in Go by the type that Go generates for this field', () => {
    check(
      'Go',
      ['Storage.block_path'],
      `package main
import pb "example.com/shop"
func f(s *pb.Storage, held *pb.Storage_BlockPath) { //> names exact
	s.SourceKind = &pb.Storage_BlockPath{BlockPath: "x"} //> sets exact
	one := new(pb.Storage_BlockPath) //> sets exact
	one.BlockPath = held.BlockPath //> sets exact
	if path, ok := s.SourceKind.(*pb.Storage_BlockPath); ok { //> reads exact
		use(path.BlockPath) //> reads exact
	}
	switch kind := s.SourceKind.(type) {
	case *pb.Storage_BlockPath: //> reads exact
		use(kind)
	case *pb.Storage_ImageRef, *pb.Storage_BlockPath: //> reads exact
		use(kind)
	}
}
`,
    );
  });

  it('is found with the certainty `name-only` in a value that is named like a field of another message type', () => {
    check(
      'Go',
      ['FSGroup.group_id'],
      `package main
import pb "example.com/shop"
var known map[string]pb.FSGroup
func f(s store, c cache, d *disk) {
	s.FsGroup.GroupId = 1 //> sets likely
	use(c.GetFsGroup().GroupId) //> reads likely
	use(s.group.GroupId) //> reads likely
	use(d.Devices[0].GroupId) //> reads name-only
	use(d.MainDevice.GroupId) //> reads name-only
}
`,
    );
  });

  it('with a common name is found only in a value of its message type, or in one that is named like the message', () => {
    check(
      'Go',
      ['Storage.id'],
      `package main
func f(s *pb.Storage, d *pb.Device, x thing) {
	s.Id = "a" //> sets exact
	d.Id = "b"
	x.Id = "c"
	storage := get()
	storage.Id = "d" //> sets likely
	unknown := get()
	unknown.Id = "e"
	made, err := x.Storage(ctx)
	made.Id = "f"
}
`,
    );
  });

  it('is found in Go with the certainty `likely` in a type of another package with the name of its message', () => {
    check(
      'Go',
      ['Storage.fs_group'],
      `package main
import "example.com/client/types"
func f() {
	s := types.Storage{FsGroup: nil} //> sets likely
	s.FsGroup = nil //> sets likely
	t := types.Stores{FsGroup: nil}
	t.FsGroup = nil
}
`,
    );
  });

  it('is found in Go in a value whose type is asserted', () => {
    check(
      'Go',
      ['Storage.fs_group'],
      `package main
import pb "example.com/shop"
func f(v any, s *pb.Storage) {
	v.(*pb.Storage).FsGroup = nil //> sets exact
	v.(*pb.Other).FsGroup = nil
	a := v.(*pb.Storage)
	a.FsGroup = nil //> sets exact
	b, ok := v.(*pb.Other)
	b.FsGroup = nil
}
`,
    );
  });

  it.each<[Language, string]>([
    ['Go', 'type Storage struct {\n\tFsGroup *FSGroup\n}\n'],
    ['Rust', 'pub struct Storage {\n    pub fs_group: Option<FSGroup>,\n}\n'],
    ['TypeScript', 'export interface Storage {\n  fsGroup?: FSGroup;\n}\n'],
    ['Java', 'class Storage {\n  FSGroup getFsGroup() { return null; }\n}\n'],
    ['Kotlin', 'data class Storage(val id: String, val fsGroup: FSGroup)\n'],
    ['Python', 'class Storage:\n    id: str\n    fs_group: FSGroup\n'],
  ])('in %s has a lookalike if a handwritten type and its member have the same names', (language, code) => {
    const storage = all.get('shop.v1.Storage.fs_group');
    if (storage === undefined) throw new Error('no field');
    const targets = new Targets([storage]);
    expect([...findUses(code, language, targets).lookalikes]).toEqual(['shop.v1.Storage.fs_group']);
    const others = [code.replace('Storage', 'Stored'), code.replaceAll(/fs_?group/gi, 'group')];
    for (const other of others) expect([...findUses(other, language, targets).lookalikes]).toEqual([]);
  });
});

describe('code in strings', () => {
  it('is not found between escaped brackets', () => {
    check(
      'Python',
      ['Storage.fs_group'],
      `def f(s: Storage):
    print(f"{{s.fs_group}}")
    print(f"{{{s.fs_group}}}") #> reads exact
    print(rf"\\{s.fs_group}") #> reads exact
    print(f"{s.fs_group:>{width}} {{") #> reads exact
`,
    );
    check(
      'C#',
      ['Storage.fs_group'],
      `class A {
  void F(Storage s) {
    Print($"{{s.FsGroup}}");
    Print($"{{{s.FsGroup}}}"); //> reads exact
    Print($@"{s.FsGroup} {{"); //> reads exact
    Print($"");
    Print($"""{s.FsGroup} "{s.FsGroup}" """); //> reads exact
    Print($$"""{{s.FsGroup}}"""); //> reads exact
  }
}
`,
    );
  });
});

describe('a use in Rust is in a test', () => {
  const USE = 's.fs_group = None;';
  it.each([
    ['in a block under `#[cfg(test)]`', `#[cfg(test)] mod t { fn f(s: Storage) { ${USE} } }`],
    ['if other attributes follow', `#[cfg(test)] #[allow(x)] pub(crate) fn f<A, B>(s: Storage) { ${USE} }`],
    ['if all conditions must hold', `#[cfg(all(unix, test))] fn f(s: Storage) { ${USE} }`],
    ['in a test function', `#[test] fn f(s: Storage) { ${USE} }`],
    ['in an asynchronous test function', `#[tokio::test(threads = 2)] async fn f(s: Storage) { ${USE} }`],
    ['in a file of tests', `#![cfg(test)] fn f(s: Storage) { ${USE} }`],
    ['in a statement for tests', `fn f(s: Storage) { #[cfg(test)] let x = { ${USE} 1 }; }`],
  ])('%s', (_where, code) => {
    check('Rust', ['Storage.fs_group'], `${code} //> sets exact test`);
  });

  it.each([
    ['after a module for tests in another file', `#[cfg(test)] mod t; fn f(s: Storage) { ${USE} }`],
    ['after an import for tests', `#[cfg(test)] use a::{b, c}; fn f(s: Storage) { ${USE} }`],
    ['after a constant for tests', `#[cfg(test)] const A: [u8; 1] = [1]; fn f(s: Storage) { ${USE} }`],
    ['after a constant function for tests', `#[cfg(test)] const fn a() {} fn f(s: Storage) { ${USE} }`],
    ['after a member for tests', `struct A { #[cfg(test)] a: u8, b: u8 } fn f(s: Storage) { ${USE} }`],
    ['after a last member for tests', `struct A { #[cfg(test)] a: u8 } fn f(s: Storage) { ${USE} }`],
    ['in code for everything but tests', `#[cfg(not(test))] fn f(s: Storage) { ${USE} }`],
    ['in code for tests and others', `#[cfg(any(test, fuzzing))] fn f(s: Storage) { ${USE} }`],
    ['in code for a feature', `#[cfg(feature = "test")] fn f(s: Storage) { ${USE} }`],
    ['if only an attribute is for tests', `#[cfg_attr(test, derive(A))] fn f(s: Storage) { ${USE} }`],
    ['after an unclosed attribute', `fn f(s: Storage) { ${USE} } #[cfg(all(test`],
  ])('but not %s', (_where, code) => {
    check('Rust', ['Storage.fs_group'], code.replace(USE, `${USE} //> sets exact\n`));
  });
});

describe('a destructured field is read', () => {
  it.each<[Language, string]>([
    ['Rust', 'fn from(x: Storage) -> Other {\n    let Storage { fs_group } = x; //> reads exact\n}\n'],
    ['Rust', 'fn from(x: Other) -> Storage {\n    let Other { fs_group } = x;\n}\n'],
    ['TypeScript', 'const { fsGroup } = x as Storage; //> reads exact\n'],
    ['TypeScript', 'const { fsGroup } = x; //> reads likely\nf(Storage);\n'],
    ['TypeScript', 'function f({ fsGroup }: Storage) {} //> reads exact\n'],
    ['TypeScript', 'function f({ fsGroup }: Other, b: Storage) {}\n'],
  ])('in %s only of its message: %s', (language, code) => {
    check(language, ['Storage.fs_group'], code);
  });

  it.each([
    'match s { Storage { fs_group, .. } => f(fs_group) }',
    'match s { A => 1, Some(Storage { fs_group: Some(1) }) if a => 2 }',
    'match s { Storage { fs_group: None } | Storage { id } => 3 }',
    'match s { &Storage { ref fs_group } => 3 }',
    'let Storage { fs_group: g, .. } = s;',
    'let Storage { id, ref mut fs_group } = s;',
    'let Storage { mut fs_group }: Storage = s;',
    'let Other { storage: Some(Storage { fs_group }) } = s;',
    'let [Storage { fs_group }, ..] = s;',
    'let Some(Storage { fs_group }) = s else { return };',
    'if let Some(Storage { fs_group, .. }) = s {}',
    'while let Some(Storage { fs_group: g }) = s.next() {}',
    'Storage { fs_group, .. } = s;',
    'for (i, Storage { fs_group }) in s {}',
    's.map(|Storage { fs_group }| fs_group);',
    's.map(|(a, Storage { fs_group })| a);',
    's.fold(0, |&Storage { fs_group }, a| a);',
    's.fold(0, move |(a, b), Storage { fs_group }| a);',
    'f(matches!(s, Storage { fs_group: None }));',
    'fn g(Storage { fs_group }: Storage) {}',
  ])('in Rust by `%s`', (code) => {
    check('Rust', ['Storage.fs_group'], `${code} //> reads exact`);
  });

  it.each([
    'Storage { fs_group, ..Default::default() };',
    'match s { A => Storage { fs_group }, B => c }',
    'match s { A => Some(Storage { fs_group }), B => c }',
    'if s == Some(Storage { fs_group }) {}',
    'let a = Other { storage: Some(Storage { fs_group: g }) };',
    'let a = [Storage { fs_group }, b];',
    'let a = if b { Storage { fs_group } } else { c };',
    's.map(|a| Storage { fs_group: a });',
    's.map(|a| Some(Storage { fs_group: a }), |b| c);',
    's.map(|| Storage { fs_group });',
    '*get(Storage { fs_group: g }) = 3;',
    's[&Storage { fs_group: g }] = 3;',
    'f(matches!(Storage { fs_group: g }, s));',
    'assert_eq!(s, Storage { fs_group: None });',
    'fn g() -> Storage { Storage { fs_group } }',
    'f(a | b, Storage { fs_group });',
    's.map(|a: Vec<u8>, b| c, Storage { fs_group });',
  ])('in Rust, but set by `%s`', (code) => {
    check('Rust', ['Storage.fs_group'], `${code} //> sets exact`);
  });

  it.each([
    'const { fsGroup: g } = s;',
    'const { fsGroup = 3 } = s;',
    'const { fsGroup: { groupId } = {} } = s;',
    'const { storage: { fsGroup: g }, a } = s;',
    'const [{ fsGroup }] = s;',
    'for (const [i, { fsGroup: g }] of s) {}',
    '({ fsGroup: this.g } = s);',
    's.map(({ fsGroup }) => fsGroup);',
    's.map(async (i, [{ fsGroup }]): X => i);',
    'const f = function ({ fsGroup }) {};',
    'class A { m({ fsGroup }) {} }',
    'class A { constructor({ fsGroup: g }) {} }',
  ])('in TypeScript by `%s`', (code) => {
    check('TypeScript', ['Storage.fs_group'], `${code} //> reads likely\nf(Storage);`);
  });

  it.each([
    's.map((i) => ({ a: { fsGroup } }));',
    'f({ fsGroup });',
    'x = a ? { fsGroup } : b;',
    'x = a ? ({ fsGroup }) : b;',
    'x = a ? f({ fsGroup }) : b;',
    'x = a ? b : [{ fsGroup }];',
    'const { a = { fsGroup } } = s;',
  ])('in TypeScript, but set by `%s`', (code) => {
    check('TypeScript', ['Storage.fs_group'], `${code} //> sets likely\nf(Storage);`);
  });

  it('in Python by a class pattern', () => {
    check(
      'Python',
      ['Storage.fs_group'],
      `match s:
    case Storage(fs_group=g): #> reads exact
        pass
    case Other(storage=Storage(fs_group=g)) if x: #> reads exact
        pass
    case x if x == Storage(fs_group=g): #> sets exact
        pass
    case {"a": 1} | Storage(fs_group=g): return g #> reads exact
    case 1: return Storage(fs_group=g) #> sets exact
case = Storage(fs_group=g) #> sets exact
`,
    );
  });

  it('in C# by a property pattern', () => {
    check(
      'C#',
      ['Storage.fs_group'],
      `if (s is Storage { FsGroup: null }) {} //> reads exact
var a = s switch { Storage { FsGroup: var g } => g }; //> reads exact
var b = new Storage { FsGroup = null }; //> sets exact
`,
    );
  });
});

describe('a field is set', () => {
  it.each<[Language, string]>([
    ...['=', '+=', '%=', '^=', '<<=', '>>=', '&^='].map((sign): [Language, string] => ['Go', `s.FsGroup ${sign} 1`]),
    ['Go', 's.FsGroup[0][1] = 1'],
    ['Go', 's.FsGroup--'],
    ['Go', 's.FsGroup, err = f()'],
    ['Go', 's.FsGroup, t.Other[0], _ = f()'],
    ...['??=', '||=', '&&=', '**=', '>>>='].map((sign): [Language, string] => ['TypeScript', `s.fsGroup ${sign} 1;`]),
    ['TypeScript', '++s.fsGroup;'],
    ['C++', '--s->fs_group;'],
    ['Python', 's.fs_group //= 2'],
    ['Python', 's.fs_group, x = f()'],
    ['Python', 's.fs_group.CopyFrom(g)'],
    ['Python', 's.fs_group[0].append(g)'],
    ['Python', 'del s.fs_group[:]'],
    ['TypeScript', 's.fsGroup.push(g);'],
    ['TypeScript', 'delete s.fsGroup;'],
    ['C#', 's.FsGroup.Add(g);'],
    ['Rust', 's.fs_group.push(g);'],
    ['Rust', 'f(s.fs_group.take());'],
    ['Rust', 'f(&mut s.fs_group);'],
  ])('in %s by `%s`', (language, statement) => {
    check(language, ['Storage.fs_group'], `${PARAMETER[language] ?? ''}\n${statement} ${mark(language)} sets exact`);
  });

  it.each<[Language, string]>([
    ...['==', '!=', '<=', '>='].map((sign): [Language, string] => ['Go', `s.FsGroup ${sign} 1`]),
    ...['===', '!==', '<<'].map((sign): [Language, string] => ['TypeScript', `f(s.fsGroup ${sign} 1);`]),
    ['TypeScript', 'a++\ns.fsGroup\n++b;'],
    ['Go', 'a, b := s.FsGroup, 1\nc = 2'],
    ['Python', 'f(s.fs_group, x=1)'],
    ['Java', 'int x = s.fs_group, y = 3;'],
    ['Python', 's.fs_group.group_id.append(1)'],
    ['Python', 's.fs_group.append'],
    ['Rust', 'f(&mut s.fs_group.group_id);'],
    ['TypeScript', '++s.fsGroup.groupId;'],
  ])('in %s, but not by `%s`', (language, statement) => {
    const text = `${PARAMETER[language] ?? ''}\n${statement}`;
    expect(annotated(language, ['Storage.fs_group'], text)).not.toContain('sets');
  });
});

describe('declared names', () => {
  it.each<[Language, string, string]>([
    ['Go', 'methods', 'func (c *client) AddPathRequest() error {'],
    ['Go', 'types in groups', 'type (\n\tAddPathRequest struct {'],
    ['Java', 'constructors', 'public AddPathRequest(String path) {'],
    ['C#', 'methods', 'Task AddPathRequest(string path) => null;'],
    ['TypeScript', 'methods', 'class A { AddPathRequest(path: string) {'],
    ['C++', 'types of other files', 'class AddPathRequest;'],
    ['Kotlin', 'types', 'data class AddPathRequest(val path: String)'],
  ])('are no uses in %s: %s', (language, _what, code) => {
    check(language, ['AddPathRequest'], `${code}\n`);
  });

  it.each<[Language, string, string]>([
    ['Kotlin', 'parameters of constructors', 'class Storage(fsGroup: FSGroup)'],
    ['Kotlin', 'parameters of functions with a body', 'fun make(\n  fsGroup: FSGroup,\n) = Storage()'],
    ['TypeScript', 'parameters of methods', 'class Storage { a(b: Storage,\nfsGroup: FSGroup) {} }'],
    ['TypeScript', 'members of object types', 'type Storage = {\n  fsGroup: FSGroup;\n}'],
    ['Swift', 'parameters of initialisers', 'struct Storage {\n  init(\n    fsGroup: FSGroup) {} }'],
    ['Rust', 'members', 'struct A {\n  fs_group: FSGroup,\n}'],
  ])('in %s do not set a field: %s', (language, _what, code) => {
    check(language, ['Storage.fs_group'], `${code}\n`);
  });

  it('in Swift are distinguished from the labels in a call of an initialiser', () => {
    check('Swift', ['Storage.fs_group'], 'let s = Shop_V1_Storage.init(fsGroup: g) //> sets exact\n');
  });

  it.each<[Language, string]>([
    ['Go', 'type (\n\tStorage struct {\n\t\tFsGroup *FSGroup\n\t}\n)\n'],
    ['Go', 'type Storage[T any] struct {\n\tFsGroup T\n}\n'],
    ['TypeScript', 'export type Storage = {\n  fsGroup?: FSGroup;\n};\n'],
    ['C++', 'enum class A {};\nstruct Storage : Base {\n  int fs_group;\n};\n'],
  ])('in %s make a lookalike: %s', (language, code) => {
    const storage = all.get('shop.v1.Storage.fs_group');
    if (storage === undefined) throw new Error('no field');
    expect([...findUses(code, language, new Targets([storage])).lookalikes]).toEqual(['shop.v1.Storage.fs_group']);
  });
});

describe('the type of a value', () => {
  it.each<[Language, string]>([
    ['Python', 'f(\n    a=x,\n    b=Storage())\na.fs_group = 1 #> sets likely\n'],
    ['TypeScript', 'let a = x, b = new Storage();\na.fsGroup = 1; //> sets likely\n'],
    ['Java', 'Other a = x; Storage b = null;\na.fs_group = 1;\n'],
    ['Rust', 'fn f() -> impl Iterator<Item = Storage> {\n    self.fs_group = 1;\n}\n'],
    ['C++', 'struct Storage *find(int id) {\n  this->fs_group = 1;\n}\n'],
  ])('in %s is not that of another value: %s', (language, code) => {
    check(language, ['Storage.fs_group'], code);
  });
});

describe('an import', () => {
  it.each<[Language, string]>([
    ['Python', 'from shop_pb2 import (\n    FSGroup,\n)\nf(shop_pb2.FSGroup) #> names exact\n'],
    ['Python', 'from .shop_pb2 import FSGroup\n'],
    ['TypeScript', "import shop_pb from './shop_pb'\nf(shop_pb.FSGroup) //> names exact\n"],
    ['Rust', 'pub(crate) use a::{self, b::{FSGroup, C}};\nf::<shop::v1::FSGroup>(); //> names exact\n'],
    ['C++', 'using shop::v1::FSGroup;\nusing A = shop_pb::FSGroup; //> names exact\n'],
  ])('in %s ends where the next statement starts: %s', (language, code) => {
    check(language, ['FSGroup'], code);
  });
});

describe('a method', () => {
  it('is implemented in C++ inside and outside of its class', () => {
    check(
      'C++',
      ['StoreService.AddPath'],
      `class Server : public StoreService::Service {
  grpc::Status AddPath(Context *c, const AddPathRequest *r) override { return OK; } //> implements exact
  grpc::Status Other(Context *c);
};
grpc::Status Server::AddPath(Context *c, const AddPathRequest *r) { //> implements exact
  return stub->AddPath(c, r); //> calls exact
}
`,
    );
  });

  it('is not implemented by a function without a body', () => {
    check(
      'Kotlin',
      ['StoreService.AddPath'],
      `interface Store : StoreService {
    suspend fun addPath(request: AddPathRequest): Empty
    fun other() {}
}
class Server : StoreService {
    override suspend fun addPath(request: AddPathRequest): Empty { //> implements exact
    }
}
`,
    );
  });

  it('is found in Go', () => {
    check(
      'Go',
      ['StoreService.AddPath'],
      `package main
type API interface { AddPath(ctx context.Context, r *pb.AddPathRequest) error }
func (s *server) AddPath(ctx context.Context, r *pb.AddPathRequest) (*pb.Empty, error) { //> implements exact
	return nil, nil
}
func call(c pb.StoreServiceClient, tree *Tree) {
	c.AddPath(ctx, r) //> calls exact
	send(&pb.AddPathRequest{Path: "x"}) //> calls exact
	tree.AddPath(x) //> calls name-only
	tree.AddPath("x")
	invoke("/shop.v1.StoreService/AddPath") //> names exact
	log("AddPath")
}
`,
    );
  });

  it('is not found where a function of the same name takes scalars', () => {
    check(
      'Rust',
      ['StoreService.AddPath'],
      `use protocols::shop::StoreService;
impl StoreService for Server {
    async fn add_path(&self, timeout: i32) -> Result<()> {
        self.store_service.add_path(timeout).await?;
        self.store_service.add_path(10_000).await?;
        self.store_service.add_path(ctx, &request).await //> calls likely
    }
    async fn add_path(&self, ctx: &Context, request: AddPathRequest) -> Result<Empty> { //> implements exact
    }
}
`,
    );
    check(
      'Go',
      ['StoreService.AddPath'],
      `package main
func (s *StoreService) AddPath(ctx context.Context, timeout int) error {
	env.StoreServiceClient.AddPath = unknown
	return s.client.AddPath(ctx, request) //> calls likely
}
`,
    );
  });

  it('that takes a well-known type is found only with its service', () => {
    const call = 'fn f(vm: Vm) { vm.quit(context(), &Empty::new()); }';
    check('Rust', ['StoreService.Quit'], `${call}\n`);
    check('Rust', ['StoreService.Quit'], `use shop::StoreServiceClient;\n${call} //> calls exact\n`);
    const implementation = 'func (s *server) Quit(ctx context.Context, _ *emptypb.Empty) error {';
    check('Go', ['StoreService.Quit'], `package main\n${implementation}\n}\n`);
    const registration = 'func g() { pb.RegisterStoreServiceServer(s) }';
    check('Go', ['StoreService.Quit'], `package main\n${registration}\n${implementation} //> implements exact\n}\n`);
  });

  it('is not found in Go by a type of another package with the name of its request', () => {
    check(
      'Go',
      ['StoreService.AddPath'],
      `package main
import (
	"context"
	"example.com/model"
	gen "example.com/gen/shop"
)
var a = &model.AddPathRequest{Path: "x"}
var b = &gen.AddPathRequest{Path: "x"} //> calls exact
func (s *server) AddPath(ctx context.Context, r *gen.AddPathRequest) error { //> implements exact
	return s.next.AddPath(ctx, r) //> calls exact
}
func (s *model) AddPath(ctx context.Context, r *model.AddPathRequest) error {
	return s.next.AddPath(ctx, r)
}
`,
    );
  });

  it('is found in Rust', () => {
    check(
      'Rust',
      ['StoreService.AddPath'],
      `use shop::{AddPathRequest, StoreService};
trait Mine { async fn add_path(&self, r: AddPathRequest) -> Result<()>; }
impl StoreService for Server {
    async fn add_path(&self, r: AddPathRequest) -> Result<Empty> { //> implements exact
        do_add_path(&r)
    }
}
impl_store!(
    add_path | crate::AddPathRequest | crate::Empty, //> names exact
);
async fn f(client: StoreServiceClient) {
    client.add_path(ctx, &AddPathRequest { path: p }).await; //> calls exact
    let add_path = 3;
}
`,
    );
  });

  it('is found in Python and TypeScript', () => {
    check(
      'Python',
      ['StoreService.AddPath'],
      `class Servicer(shop_pb2_grpc.StoreServiceServicer):
    def AddPath(self, request, context): #> implements exact
        return shop_pb2.Empty()
stub = shop_pb2_grpc.StoreServiceStub(channel)
stub.AddPath(shop_pb2.AddPathRequest(path="x")) #> calls exact
# stub.AddPath()
`,
    );
    check(
      'TypeScript',
      ['StoreService.AddPath'],
      `const client = createClient(StoreService, transport);
await client.addPath({ path: 'x' }); //> calls exact
router.service(StoreService, {
  addPath: async (request) => ({}), //> implements likely
});
class Server implements StoreService {
  async addPath(request: AddPathRequest): Promise<Empty> { //> implements exact
    return {};
  }
}
`,
    );
  });
});

describe('an enum value', () => {
  it('is found by its name together with its enum or with the generated module', () => {
    check(
      'Go',
      ['GROUP_POLICY_ON_MISMATCH'],
      `package main
var x = pb.GroupPolicy_GROUP_POLICY_ON_MISMATCH //> names exact
var y = "GROUP_POLICY_ON_MISMATCH"
`,
    );
    check(
      'Rust',
      ['GROUP_POLICY_ON_MISMATCH'],
      `let x = GroupPolicy::OnMismatch; //> names exact\nlet y = Other::OnMismatch;\n`,
    );
    check('Python', ['GROUP_POLICY_ON_MISMATCH'], `x = shop_pb2.GROUP_POLICY_ON_MISMATCH #> names exact\n`);
    check('Java', ['GROUP_POLICY_ON_MISMATCH'], `var x = GroupPolicy.GROUP_POLICY_ON_MISMATCH; //> names exact\n`);
    check('Swift', ['GROUP_POLICY_ON_MISMATCH'], `let x = Shop_V1_GroupPolicy.onMismatch //> names exact\n`);
  });
});

describe('messages and services', () => {
  it('are distinguished in Go from types of the same name in other packages', () => {
    check(
      'Go',
      ['FSGroup'],
      `package main
import "example.com/api/shop/v1"
import other "example.com/other"
import pb "example.com/gen/warehousepb"
var a v1.FSGroup //> names exact
var b shop.FSGroup //> names exact
var c other.FSGroup
var d pb.FSGroup //> names exact
`,
    );
  });

  it('are not found in imports', () => {
    check(
      'Rust',
      ['FSGroup'],
      `use shop::v1::{
    storage::{Storage, Device},
    v1::FSGroup as Group,
};
let group = v1::FSGroup::default(); //> builds exact
`,
    );
  });

  it.each<[Language, string]>([
    [
      'Go',
      'x := &v1.Other{Inner: &v1.AddPathRequest{Path: p}} //> builds exact\nvar y v1.AddPathRequest //> names exact\n',
    ],
    ['Rust', 'let x = Other { inner: v1::AddPathRequest { path } }; //> builds exact\n'],
    ['Python', 'x = {"inner": shop_pb2.AddPathRequest(path=p)} #> builds exact\n'],
    ['TypeScript', 'function f(): AddPathRequest { //> names name-only\n'],
  ])('are found after a colon in %s', (language, code) => {
    check(language, ['AddPathRequest'], code);
  });

  it('are found in Go by the names of the generated types, but not where a type of this name is declared', () => {
    check(
      'Go',
      ['AddPathRequest', 'StoreService'],
      `package main
import "example.com/shop/v1"
type AddPathRequest struct{}
func f(r *v1.AddPathRequest) { //> names exact
	x := &v1.AddPathRequest{} //> builds exact
	c := v1.NewStoreServiceClient(conn) //> names exact
}
`,
    );
  });
});

it.each<[Language, string]>([
  ['Go', '`never closed'],
  ['Rust', 'let x = "never closed'],
  ['JavaScript', '/* never closed'],
  ['TypeScript', '`${never closed'],
  ['Python', '"""never closed'],
  ['Kotlin', '"${a("'],
  ['C++', 'R"x('],
  ['Swift', '"\\('],
])('finds no use in broken %s', (language, broken) => {
  expect(findUses(`${broken}\n`.repeat(3), language, new Targets([...all.values()])).uses).toEqual([]);
});

it('finds thousands of uses in one file', () => {
  const storage = all.get('shop.v1.Storage.fs_group');
  if (storage === undefined) throw new Error('fs_group');
  const code = `func f(s *pb.Storage) {\n${'\ts.FsGroup = nil\n'.repeat(10_000)}}\n`;
  const found = findUses(code, 'Go', new Targets([storage])).uses;
  expect(found.length).toBe(10_000);
  expect(new Set(found.map(({ certainty }) => certainty))).toEqual(new Set(['exact']));
});

it('finds uses of the first and the last of 1,500 elements', () => {
  const fields = Array.from(
    { length: 1500 },
    (_, index) => `  string some_field${String(index)} = ${String(index + 1)};`,
  );
  const many = new Targets([...elementsIn(parse(`message Large {\n${fields.join('\n')}\n}\n`)).values()]);
  for (const name of ['some_field0', 'some_field1499'])
    expect(findUses(`large = Large()\nlarge.${name} = 1\n`, 'Python', many).uses).toMatchObject([
      { element: `Large.${name}`, does: 'sets', certainty: 'exact' },
    ]);
  expect(findUses('# some_field0\nlarge.some_field1500 = 1\n', 'Python', many).uses).toEqual([]);
});
