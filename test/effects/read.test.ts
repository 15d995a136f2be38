import { describe, expect, test } from 'vitest';
import type { Effect, Encoding, Reading } from '../../server/effects/effect.ts';
import { readEnum } from '../../server/effects/enums.ts';
import { readField, readFieldInMessage, readMessage, readMethod } from '../../server/effects/read.ts';
import { BY_NAME } from './by-name.ts';
import { parse } from '../../server/proto/parse.ts';
import type { Message } from '../../server/schema/model.ts';
import { link } from '../../server/schema/link.ts';
import { enumOf, fieldOf, messageOf, methodOf, schemaOf } from './schema.ts';

type Verdict = readonly [worst: Effect, onSharedMessages: Effect, because?: string];

function verdict({ worst, onSharedMessages, because }: Reading): Verdict {
  return because === undefined ? [worst, onSharedMessages] : [worst, onSharedMessages, because];
}

const TYPES = `
  message A { int32 x = 1; A next = 2; } message Same { int32 x = 1; Same next = 2; } message Wide { int64 x = 1; Wide next = 2; }
  message Entry { string key = 1; int32 value = 2; } message Less { string key = 1; } message Real { double r = 1; } message Mapped { map<string, double> m = 1; }
  enum Open { ZERO = 0; ONE = 1; } enum More { ZERO2 = 0; ONE2 = 1; } enum Negative { NONE = 0; MINUS = -1; }
  enum Shape { SHAPE_NONE = 0; SHAPE_ROUND = 1; } enum Form { FORM_NONE = 0; FORM_ROUND = 1; } enum Only { option features.enum_type = CLOSED; ONLY_ONE = 1; }
  message Other { int32 y = 1; } message Solo { int32 x = 1; } message Nothing {} message Text { string x = 1; }
  enum Lone { option features.enum_type = CLOSED; LONE = 1; }
  enum Closed { option features.enum_type = CLOSED; C_ONE = 1; C_TWO = 2; }
  enum Pair { option features.enum_type = CLOSED; P_TWO = 2; P_THREE = 3; }
  enum Word { option features.enum_type = CLOSED; W_ONE = 1; }
  enum Start { option features.enum_type = CLOSED; START_GROUP = 11; } enum Group { option features.enum_type = CLOSED; START = 11; END = 12; }
  message Needy { int32 r = 1 [features.field_presence = LEGACY_REQUIRED]; } message ToNeedy { string key = 1; Needy value = 2; }
  message Five { string key = 1; int32 value = 2 [default = 5]; }`;

/** The members of the writer's message and of the reader's, and the effect on the field `f`. */
type Row = readonly [writer: string, reader: string, ...Verdict];

const EXACT: Verdict = ['exact', 'exact'];
const PACKED = 'features.repeated_field_encoding = PACKED';
const EXPANDED = 'features.repeated_field_encoding = EXPANDED';
const DELIMITED = 'features.message_encoding = DELIMITED';
const IMPLICIT = 'features.field_presence = IMPLICIT';
const REQUIRED = 'features.field_presence = LEGACY_REQUIRED';
const UNVERIFIED = 'features.utf8_validation = NONE';

