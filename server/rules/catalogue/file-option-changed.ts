import { defaultInFile, isOf2024, valueText } from '../../diff/options.ts';
import type { FilePair } from '../../diff/pairs.ts';
import type { SourceLanguage } from '../../effects/effect.ts';
import type { File, Options } from '../../schema/model.ts';
import { withoutLoss, NOBODY } from '../measure.ts';
import { describeOption, oldOptionPlace, optionPlace, shapesGeneratedCode, sharedOption } from '../subjects/options.ts';
import { nameOfFile } from '../place.ts';
import { revertOption } from '../fixes/options.ts';
import type { Change, Context, Rule } from '../rule.ts';
import { sourceOfOption } from '../generated-code.ts';
import { list } from '../words.ts';

export default {
  id: 'file-option-changed',
  title: 'Option that affects the generated API changed',
  docs: `
## What it means
An option such as \`go_package\` or \`java_package\` was added, removed or changed. It decides how and where code is generated, but
changes nothing on the wire. A move to edition 2024, or back from it, is reported as well if its defaults generate other code: C++
strings become views, fields of Go messages are no longer exported, and Java classes get files of their own.

## Who breaks
Code that uses the generated code may no longer compile.

## What to do instead
Keep the released value, or announce the change to users of the generated code.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#options',
  buf: [
    'FILE_SAME_CC_ENABLE_ARENAS',
    'FILE_SAME_CC_GENERIC_SERVICES',
    'FILE_SAME_CSHARP_NAMESPACE',
    'FILE_SAME_GO_PACKAGE',
    'FILE_SAME_JAVA_GENERIC_SERVICES',
    'FILE_SAME_JAVA_MULTIPLE_FILES',
    'FILE_SAME_JAVA_OUTER_CLASSNAME',
    'FILE_SAME_JAVA_PACKAGE',
    'FILE_SAME_OBJC_CLASS_PREFIX',
    'FILE_SAME_OPTIMIZE_FOR',
    'FILE_SAME_PHP_CLASS_PREFIX',
    'FILE_SAME_PHP_METADATA_NAMESPACE',
    'FILE_SAME_PHP_NAMESPACE',
    'FILE_SAME_PY_GENERIC_SERVICES',
    'FILE_SAME_RUBY_PACKAGE',
    'FILE_SAME_SWIFT_PREFIX',
    'FIELD_SAME_JAVA_UTF8_VALIDATION',
    'FIELD_SAME_CPP_STRING_TYPE',
  ],
  on: ['file', 'option'],
  check(pair, context) {
    if (!('owner' in pair)) return editionChange(pair, context);
    const file = pair.owner.new;
    const place = optionPlace(pair);
    if (file?.kind !== 'file' || place === undefined || !shapesGeneratedCode(pair.name)) return undefined;
    return {
      element: file.path,
      place,
      baseline: oldOptionPlace(pair),
      impact: withoutLoss(NOBODY, sourceOfOption(pair.name)).impact,
      message: `${describeOption(pair, context.words.baseline)}: generated code changes, but nothing on the wire.`,
      shared: sharedOption(pair, 'file', 'generated code changes, but nothing on the wire'),
    };
  },
  fixes: (pair, context) => ('owner' in pair ? revertOption(pair, context) : []),
} satisfies Rule<'file' | 'option'>;

function editionChange({ old, new: edited }: FilePair, { words }: Context): Change | undefined {
  if (old === undefined || edited === undefined || isOf2024(old) === isOf2024(edited)) return undefined;
  if (edited.messages.length + edited.enums.length === 0) return undefined;
  const languages = GENERATED.filter(({ isChanged }) => isChanged(old, edited));
  if (languages.length === 0) return undefined;
  const [oldEdition, newEdition] = [old, edited].map(({ edition }) =>
    /^\d/.test(edition) ? `edition ${edition}` : edition,
  );
  return {
    element: edited.path,
    place: { file: edited, span: edited.node.edition?.value.span ?? nameOfFile(edited).span },
    baseline: nameOfFile(old),
    impact: withoutLoss(
      NOBODY,
      languages.map(({ language }) => language),
    ).impact,
    message: `The file was ${oldEdition ?? ''} in ${words.baseline} and is ${newEdition ?? ''} now: code generated for ${list(languages.map(({ name }) => name))} changes, but nothing on the wire.`,
  };
}

interface Generated {
  readonly language: SourceLanguage;
  readonly name: string;
  /** Whether the edition's defaults change the generated code. */
  readonly isChanged: (old: File, edited: File) => boolean;
}

const GENERATED: readonly Generated[] = [
  {
    language: 'cpp',
    name: 'C++',
    isChanged: (old, edited) =>
      defaultChanged('features.(pb.cpp).string_type', old, edited) ||
      defaultChanged('features.(pb.cpp).enum_name_uses_string_view', old, edited),
  },
  {
    language: 'go',
    name: 'Go',
    isChanged: (old, edited) => edited.messages.length > 0 && defaultChanged('features.(pb.go).api_level', old, edited),
  },
  {
    language: 'java',
    name: 'Java',
    isChanged: (old, edited) => nestingChanged(old, edited) || defaultChanged('java_outer_classname', old, edited),
  },
];

/** Where a file sets the option, the option is reported itself. */
function defaultChanged(option: string, old: File, edited: File): boolean {
  if (old.options.has(option) || edited.options.has(option)) return false;
  return defaultInFile(option, old) !== defaultInFile(option, edited);
}

/** Whether a Java class moved into the class of the file, or out of it. */
function nestingChanged(old: File, edited: File): boolean {
  const [before, since2024] = isOf2024(edited) ? [old, edited] : [edited, old];
  const isNested = valueOf(before.options, 'java_multiple_files') !== 'true';
  return [...since2024.messages, ...since2024.enums, ...since2024.services].some(
    ({ options }) => (valueOf(options, 'features.(pb.java).nest_in_file_class') === 'YES') !== isNested,
  );
}

function valueOf(options: Options, name: string): string | undefined {
  const option = options.get(name);
  return option && valueText(option.value);
}
