import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from '../../server/proto/parse.ts';
import { protoc, protocInclude } from '../protoc.ts';

const P2 = 'syntax = "proto2"; ';
const P3 = 'syntax = "proto3"; ';
const E23 = 'edition = "2023"; ';
const E24 = 'edition = "2024"; ';

const VALID: readonly string[] = [
  '',
  ';;',
  ' \t\v\f\r\n',
  '\ufeffsyntax = "proto3";',
  'syntax\n=\r\n"pro" \'to3\'\n;',
  `${P3}message A { int32 a = 1; } // end`,
  `${P3}message A { int32 a = 1; } /* end */`,
  `${P3}/**/message/**/A/***/{/* ** / */}/*/ */`,
  `${P3}// a \\\nmessage A {}`,
  `${P3}message A { int32 a = 0x1; int32 b = 02; int32 c = 0XfF; int32 d = 536870911; }`,
  `${P3}message A { .A a = 1; . A b = 2; repeated .A c = 3; }`,
  `${P3}message A { map<string, A> m = 1; map < int32 , . A > n = 2; }`,
  `${P3}message A { oneof o { int32 a = 1; string b = 2; } }`,
  `${P3}enum E { A = 0; B = -1; C = -0x10; D = 2147483647; F = -2147483648; }`,
  `${P3}enum E { option allow_alias = true; A = 0; B = 0 [deprecated = true, debug_redact = false]; reserved "X"; reserved -5 to -1, 10 to max; }`,
  `${P3}message A { reserved 1, 2 to 5, 1000 to max; reserved "a", 'b', "c" "d"; }`,
  `${P3}message A { reserved "a-b", ""; enum E { X = 0; reserved "1"; } }`,
  `${P2}message A { extensions 1; extensions 2, 3 to 5, 100 to max [verification = UNVERIFIED]; }`,
  `${P2}message A { extensions 1 to max; } extend A { optional int32 x = 1; repeated string y = 2; }`,
  `${P2}message A { optional group G = 1 { optional int32 x = 1; } repeated group H = 2 [deprecated = true] {} }`,
  `${P2}message A { oneof o { group G = 1 { optional int32 x = 1; } int32 y = 2; } }`,
  `${P2}message A { required int32 a = 1 [default = -0x1]; optional float b = 2 [default = inf]; optional double c = 3 [default = 1e10]; optional double d = 4 [default = 1.]; }`,
  `${P2}message A { optional string s = 1 [default = "\\a\\b\\f\\n\\r\\t\\v\\\\\\'\\"\\?\\0\\177\\x1\\xAf\\u1234\\U0001F600"]; }`,
  `${P2}enum option { o = 0; } `,
  `${P2}message map { optional map map = 1; }`,
  `${P2}message A { optional int32 stream = 1; } service S { rpc stream(stream A) returns (A) {} }`,
  `${P3}service S {}`,
  `${P3}service S { ; option deprecated = true; rpc A(M) returns (M) { option deprecated = true; ; } rpc B(stream M) returns (stream .M);; } message M {}`,
  `${P3}message A { A message = 1; A enum = 2; int32 syntax = 3; int32 import = 4; int32 service = 5; }`,
  `${P3}message A { int32 a = 1; }; enum E { Z = 0; };`,
  `${P3}message A { ; int32 a = 1; ; }`,
  `${P3}import public "google/protobuf/any.proto"; import weak "google/protobuf/empty.proto"; import "google/protobuf/" 'type.proto';`,
  `${P3}package a.b . c;`,
  `${P3}option java_package = "a" "b"; option cc_enable_arenas = true;`,
  `${E23}message A { reserved a, b; reserved c; enum E { X = 0; reserved Y, Z; } }`,
  `${E23}message export { int32 local = 1; } message A { export export = 1; }`,
  `${E24}export message A { local enum E { EU = 0; } } local message B {}`,
  `${E24}import option "google/protobuf/cpp_features.proto"; option features.(pb.cpp).string_type = VIEW;`,
];