const BINARY: Readonly<Record<string, readonly Row[]>> = {
  'numbers on a varint': [
    ['int32 f = 1;', 'uint64 f = 1;', 'altered', 'exact', '-1 becomes 18446744073709551615'],
    ['int64 f = 1;', 'bool f = 1;', 'altered', 'exact', '-1 becomes true'],
    ['bool f = 1;', 'sint32 f = 1;', 'altered', 'altered', 'true becomes -1'],
    ['uint64 f = 1;', 'int64 f = 1;', 'altered', 'exact', '18446744073709551615 becomes -1'],
  ],
  'enums and numbers': [
    ['Open f = 1;', 'int32 f = 1;', ...EXACT],
    ['Open f = 1;', 'int64 f = 1;', ...EXACT],
    ['Open f = 1;', 'uint64 f = 1;', 'altered', 'exact', '-1 becomes 18446744073709551615'],
    ['Open f = 1;', 'uint32 f = 1;', 'altered', 'exact', '-1 becomes 4294967295'],
    ['Open f = 1;', 'bool f = 1;', 'altered', 'exact', '2 becomes true'],
    ['Only f = 1;', 'uint64 f = 1 [default = 1];', ...EXACT],
    // Both sides have both enums, so values are matched by name.
    ['Shape f = 1;', 'Form f = 1;', ...EXACT],
    ['Shape f = 1;', 'Open f = 1;', 'altered', 'altered', 'SHAPE_NONE reads as ZERO'],
    ['Negative f = 1;', 'uint32 f = 1;', 'altered', 'exact', 'MINUS becomes 4294967295'],
    ['Open f = 1;', 'sint32 f = 1;', 'altered', 'altered', 'ONE becomes -1'],
    ['Open f = 1;', 'fixed32 f = 1;', 'dropped', 'dropped', 'Open has another wire type than fixed32'],
    ['int32 f = 1;', 'Open f = 1;', 'unrecognised', 'exact', '-1 has no name'],
    ['bool f = 1;', 'Open f = 1;', ...EXACT],
    ['int64 f = 1;', 'Open f = 1;', 'altered', 'exact', '2147483648 becomes -2147483648'],
    ['uint32 f = 1;', 'Open f = 1;', 'altered', 'exact', '2147483648 becomes -2147483648'],
    ['int32 f = 1 [default = 1];', 'Closed f = 1;', 'dropped', 'exact', '-1 is not a value of the closed enum'],
    ['int64 f = 1 [default = 1];', 'Closed f = 1;', 'altered', 'exact', '4294967297 becomes C_ONE'],
  ],
  'strings, bytes and messages': [
    ['string f = 1;', 'bytes f = 1;', ...EXACT],
    ['bytes f = 1;', 'string f = 1;', 'rejected', 'exact', 'the byte ff is not valid UTF-8'],
    ['bytes f = 1;', `string f = 1 [${UNVERIFIED}];`, 'altered', 'exact', 'the byte ff is not valid UTF-8'],
    [`string f = 1 [${UNVERIFIED}];`, 'string f = 1;', 'rejected', 'exact', 'text that is not valid UTF-8 is rejected'],
    ['string f = 1;', `string f = 1 [${UNVERIFIED}];`, ...EXACT],
    ['A f = 1;', 'bytes f = 1;', ...EXACT],
    ['A f = 1;', 'string f = 1;', 'rejected', 'rejected', 'an encoded A need not be valid UTF-8'],
    ['A f = 1;', `string f = 1 [${UNVERIFIED}];`, 'altered', 'altered', 'an encoded A need not be valid UTF-8'],
    ['bytes f = 1;', 'A f = 1;', 'altered', 'exact', 'bytes that happen to parse are taken for A'],
    ['string f = 1;', 'A f = 1;', 'altered', 'altered', 'text that happens to parse is taken for A'],
    ['A f = 1;', `A f = 1 [${DELIMITED}];`, 'dropped', 'dropped', 'A has another wire type than delimited A'],
    [`A f = 1 [${DELIMITED}];`, `Same f = 1 [${DELIMITED}];`, ...EXACT],
    ['A f = 1;', 'Same f = 1;', ...EXACT],
    ['A f = 1;', 'Wide f = 1;', ...EXACT],
    // Both sides have both messages, so fields are matched by name.
    ['Other f = 1;', 'Solo f = 1;', 'altered', 'altered', 'Other.y: "y" is taken for "x"'],
    ['Text f = 1;', 'Solo f = 1;', 'dropped', 'dropped', 'Text.x: string has another wire type than int32'],
    ['Wide f = 1;', 'A f = 1;', 'altered', 'exact', 'Wide.x: 2147483648 becomes -2147483648'],
  ],
  lists: [
    [`repeated int32 f = 1 [${PACKED}];`, `repeated int32 f = 1 [${EXPANDED}];`, ...EXACT],
    [`repeated int32 f = 1 [${EXPANDED}];`, `repeated int32 f = 1 [${PACKED}];`, ...EXACT],
    [
      `repeated int32 f = 1 [${PACKED}];`,
      'int32 f = 1;',
      'dropped',
      'dropped',
      'a packed list has another wire type than int32',
    ],
    [
      `repeated int32 f = 1 [${EXPANDED}];`,
      'int32 f = 1;',
      'altered',
      'exact',
      'of several elements only the last is kept',
    ],
    ['repeated string f = 1;', 'string f = 1;', 'altered', 'exact', 'of several elements only the last is kept'],
    ['repeated A f = 1;', 'A f = 1;', 'altered', 'exact', 'several elements merge into one'],
    ['int32 f = 1;', 'repeated int32 f = 1;', ...EXACT],
    ['A f = 1;', 'repeated A f = 1;', ...EXACT],
    [`repeated int32 f = 1 [${PACKED}];`, 'bytes f = 1;', 'altered', 'altered', 'a packed list is taken for bytes'],
    [`repeated int32 f = 1 [${PACKED}];`, 'A f = 1;', 'altered', 'altered', 'a packed list is taken for A'],
    [`repeated bool f = 1 [${PACKED}];`, 'A f = 1;', 'rejected', 'rejected', 'packed bool is not a valid A'],
    // 11 begins a group, and 12 ends it.
    [`repeated Start f = 1 [${PACKED}];`, 'A f = 1;', 'rejected', 'rejected', 'packed Start is not a valid A'],
    [`repeated Group f = 1 [${PACKED}];`, 'A f = 1;', 'altered', 'altered', 'a packed list is taken for A'],
    ['bytes f = 1;', 'repeated int32 f = 1;', 'altered', 'altered', 'bytes is read as packed numbers'],
    ['A f = 1;', 'repeated double f = 1;', 'altered', 'altered', 'A is read as packed numbers'],
    // A message without fields has no bytes.
    [
      'Nothing f = 1;',
      'repeated double f = 1;',
      'dropped',
      'dropped',
      'Nothing has another wire type than repeated double',
    ],
    [
      `repeated int32 f = 1 [${PACKED}];`,
      'repeated fixed32 f = 1;',
      'altered',
      'altered',
      'packed int32 is read as packed fixed32',
    ],
    [
      `repeated int32 f = 1 [${EXPANDED}];`,
      'repeated fixed32 f = 1;',
      'dropped',
      'dropped',
      'repeated int32 has another wire type than repeated fixed32',
    ],
    ['repeated Open f = 1;', 'repeated Only f = 1;', 'dropped', 'exact', 'the reader has no ZERO = 0'],
    ['repeated Open f = 1;', 'repeated Closed f = 1;', 'altered', 'altered', 'ONE reads as C_ONE'],
  ],
  maps: [
    ['map<string, int32> f = 1;', 'repeated Entry f = 1;', ...EXACT],
    [
      'repeated Entry f = 1;',
      'map<string, int32> f = 1;',
      'altered',
      'exact',
      'of several entries with the same key only the last is kept',
    ],
    ['map<string, int32> f = 1;', 'map<string, int64> f = 1;', ...EXACT],
    [
      'map<string, int32> f = 1;',
      'map<int32, int32> f = 1;',
      'altered',
      'altered',
      'FEntry.key: string has another wire type than int32',
    ],
    [
      'map<string, int32> f = 1;',
      'map<string, string> f = 1;',
      'altered',
      'altered',
      'FEntry.value: int32 has another wire type than string',
    ],
    [
      'map<string, Open> f = 1;',
      'map<string, Only> f = 1;',
      'dropped',
      'exact',
      'FEntry.value: the reader has no ZERO = 0',
    ],
    ['map<string, Wide> f = 1;', 'map<string, A> f = 1;', 'altered', 'exact', 'Wide.x: 2147483648 becomes -2147483648'],
    // A map entry without a value gets the default of the value's type.
    ['Entry f = 1;', 'map<string, int32> f = 1;', ...EXACT],
    [
      'Five f = 1;',
      'map<string, int32> f = 1;',
      'altered',
      'altered',
      'Five.value: unset means 5 to the writer and 0 to the reader',
    ],
    [
      'ToNeedy f = 1;',
      'map<string, Needy> f = 1;',
      'rejected',
      'rejected',
      'ToNeedy.value: the required "r" may be missing',
    ],
    ['map<string, Needy> f = 1;', 'ToNeedy f = 1;', 'altered', 'exact', 'several elements merge into one'],
  ],
  'presence and defaults': [
    ['int32 f = 1;', `int32 f = 1 [${IMPLICIT}];`, 'absent', 'exact', 'an explicit zero reads as unset'],
    [`int32 f = 1 [${IMPLICIT}];`, 'int32 f = 1;', ...EXACT],
    [`int32 f = 1 [${REQUIRED}];`, `int32 f = 1 [${IMPLICIT}];`, ...EXACT],
    ['int32 f = 1;', `int32 f = 1 [${REQUIRED}];`, 'rejected', 'rejected', 'the required "f" may be missing'],
    [`int32 f = 1 [${REQUIRED}];`, 'int32 f = 1;', ...EXACT],
    [
      `Entry f = 1 [${REQUIRED}];`,
      `Less f = 1 [${REQUIRED}];`,
      'dropped',
      'exact',
      'Entry.value: the reader has no field 2',
    ],
    [`sint32 f = 1 [${REQUIRED}];`, `Lone f = 1 [${REQUIRED}];`, 'altered', 'rejected', '-1 becomes LONE'],
    [
      `int32 f = 1 [${REQUIRED}];`,
      `string f = 1 [${REQUIRED}];`,
      'rejected',
      'rejected',
      'int32 has another wire type than string',
    ],
    [
      'int32 f = 1 [default = 3];',
      'int32 f = 1 [default = 5];',
      'altered',
      'altered',
      'unset means 3 to the writer and 5 to the reader',
    ],
    // A message with a required field is never encoded as zero bytes.
    ['Needy f = 1;', `bytes f = 1 [${IMPLICIT}];`, ...EXACT],
    ['A f = 1;', `bytes f = 1 [${IMPLICIT}];`, 'absent', 'exact', 'an empty A reads as unset'],
    ['int32 f = 1 [default = 0x10];', 'int32 f = 1 [default = 16];', ...EXACT],
    ['int32 f = 1 [default = 0];', 'int32 f = 1;', ...EXACT],
    [`int32 f = 1 [default = 3, ${REQUIRED}];`, 'int32 f = 1 [default = 5];', ...EXACT],
    [
      'string f = 1 [default = "a"];',
      'string f = 1;',
      'altered',
      'altered',
      'unset means "a" to the writer and "" to the reader',
    ],
    [
      'Closed f = 1;',
      'Closed f = 1 [default = C_TWO];',
      'altered',
      'altered',
      'unset means C_ONE to the writer and C_TWO to the reader',
    ],
    ['Closed f = 1;', 'Closed f = 1 [default = C_ONE];', ...EXACT],
    ['double f = 1 [default = 1.0];', 'double f = 1 [default = 1];', ...EXACT],
    ['double f = 1 [default = 0.0];', 'double f = 1;', ...EXACT],
    ['int32 f = 1 [default = -0];', 'int32 f = 1;', ...EXACT],
    [
      'double f = 1;',
      'double f = 1 [default = -0.0];',
      'altered',
      'altered',
      'unset means 0 to the writer and -0.0 to the reader',
    ],
    [
      'double f = 1 [default = inf];',
      'double f = 1 [default = nan];',
      'altered',
      'altered',
      'unset means inf to the writer and nan to the reader',
    ],
  ],
};

