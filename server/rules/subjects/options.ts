import { valueText } from '../../diff/options.ts';
import type { OptionPair } from '../../diff/pairs.ts';
import { nameOf, nameOfFile } from '../place.ts';
import type { Place, SharedCause } from '../rule.ts';
import { count, listShortened, quote } from '../words.ts';

/** "`go_package` was "a" in 1.0.0 and is "b" now". */
export function describeOption({ name, old, new: edited }: OptionPair, baseline: string): string {
  const oldValue = old && shorten(valueText(old.value));
  const newValue = edited && shorten(valueText(edited.value));
  if (oldValue === undefined) return `${quote(name)} was not set in ${baseline} and is ${String(newValue)} now`;
  if (newValue === undefined) return `${quote(name)} was ${oldValue} in ${baseline} and is not set now`;
  return `${quote(name)} was ${oldValue} in ${baseline} and is ${newValue} now`;
}

/** For a finding about all elements with the same change. */
export function sharedOption({ name, old, new: edited }: OptionPair, kind: string, consequence: string): SharedCause {
  const what = old === undefined ? 'added to' : edited === undefined ? 'removed from' : 'changed in';
  return {
    cause: `${name} ${what}`,
    message: (elements) =>
      `${quote(name)} was ${what} ${count(elements.length, kind)} (${listShortened(elements.map(quote))}): ${consequence}.`,
  };
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** For a removed option, the element that had it. */
export function optionPlace({ new: edited, owner }: OptionPair): Place | undefined {
  const element = owner.new;
  if (element === undefined) return undefined;
  if (edited !== undefined) return { file: element.kind === 'file' ? element : element.file, span: edited.span };
  return element.kind === 'file' ? nameOfFile(element) : nameOf(element);
}

export function oldOptionPlace({ old, owner }: OptionPair): Place | undefined {
  const element = owner.old;
  if (element === undefined || old === undefined) return undefined;
  return { file: element.kind === 'file' ? element : element.file, span: old.span };
}

/** These change generated code, but nothing on the wire. */
const SHAPING =
  /^(?:go_package|java_(?:package|outer_classname|multiple_files|generic_services|string_check_utf8)|csharp_namespace|objc_class_prefix|php_(?:class_prefix|namespace|metadata_namespace)|ruby_package|swift_prefix|optimize_for|cc_(?:enable_arenas|generic_services)|py_generic_services|features\.\(pb\.\w+\)\.\w+|\(gogoproto\.\w+\))$/;

export function shapesGeneratedCode(option: string): boolean {
  return SHAPING.test(option);
}