const INVALID: readonly string[] = [
  'syntax = "proto4";',
  'syntax = proto3;',
  'syntax "proto3";',
  'edition = "1999";',
  `message A {} syntax = "proto3";`,
  `${P3}package;`,
  `${P3}package a.;`,
  `${P3}package .a;`,
  `${P3}package a; package b;`,
  `${P3}import foo;`,
  `${P3}import "google/protobuf/any.proto"`,
  `${P3}message {}`,
  `${P3}message A`,
  `${P3}message A {`,
  `${P3}message A }`,
  `${P3}message A {}}`,
  `${P3}message A.B {}`,
  `${P3}mesage A {}`,
  `${P3}int32 a = 1;`,
  `${P3}message A { int32 a = 1 }`,
  `${P3}message A { int32 a; }`,
  `${P3}message A { int32 a = ; }`,
  `${P3}message A { int32 a 1; }`,
  `${P3}message A { int32 = 1; }`,
  `${P3}message A { a = 1; }`,
  `${P3}message A { int32 a = x; }`,
  `${P3}message A { int32 a = -1; }`,
  `${P3}message A { int32 a = 1.0; }`,
  `${P3}message A { int32 a = "1"; }`,
  `${P3}message A { int32 a = 08; }`,
  `${P3}message A { int32 a = 0x; }`,
  `${P3}message A { int32 a = 1x; }`,
  `${P3}message A { int32 a = 99999999999; }`,
  `${P3}message A { int32 1a = 1; }`,
  `${P3}message A { int32 a-b = 1; }`,
  `${P3}message A { int32 ä = 1; }`,
  `${P3}message A { int32 a = 1 []; }`,
  `${P3}message A { int32 a = 1 [deprecated]; }`,
  `${P3}message A { int32 a = 1 [deprecated = true,]; }`,
  `${P3}message A { int32 a = 1 [deprecated = ]; }`,
  `${P3}message A { int32 a = 1 [deprecated = true; }`,
  `${P3}message A { int32 a = 1 deprecated = true]; }`,
  `${P3}message A { optional optional int32 a = 1; }`,
  `${P3}message A { repeated = 1; }`,
  `${P3}message A { a..b c = 1; }`,
  `${P3}message A { a.c. = 1; }`,
  `${P3}message A { map<string> a = 1; }`,
  `${P3}message A { map<string, int32 a = 1; }`,
  `${P3}message A { map<string int32> a = 1; }`,
  `${P3}message A { repeated map<string, int32> a = 1; }`,
  `${P3}message A { oneof {int32 a = 1;} }`,
  `${P3}message A { oneof o {} }`,
  `${P3}message A { oneof o { optional int32 a = 1; } }`,
  `${P3}message A { oneof o { int32 a = 1; ; } }`,
  `${P3}message A { oneof o { map<string, int32> a = 1; } }`,
  `${P3}message A { oneof o { message B {} } }`,
  `${P3}message A { reserved; }`,
  `${P3}message A { reserved 1 to; }`,
  `${P3}message A { reserved to 5; }`,
  `${P3}message A { reserved 1, ; }`,
  `${P3}message A { reserved 1, "a"; }`,
  `${P3}message A { reserved "a", 1; }`,
  `${P3}message A { reserved a; }`,
  `${P3}message A { reserved -1; }`,
  `${P3}message A { reserved max; }`,
  `${E23}message A { reserved "a"; }`,
  `${P2}message A { int32 a = 1; }`,
  `${P2}message A { extensions; }`,
  `${P2}message A { extensions 1 to 2 3; }`,
  `${P2}message A { extensions 1 []; }`,
  `${P2}message A { optional group g = 1 {} }`,
  `${P2}message A { optional group G = 1; }`,
  `${P2}extend A {}`,
  `${P2}message A { extensions 1; } extend A { optional int32 a = 1; ; }`,
  `${P2}extend { optional int32 a = 1; }`,
  `${P2}export message A {}`,
  `${E23}local enum A { B = 0; }`,
  `${E23}message A { optional int32 a = 1; }`,
  `${E23}message A { required int32 a = 1; }`,
  `${E23}message A { group G = 1 {} }`,
  `${P3}enum {A = 0;}`,
  `${P3}enum E { A; }`,
  `${P3}enum E { A = ; }`,
  `${P3}enum E { A = 0 }`,
  `${P3}enum E { A = 1.5; }`,
  `${P3}enum E { A = --1; }`,
  `${P3}enum E { A = 2147483648; }`,
  `${P3}enum E { = 0; }`,
  `${P3}enum E { A = 0; message B {} }`,
  `${P3}service {}`,
  `${P3}service S { rpc }`,
  `${P3}service S { rpc A; }`,
  `${P3}service S { rpc A(M) returns M; } message M {}`,
  `${P3}service S { rpc A() returns (M); } message M {}`,
  `${P3}service S { rpc A(M); } message M {}`,
  `${P3}service S { rpc A(M) returns (M) } message M {}`,
  `${P3}service S { rpc A(stream) returns (M); } message M {}`,
  `${P3}service S { rpc A(M) returns (M) { foo } } message M {}`,
  `${P3}service S { int32 a = 1; }`,
  `${P3}option;`,
  `${P3}option java_package;`,
  `${P3}option java_package = ;`,
  `${P3}option java_package "a";`,
  `${P3}option (java_package = "a";`,
  `${P3}option () = "a";`,
  `${P3}option .a = "a";`,
  `${P3}option a. = "a";`,
  `${P3}option java_package = [1];`,
  `${P3}option java_package = a.b;`,
  `${P3}option java_package = -"a";`,
  `${P3}option java_package = -foo;`,
  `${P3}option java_package = {;`,
  `${P3}option java_package = "a`,
  `${P3}option java_package = "a\nb";`,
  `${P3}option java_package = "\\q";`,
  `${P3}option java_package = "\\xg";`,
  `${P3}option java_package = 'a";`,
  `${P3}/* a`,
  `${P3}/* a /* b */`,
  `${P3}*/`,
  `${P3}/ message A {}`,
  `${P3}# comment`,
  `${P3}message A {} @`,
  `${P3}message A {} \u0000`,
  `${P3}message A {}\u00a0`,
  `${P3}<<<<<<< HEAD\n=======\n>>>>>>> x\n`,
];

describe('the parser agrees with protoc', () => {
  const rejected = rejectedByProtoc([...VALID, ...INVALID]);

  it.each(VALID.map((text, n) => [text, n] as const))('accepts %j', (text, n) => {
    expect(rejected.get(n)).toBeUndefined();
    expect(parse(text).problems).toEqual([]);
  });

  it.each(INVALID.map((text, n) => [text, n] as const))('rejects %j', (text, n) => {
    expect(rejected.get(VALID.length + n)).toBeDefined();
    expect(parse(text).problems).not.toEqual([]);
  });
});

/** protoc's error for each text that it rejects, by the text's index. */
function rejectedByProtoc(texts: readonly string[]): ReadonlyMap<number, string> {
  const folder = mkdtempSync(join(tmpdir(), 'proto-language-'));
  try {
    const rejected = new Map<number, string>();
    for (const [n, text] of texts.entries()) {
      writeFileSync(join(folder, 'a.proto'), text);
      const { status, stderr } = spawnSync(protoc, [`-I${folder}`, `-I${protocInclude}`, '-o/dev/null', 'a.proto'], {
        encoding: 'utf8',
      });
      if (status !== 0) rejected.set(n, stderr);
    }
    return rejected;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