const JSON_ROWS: typeof BINARY = {
  enums: [
    ['Open f = 1;', 'int32 f = 1;', 'rejected', 'rejected', 'the name "ZERO" is rejected where an int32 is expected'],
    ['Open f = 1;', 'float f = 1;', 'altered', 'rejected', '16777217 becomes 16777216'],
    ['Open f = 1;', 'string f = 1;', 'altered', 'altered', 'the name "ZERO" is taken for text'],
    ['Open f = 1;', 'bytes f = 1;', 'altered', 'altered', 'the name "ZERO" is taken for base64'],
    ['int32 f = 1;', 'Open f = 1;', 'unrecognised', 'exact', 'not every int32 has a name in Open'],
    ['uint32 f = 1;', 'Open f = 1;', 'rejected', 'exact', 'not every uint32 is a value of Open'],
    ['int64 f = 1;', 'Open f = 1;', 'altered', 'rejected', 'Python takes 4294967296 for ZERO, other parsers reject it'],
    ['double f = 1;', 'Open f = 1;', 'altered', 'exact', 'Python takes 0.5 for 0, other parsers reject it'],
    ['bool f = 1;', 'Open f = 1;', 'rejected', 'rejected', 'a bool is rejected where a name of Open is expected'],
    ['string f = 1;', 'Open f = 1;', 'altered', 'altered', '"ZERO" is taken for the value of that name'],
    ['Shape f = 1;', 'Form f = 1;', 'rejected', 'rejected', '"SHAPE_NONE" is unknown to the reader'],
  ],
  lists: [
    [
      'int32 f = 1;',
      'repeated int32 f = 1;',
      'rejected',
      'rejected',
      'a single value is rejected where a list is expected',
    ],
    [
      'repeated int32 f = 1;',
      'int32 f = 1;',
      'rejected',
      'rejected',
      'a list is rejected where a single value is expected',
    ],
    [
      'repeated Shape f = 1;',
      'Open f = 1;',
      'rejected',
      'rejected',
      'a list is rejected where a single value is expected',
    ],
    [`repeated int32 f = 1 [${PACKED}];`, `repeated int64 f = 1 [${EXPANDED}];`, ...EXACT],
    ['A f = 1;', `Same f = 1 [${DELIMITED}];`, ...EXACT],
  ],
  maps: [
    [
      'map<string, int32> f = 1;',
      'repeated Entry f = 1;',
      'rejected',
      'rejected',
      'a map is rejected where a list is expected',
    ],
    ['map<int32, int32> f = 1;', 'map<string, int32> f = 1;', ...EXACT],
    ['map<string, int32> f = 1;', 'map<int64, int32> f = 1;', 'altered', 'exact', 'the key "012" becomes 12'],
    ['map<bool, int32> f = 1;', 'map<int32, int32> f = 1;', 'rejected', 'rejected', 'a bool key is not a valid int32'],
    ['map<string, int32> f = 1;', 'A f = 1;', 'altered', 'altered', 'the key "x" is taken for a field'],
    ['map<string, A> f = 1;', 'Mapped f = 1;', 'altered', 'altered', 'the key "m" is taken for a field'],
    [
      'map<string, int32> f = 1;',
      'Mapped f = 1;',
      'rejected',
      'rejected',
      'a map is rejected where a single value is expected',
    ],
    ['map<string, string> f = 1;', 'map<string, bytes> f = 1;', 'altered', 'altered', '"abcd" is taken for base64'],
    ['Entry f = 1;', 'map<string, int32> f = 1;', 'altered', 'altered', 'the field "key" is taken for a key'],
    // Infinity is written as text.
    ['Real f = 1;', 'map<string, string> f = 1;', 'altered', 'altered', 'the field "r" is taken for a key'],
    [
      'Real f = 1;',
      'map<string, bool> f = 1;',
      'rejected',
      'rejected',
      'a single value is rejected where a map is expected',
    ],
  ],
  'presence and defaults': [
    ['int32 f = 1;', `int32 f = 1 [${IMPLICIT}];`, 'absent', 'exact', 'an explicit zero reads as unset'],
    // The zero of a 64-bit integer is "0", which is not an empty string.
    ['int64 f = 1;', `string f = 1 [${IMPLICIT}];`, ...EXACT],
    [
      'int32 f = 1;',
      `int32 f = 1 [${REQUIRED}];`,
      'rejected',
      'rejected',
      'the required "f" may be missing, which Go rejects, but Python and protobuf-es accept',
    ],
    [
      'int32 f = 1 [default = 3];',
      'int32 f = 1 [default = 5];',
      'altered',
      'altered',
      'unset means 3 to the writer and 5 to the reader',
    ],
    [`string f = 1 [${UNVERIFIED}];`, 'string f = 1;', ...EXACT],
    [
      `bool f = 1 [${IMPLICIT}];`,
      'Pair f = 1;',
      'altered',
      'altered',
      'unset means false to the writer and P_TWO to the reader',
    ],
    // A name of five letters is not base64.
    ['Word f = 1;', 'bytes f = 1;', 'altered', 'altered', 'unset means W_ONE to the writer and "" to the reader'],
  ],
};

