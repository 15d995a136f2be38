import { createFileRegistry, type DescField, ScalarType } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { diff } from '../../server/diff/diff.ts';
import { diffOptions } from '../../server/diff/options.ts';
import { schemaOf } from '../rules/fixtures.ts';
import { describeTexts } from '../protoc.ts';

/** protoc sets `map_entry` itself. What a missing `packed` means depends on the edition. */
const NO_DEFAULT = ['map_entry', 'packed'];

const OPTIONS = describedOptions();

test.each(OPTIONS)('setting %s to its default, %s, is no change', (name, value) => {
  expect(differences(`option ${name} = ${value};`)).toEqual([]);
});

test.each(OPTIONS)('setting %s to another value than %s is a change', (name, _, other) => {
  expect(differences(`option ${name} = ${other};`)).toEqual([name]);
});

// Generators distinguish an empty string from a missing one.
test.each(['java_package = ""', 'objc_class_prefix = ""', 'packed = false'])('adding %s is a change', (option) => {
  expect(differences(`option ${option};`)).toHaveLength(1);
});

/** The names of the options that differ from those of a file without options. */
function differences(text: string): string[] {
  const [old, edited] = ['', text].map((option) =>
    schemaOf(new Map([['a.proto', `syntax = "proto2";\n${option}\nmessage M {}`]])),
  );
  if (old === undefined || edited === undefined) throw new Error('a side is missing');
  return diff(old, edited, { stored: [] }).files.flatMap((pair) =>
    pair.old && pair.new ? diffOptions(pair.old.options, pair.new.options, pair).map(({ name }) => name) : [],
  );
}

/** The boolean and enum options of protoc's descriptor.proto: the name, the default and another value. */
function describedOptions(): [name: string, value: string, other: string][] {
  const registry = createFileRegistry(
    describeTexts({ 'a.proto': 'syntax = "proto2"; import "google/protobuf/descriptor.proto";' }),
  );
  const fields = [...registry].flatMap((type) =>
    type.kind === 'message' && /^google\.protobuf\.\w+Options$/.test(type.typeName) ? type.fields : [],
  );
  const options = fields
    .filter(({ name }) => !NO_DEFAULT.includes(name))
    .flatMap((field) => {
      const values = valuesOf(field);
      return values === undefined ? [] : [[field.name, ...values] as [string, string, string]];
    });
  return [...new Map(options.map((option) => [option[0], option])).values()];
}

function valuesOf(field: DescField): [value: string, other: string] | undefined {
  if (field.fieldKind === 'scalar' && field.scalar === ScalarType.BOOL) {
    const value = field.getDefaultValue() === true;
    return [String(value), String(!value)];
  }
  if (field.fieldKind !== 'enum') return undefined;
  const value = field.enum.values.find(
    ({ number }) => number === (field.getDefaultValue() ?? field.enum.values[0]?.number),
  );
  const other = field.enum.values.find((each) => each !== value);
  return value && other && [value.name, other.name];
}
