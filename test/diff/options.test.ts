import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createFileRegistry, type DescField, ScalarType } from '@bufbuild/protobuf';
import { Edition, FieldOptions_OptionTargetType as Target } from '@bufbuild/protobuf/wkt';
import { expect, test } from 'vitest';
import { diff } from '../../server/diff/diff.ts';
import { diffOptions } from '../../server/diff/options.ts';
import { schemaOf } from '../rules/fixtures.ts';
import { describeTexts, protoc } from '../protoc.ts';

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

const GO_FEATURES = 'edition = "2023"; import "google/protobuf/go_features.proto";';

const FEATURES = describedFeatures();

test.each(FEATURES)('setting %s to its default in edition %s, %s, is no change', (name, edition, value, other) => {
  const differing = (option: string): string[] => differences(`option ${name} = ${option};`, `edition = "${edition}";`);
  expect(differing(value)).toEqual([]);
  expect(differing(other)).toEqual([name]);
});

test.each([
  ['features.(pb.go) = { api_level: API_OPAQUE }', 'features.(pb.go).api_level = API_OPAQUE'],
  ['features = { [pb.go]: { api_level: API_OPAQUE } }', 'features.(pb.go) = { api_level: API_OPAQUE }'],
  ['features = { enum_type: CLOSED }', 'features.enum_type = CLOSED'],
  [
    'features = { enum_type: CLOSED [pb.go] { api_level: API_OPAQUE } }',
    'features.enum_type = CLOSED; option features.(pb.go).api_level = API_OPAQUE',
  ],
])('%s and %s are the same', (one, other) => {
  const [released, edited] = [one, other].map((option) => `${GO_FEATURES} option ${option};`);
  if (released === undefined || edited === undefined) throw new Error('a side is missing');
  for (const text of [released, edited]) expect(() => describeTexts({ 'a.proto': text })).not.toThrow();
  expect(differencesBetween(released, edited)).toEqual([]);
  expect(differencesBetween(released, edited.replaceAll('OPAQUE', 'HYBRID'))).toEqual(
    released.includes('OPAQUE') ? ['features.(pb.go).api_level'] : [],
  );
});

test('`java_multiple_files` is the default since edition 2024, which does not have the option', () => {
  const [released, edited] = ['edition = "2023"; option java_multiple_files = true;', 'edition = "2024";'];
  expect(differencesBetween(released, edited)).toEqual([]);
  expect(differencesBetween(edited, released)).toEqual([]);
  expect(differencesBetween(released.replace('true', 'false'), edited)).toEqual(['java_multiple_files']);
});

test.each([
  ['agent.proto', 'message M {}'],
  ['dir/foo_bar-2baz.v1.proto', ''],
  ['fooBar.proto', ''],
  ['X__y.proto', ''],
  ['m.proto', 'message A { message B { enum M { Z = 0; } } }'],
  ['m.proto', 'message M {}'],
  ['m.proto', 'service M {}'],
])('the Java class of %s with %s has the name that protoc gives it', (path, declarations) => {
  for (const edition of ['2023', '2024']) {
    const text = `edition = "${edition}"; package p; ${edition === '2024' ? '' : declarations}`;
    const name = javaClass(path, text);
    expect(differencesBetween(text, `${text}\noption java_outer_classname = "${name}";`, path)).toEqual([]);
  }
});

/** The names of the options that differ from those of a file without options. */
function differences(option: string, syntax = 'syntax = "proto2";'): string[] {
  return differencesBetween(syntax, `${syntax}\n${option}`);
}

function differencesBetween(released: string, text: string, path = 'a.proto'): string[] {
  const [old, edited] = [released, text].map((each) => schemaOf(new Map([[path, each]])));
  if (old === undefined || edited === undefined) throw new Error('a side is missing');
  return diff(old, edited, { stored: [] }).files.flatMap((pair) =>
    pair.old && pair.new ? diffOptions(pair.old, pair.new, pair).map(({ name }) => name) : [],
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

/** The class that protoc generates for a file. */
function javaClass(path: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'proto-compat-'));
  try {
    mkdirSync(dirname(join(folder, 'in', path)), { recursive: true });
    mkdirSync(join(folder, 'out'));
    writeFileSync(join(folder, 'in', path), text);
    execFileSync(protoc, ['-Iin', '--java_out=out', path], { cwd: folder, stdio: 'pipe' });
    const [file = ''] = readdirSync(join(folder, 'out', 'p'));
    return file.replace('.java', '');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The features of languages that a file can set: the option, the edition, the default and another value. */
function describedFeatures(): [name: string, edition: string, value: string, other: string][] {
  const imports = ['cpp', 'go', 'java'].map((language) => `import "google/protobuf/${language}_features.proto";`);
  const registry = createFileRegistry(describeTexts({ 'a.proto': `edition = "2023"; ${imports.join(' ')}` }));
  return [...registry].flatMap((type) => {
    const language = /^pb\.(\w+)Features$/.exec(type.typeName)?.[1]?.toLowerCase();
    if (type.kind !== 'message' || language === undefined) return [];
    return type.fields.flatMap((field) => {
      const { editionDefaults = [], targets = [], featureSupport } = field.proto.options ?? {};
      if (!targets.includes(Target.TARGET_TYPE_FILE)) return [];
      const editions = [
        ['2023', Edition.EDITION_2023],
        ['2024', Edition.EDITION_2024],
      ] as const;
      return editions.flatMap(([edition, number]): [string, string, string, string][] => {
        const value = editionDefaults.findLast((each) => each.edition <= number)?.value;
        // Zero if it was never removed.
        const { editionIntroduced = 0, editionRemoved = 0 } = featureSupport ?? {};
        const isRemoved = editionRemoved > 0 && editionRemoved <= number;
        if (value === undefined || editionIntroduced > number || isRemoved) return [];
        const others =
          field.fieldKind === 'enum' ? field.enum.values.slice(1).map((each) => each.name) : ['true', 'false'];
        const other = others.find((each) => each !== value);
        // https://protobuf.dev/reference/go/opaque-migration-manual/#enable-opaque-api
        const meant = value === 'API_LEVEL_UNSPECIFIED' ? 'API_OPEN' : value;
        if (other === undefined) throw new Error(`${field.name} has one value`);
        return [[`features.(pb.${language}).${field.name}`, edition, meant, other === meant ? 'API_HYBRID' : other]];
      });
    });
  });
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