describe.each([
  ['binary', BINARY],
  ['json', JSON_ROWS],
] as const)('%s', (encoding, tables) => {
  describe.each(Object.entries(tables))('%s', (_name, rows) => {
    test.each(rows.map(([writer, reader, ...expected]) => [writer, reader, expected] as const))(
      '%s read as %s',
      (writer, reader, expected) => {
        expect(verdict(readField(fieldOf(writer, TYPES), fieldOf(reader, TYPES), encoding, BY_NAME))).toEqual(expected);
      },
    );
  });
});

function readM(writer: string, reader: string, encoding: Encoding): Verdict {
  return verdict(readMessage(messageOf(schemaOf(writer), 'M'), messageOf(schemaOf(reader), 'M'), encoding, BY_NAME));
}

describe('a message', () => {
  test('with a recursive type is compared by structure', () => {
    const schema = schemaOf(
      'message M { N n = 1; int32 x = 2; } message N { M m = 1; } message O { P n = 1; int32 x = 2; } message P { O m = 1; bool y = 2; }',
    );
    const [m, o] = [messageOf(schema, 'M'), messageOf(schema, 'O')];
    expect(verdict(readMessage(m, o, 'binary', BY_NAME))).toEqual(['absent', 'absent', 'P.y: nobody sends "y"']);
    expect(verdict(readMessage(o, m, 'binary', BY_NAME))).toEqual([
      'dropped',
      'exact',
      'P.y: the reader has no field 2',
    ]);
    expect(verdict(readMessage(m, m, 'binary', BY_NAME))).toEqual(EXACT);
  });

  test('has a separate effect for elements of both sides', () => {
    const less = messageOf(schemaOf('message M { int32 a = 1; }'), 'M');
    const more = messageOf(schemaOf('message M { int32 a = 1; int32 b = 2; }'), 'M');
    expect(readMessage(more, less, 'binary', BY_NAME).onSharedElements).toBe('exact');
    expect(readMessage(less, more, 'binary', BY_NAME).onSharedElements).toBe('exact');
    expect(readMessage(more, less, 'json', BY_NAME).onSharedElements).toBe('rejected');
  });

  test('is read without the types that are compared separately', () => {
    const text = (type: string): string =>
      `message M { N n = 1; E e = 2; } message N { ${type} x = 1; } enum E { A = 0; ${type === 'int64' ? 'B = 1;' : ''} }`;
    const [writer, reader] = [messageOf(schemaOf(text('int64')), 'M'), messageOf(schemaOf(text('int32')), 'M')];
    expect(readMessage(writer, reader, 'binary', BY_NAME).worst).toBe('altered');
    expect(
      readMessage(writer, reader, 'binary', {
        ...BY_NAME,
        apart: (a, b) => a.fullName === b.fullName && a.name !== 'M',
      }).worst,
    ).toBe('exact');
  });

  test('has a renamed field if a number has a new name, unless the reader has or reserves the old one', () => {
    expect(
      readM('message M { int32 a = 1; int32 b = 2; }', 'message M { int32 b = 1; int32 a = 2; }', 'binary'),
    ).toEqual(['altered', 'altered', 'M.a: "a" is taken for "b"']);
    expect(readM('message M { int32 a = 1; }', 'message M { int32 b = 1; }', 'binary')).toEqual(EXACT);
    expect(readM('message M { int32 a = 1; }', 'message M { int32 b = 1; reserved a; }', 'binary')).toEqual([
      'altered',
      'altered',
      'M.a: "a" is taken for "b"',
    ]);
  });

  test.each([
    ['message', 'bytes a = 4;', 'B b = 4;', 'altered'],
    ['message', 'string a = 4;', 'B b = 4;', 'altered'],
    ['message', 'repeated bytes a = 4;', 'B b = 4;', 'altered'],
    ['message', 'repeated bytes a = 4;', 'repeated B b = 4;', 'altered'],
    ['message', 'map<string, int32> a = 4;', 'B b = 4;', 'altered'],
    ['message', 'C a = 4;', 'B b = 4;', 'altered'],
    ['message', 'B a = 4;', 'B b = 4;', 'exact'],
    ['map', 'bytes a = 4;', 'map<string, B> b = 4;', 'altered'],
    ['map', 'string a = 4;', 'map<int32, int32> b = 4;', 'altered'],
    ['map', 'repeated bytes a = 4;', 'map<int32, int32> b = 4;', 'altered'],
    ['string', 'bool a = 4 [default = true];', 'string b = 4;', 'dropped'],
    ['string', `bool a = 4 [${REQUIRED}];`, 'string b = 4;', 'rejected'],
    ['string', 'oneof o { bool a = 4; int32 x = 5; }', 'oneof o { string b = 4; int32 x = 5; }', 'dropped'],
    ['fixed64', 'double a = 4 [default = 1.5];', 'fixed64 b = 4;', 'altered'],
    ['delimited message', 'string a = 4 [default = "x"];', `B b = 4 [${DELIMITED}];`, 'dropped'],
  ] as const)('with a number reused for a %s: %s, then %s, is %s', (_what, old, edited, effect) => {
    const types = 'message B { int32 x = 1; } message C { string y = 2; }';
    const text = (members: string): string => `message M { ${members} } ${types}`;
    expect(readM(text(edited), text(old), 'binary')[0]).toBe(effect);
    const back = readM(text(old), text(edited), 'binary')[0];
    expect(back).toBe(effect === 'rejected' ? 'dropped' : effect);
  });

  test('loses a field whose wire type changed, whatever its default or oneof', () => {
    const pairs = [
      ['bool a = 4 [default = true];', 'string a = 4;'],
      ['oneof o { bool a = 4; int32 x = 5; }', 'oneof o { string a = 4; int32 x = 5; }'],
      ['bool a = 4; int32 x = 5;', 'oneof o { string a = 4; int32 x = 5; }'],
    ];
    for (const [old = '', edited = ''] of pairs)
      expect([old, readM(`message M { ${old} }`, `message M { ${edited} }`, 'binary')[0]]).toEqual([old, 'dropped']);
  });

  test('has a renamed field, not a renumbered one, if the old name is reused', () => {
    const types = 'message R { string n = 1; }';
    const old = `message M { string ref = 1; } ${types}`;
    for (const edited of [
      'string ref_deprecated = 1; R ref = 3;',
      'string other = 1; R ref = 3;',
      'string other = 1 [deprecated = true]; string ref = 3;',
      'string old_ref = 1; string ref = 3;',
    ]) {
      const now = `message M { ${edited} } ${types}`;
      expect([edited, ...readM(old, now, 'binary').slice(0, 2)]).toEqual([edited, 'absent', 'absent']);
      expect([edited, ...readM(now, old, 'binary').slice(0, 2)]).toEqual([edited, 'dropped', 'exact']);
    }
    const shifted = 'message M { string first_ref = 1; string ref = 2; }';
    expect(readM(old, shifted, 'binary')[0]).toBe('altered');
    expect(readM(shifted, old, 'binary')[0]).toBe('altered');
  });

  test('reads an enum value in JSON as a FieldMask, unless the name has an underscore', () => {
    const text = (name: string, type: string): string =>
      `import "google/protobuf/field_mask.proto"; enum E { ${name} = 0; } message M { ${type} f = 1; }`;
    const read = (name: string): Verdict => readM(text(name, 'E'), text(name, 'google.protobuf.FieldMask'), 'json');
    expect(read('ZERO')).toEqual(['altered', 'altered', 'M.f: the name "ZERO" is taken for a FieldMask']);
    expect(read('E_ZERO')).toEqual([
      'rejected',
      'rejected',
      'M.f: the name "E_ZERO" is rejected where a FieldMask is expected',
    ]);
  });

  test('reads a JSON map of bytes as an Any only if some message has no package', () => {
    const holder = (statement: string, name: string, type: string): Message =>
      messageOf(schemaOf(`${statement} import "google/protobuf/any.proto"; message M { ${type} f = 1; }`), name);
    const read = (statement: string, name: string): Verdict => {
      const writer = holder(statement, name, 'map<string, bytes>');
      return verdict(readMessage(writer, holder(statement, name, 'google.protobuf.Any'), 'json', BY_NAME));
    };
    expect(read('', 'M')).toEqual(['altered', 'altered', 'M.f: a map is taken for an Any']);
    // Base64 has no dot, so it is not the type URL of a message in a package.
    expect(read('package p;', 'p.M')[0]).toBe('rejected');
  });

  test('reads one enum as another in JSON only if a name or number is valid in both', () => {
    const read = (old: string, edited: string): Effect => {
      const text = (members: string, values: string): string => `message M { ${members} } enum E { ${values} }`;
      return readM(text('E f = 1;', old), text('reserved f; E g = 2 [json_name = "f"];', edited), 'json')[0];
    };
    const closed = 'option features.enum_type = CLOSED;';
    expect(read(`${closed} A = 0; B = 1;`, `${closed} B = 0; C = 1;`)).toBe('altered');
    expect(read(`${closed} A = 0; B = 1;`, `${closed} C = 0; D = 5;`)).toBe('rejected');
    expect(read(`${closed} A = 0; B = 1;`, 'C = 0; D = 5;')).toBe('rejected');
    // A number without a name is sent as a number.
    expect(read('A = 0; B = 1;', `${closed} C = 0; D = 5;`)).toBe('altered');
    expect(read('A = 0; B = 1;', `${closed} C = 0; D = 1;`)).toBe('rejected');
    expect(read('A = 0; B = 1;', 'C = 0; D = 1;')).toBe('altered');
  });

  test('has the same verdict, whatever was compared before', () => {
    const verdictAfter = (writer: string, reader: string, isComparedFirst: boolean): Verdict => {
      const [from, to] = [writer, reader].map((members) => schemaOf(members));
      if (from === undefined || to === undefined) throw new Error('no schema');
      if (isComparedFirst) readMessage(messageOf(from, 'Inner'), messageOf(to, 'Other'), 'json', BY_NAME);
      return verdict(readMessage(messageOf(from, 'M'), messageOf(to, 'M'), 'json', BY_NAME));
    };
    // Some messages of `Inner` are rejected, but an empty one is valid.
    const asMap = `message M { map<string, Inner> f = 1; } message Inner { bool a = 1; }`;
    const asMessage = `message M { T f = 1; } message T { Other x = 1; } message Other { string a = 1; }`;
    const asFields = `message M { T f = 1; } message T { Inner x = 1; } message Inner { bool a = 1; }`;
    const asEntries = `message M { map<string, Other> f = 1; } message Other { string a = 1; }`;
    for (const isComparedFirst of [false, true]) {
      expect(verdictAfter(asMap, asMessage, isComparedFirst)[0]).toBe('altered');
      expect(verdictAfter(asFields, asEntries, isComparedFirst)[0]).toBe('altered');
    }
  });

  test('is compared with its extensions', () => {
    const text = (type: string): string => `message M { extensions 100 to 200; } extend M { ${type} e = 100; }`;
    expect(readM(text('int64'), text('int32'), 'binary')).toEqual([
      'altered',
      'exact',
      'M.e: 2147483648 becomes -2147483648',
    ]);
    expect(readM(text('int64'), 'message M { extensions 100 to 200; }', 'binary')).toEqual([
      'dropped',
      'exact',
      'M.e: the reader has no field 100',
    ]);
    expect(readM(text('int64'), 'message M { extensions 100 to 200; }', 'json')).toEqual([
      'rejected',
      'exact',
      'M.e: the reader has no key "[e]"',
    ]);
  });

  test('with an extension is read from a JSON map or Struct with its key', () => {
    const text = (type: string): string =>
      `import "google/protobuf/struct.proto"; message Extended { extensions 100 to 200; } extend Extended { string e = 100; } message M { ${type} f = 1; }`;
    const read = (type: string): Verdict => readM(text(type), text('Extended'), 'json');
    expect(read('map<string, string>')).toEqual(['altered', 'altered', 'M.f: the key "[e]" is taken for a field']);
    expect(read('google.protobuf.Struct')).toEqual(['altered', 'altered', 'M.f: a Struct is taken for an Extended']);
    expect(read('map<string, int32>')[0]).toBe('rejected');
    expect(read('map<int32, string>')[0]).toBe('rejected');
  });

  test('in the message set format is lost in binary if the reader does not use this format, but not in JSON', () => {
    const text = (option: string): string =>
      `syntax = "proto2"; message M { ${option} extensions 100 to max; } message N {} extend M { optional N e = 100; }`;
    const set = text('option message_set_wire_format = true;');
    expect(readM(set, set, 'binary')).toEqual(EXACT);
    expect(readM(set, text(''), 'binary')[0]).toBe('dropped');
    expect(readM(set, text(''), 'json')).toEqual(EXACT);
  });

  test('has the same verdict in every syntax with the same features', () => {
    const text = (head: string, optional: string): string =>
      `${head} message M { ${optional} int32 a = 1; repeated int32 b = 2 ${head.includes('proto2') ? '[packed = true]' : ''}; }`;
    const [proto2, proto3, edition] = [
      text('syntax = "proto2";', 'optional'),
      text('syntax = "proto3";', 'optional'),
      text('edition = "2023";', ''),
    ];
    for (const [writer, reader] of [
      [proto2, proto3],
      [proto3, edition],
      [edition, proto2],
    ] as const) {
      expect(readM(writer, reader, 'binary')).toEqual(EXACT);
      expect(readM(writer, reader, 'json')).toEqual(EXACT);
    }
  });
});

