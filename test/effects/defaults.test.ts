import { expect, test } from 'vitest';
import { readDefault } from '../../server/effects/defaults.ts';
import { describeTexts } from '../protoc.ts';
import { BY_NAME } from './by-name.ts';
import { messageOf, schemaOf } from './schema.ts';

const SPELLINGS = {
  double:
    'nan -nan inf -inf 1e999 -1e999 017 -017 15 -15 0x10 16 1e1 10 0 0.0 00 1e-400 -0 -0.0 -1e-400 0.1 .1 0.10000000149 18446744073709551615 1.8446744073709552e19',
  float: 'nan -nan inf -inf 1e39 -1e39 017 15 0 1e-50 -0 -1e-50 0.1 0.10000000149 0.2 16777217 16777216 0x1000001',
  int64: '017 15 0xf -0 0 00 -017 -15',
} as const;

test.each(Object.entries(SPELLINGS))(
  'two defaults of a %s are the same exactly if protoc reads the same value',
  (type, all) => {
    const spellings = all.split(' ');
    const fields = spellings.map(
      (spelling, index) => `optional ${type} f${String(index)} = ${String(index + 1)} [default = ${spelling}];`,
    );
    const text = `syntax = "proto2"; message M { ${fields.join(' ')} }`;
    const linked = messageOf(schemaOf(text), 'M').fields;
    const described = describeTexts({ 'a.proto': text }).file[0]?.messageType[0]?.field.map(
      ({ defaultValue }) => defaultValue,
    );
    expect(described).toHaveLength(linked.length);
    for (const [a, field] of linked.entries())
      for (const [b, other] of linked.entries())
        expect(readDefault(field, other, BY_NAME).worst, `${spellings[a] ?? ''} and ${spellings[b] ?? ''}`).toBe(
          described?.[a] === described?.[b] ? 'exact' : 'altered',
        );
  },
);