describe('a oneof', () => {
  const apart = messageOf(schemaOf('message M { int32 a = 1; int32 b = 2; int32 c = 3; }'), 'M');
  const together = messageOf(schemaOf('message M { oneof o { int32 a = 1; int32 b = 2; } int32 c = 3; }'), 'M');

  test('loses one of two fields that are set together', () => {
    expect(verdict(readMessage(apart, together, 'binary', BY_NAME))).toEqual([
      'altered',
      'exact',
      'M.a: "a" and "b" replace each other',
    ]);
    expect(verdict(readMessage(apart, together, 'json', BY_NAME))).toEqual([
      'rejected',
      'exact',
      'M.a: "a" and "b" are rejected together',
    ]);
    expect(verdict(readMessage(together, apart, 'binary', BY_NAME))).toEqual(EXACT);
  });

  test('does not affect other fields', () => {
    expect(
      verdict(
        readFieldInMessage(
          apart,
          together,
          apart.fieldsByName.get('c'),
          together.fieldsByName.get('c'),
          'binary',
          BY_NAME,
        ),
      ),
    ).toEqual(EXACT);
  });

  test('with one member is read like an optional field', () => {
    const one = messageOf(schemaOf('message M { oneof o { int32 a = 1; } int32 b = 2; int32 c = 3; }'), 'M');
    expect(verdict(readMessage(apart, one, 'binary', BY_NAME))).toEqual(EXACT);
    expect(verdict(readMessage(one, apart, 'binary', BY_NAME))).toEqual(EXACT);
  });
});

describe('an enum value', () => {
  const read = (writer: string, reader: string, encoding: Encoding): Verdict =>
    verdict(readEnum(enumOf(schemaOf(writer), 'E'), enumOf(schemaOf(reader), 'E'), encoding));

  test('with several names is read if the reader has one of them in binary, but all of them in JSON', () => {
    const aliased = 'enum E { option allow_alias = true; A = 0; B = 1; C = 1; }';
    expect(read(aliased, 'enum E { A = 0; C = 1; }', 'binary')).toEqual(EXACT);
    expect(read(aliased, 'enum E { A = 0; C = 1; }', 'json')).toEqual([
      'rejected',
      'rejected',
      '"B" is unknown to the reader',
    ]);
  });

  test('as a default is compared by number, not by name', () => {
    const text = (values: string, name: string): string =>
      `message M { E f = 1 [default = ${name}]; } enum E { ${values} }`;
    const old = text('Z = 0; V = 2;', 'V');
    expect(readM(old, text('Z = 0; W = 2;', 'W'), 'binary')).toEqual(EXACT);
    const aliased = text('option allow_alias = true; Z = 0; V = 2; W = 2;', 'W');
    expect(readM(old, aliased, 'binary')).toEqual(EXACT);
    expect(readM(aliased, old, 'binary')).toEqual(EXACT);
    expect(readM(old, text('Z = 0; V = 2; W = 3;', 'W'), 'binary')[0]).toBe('altered');
  });

  test('is renamed, unless its old name is reserved', () => {
    expect(read('enum E { A = 0; B = 1; }', 'enum E { A = 0; C = 1; }', 'binary')).toEqual(EXACT);
    expect(read('enum E { A = 0; B = 1; }', 'enum E { A = 0; C = 1; reserved B; }', 'binary')).toEqual([
      'altered',
      'altered',
      'B reads as C',
    ]);
  });
});

describe('a field', () => {
  test('with an unresolved type loses nothing', () => {
    const known = fieldOf('string f = 1;');
    const opaque = {
      ...known,
      type: { kind: 'unresolved', name: 'Elsewhere', fullNames: ['Elsewhere'], isElsewhere: false },
    } as const;
    for (const encoding of ['binary', 'json'] as const) {
      expect(verdict(readField(known, opaque, encoding, BY_NAME))).toEqual(EXACT);
      expect(verdict(readField(opaque, known, encoding, BY_NAME))).toEqual(EXACT);
    }
  });

  test('with a type from another repository has a certain loss only if every possible type loses something', () => {
    const reading = (type: string, other: string): readonly [Effect, boolean] => {
      const text = `syntax = "proto3"; import "x.proto"; message A { int32 x = 1; }
        message Old { ${type} f = 1; } message New { ${other} f = 1; }`;
      const schema = link(new Map([['a.proto', parse(text)]]));
      const [from, to] = ['Old', 'New'].map((name) => messageOf(schema, name).fieldsByNumber.get(1));
      if (from === undefined || to === undefined) throw new Error(text);
      const { worst, assumed } = readField(from, to, 'binary', BY_NAME);
      return [worst, assumed === true];
    };
    // Neither a message nor an enum has this wire type.
    expect(reading('x.Elsewhere', 'fixed32')).toEqual(['dropped', false]);
    // An enum would be dropped, and a message could have other fields.
    expect(reading('x.Elsewhere', 'A')).toEqual(['altered', true]);
    // Packed numbers are taken for a message, and a message could have other fields.
    expect(reading('repeated x.Elsewhere', 'repeated A')).toEqual(['altered', true]);
    // Packed numbers are taken for one element, while each message becomes one element.
    expect(reading('repeated x.Elsewhere', 'repeated bytes')).toEqual(['altered', true]);
  });

  test('without a number loses nothing', () => {
    const field = { ...fieldOf('int32 f = 1;'), number: NaN };
    const old = messageOf(schemaOf('message M { int32 f = 1; }'), 'M');
    const typed = { ...old, fields: [field], fieldsByName: new Map([['f', field]]), fieldsByNumber: new Map() };
    expect(verdict(readMessage(old, typed, 'binary', BY_NAME))).toEqual(EXACT);
    expect(verdict(readMessage(typed, old, 'binary', BY_NAME))).toEqual(EXACT);
  });
});

describe('the effect of', () => {
  const unary = methodOf('rpc m(A) returns (B);');
  const up = methodOf('rpc m(stream A) returns (B);');
  const down = methodOf('rpc m(A) returns (stream B);');

  test.each([
    ['a call that no client makes', undefined, unary, EXACT],
    [
      'a method that no server offers',
      unary,
      undefined,
      ['rejected', 'exact', 'UNIMPLEMENTED: the server does not know the method'],
    ],
    [
      'requests to a server that takes a stream',
      unary,
      up,
      [
        'rejected',
        'rejected',
        'with ttrpc the call hangs until its deadline; with gRPC the server reads a stream of one request',
      ],
    ],
    [
      'a stream of requests to a server that reads one',
      up,
      unary,
      [
        'altered',
        'altered',
        'grpc-go takes the first request and answers OK; ttrpc runs the call with an empty request and answers OK, and the server of ttrpc-go 1.2.4 may panic; other servers reject the call',
      ],
    ],
    ['a client that reads a stream of responses', down, unary, EXACT],
    [
      'a client that reads one response of a stream',
      unary,
      down,
      ['rejected', 'rejected', 'the client takes one response of a stream'],
    ],
  ] as const)('%s', (_name, caller, server, expected) => {
    expect(verdict(readMethod(caller, server))).toEqual(expected);
  });
});
