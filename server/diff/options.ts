import { textOf } from '../effects/decode.ts';
import type { OptionNode, OptionValue } from '../proto/tree.ts';
import type { Enum, File, Message, Service } from '../schema/model.ts';
import type { OptionOwner, OptionPair } from './pairs.ts';

type Element = NonNullable<OptionOwner['old']>;

/** The options that differ. A missing option equals its default. */
export function diffOptions(old: Element, edited: Element, owner: OptionOwner): OptionPair[] {
  const pairs: OptionPair[] = [];
  for (const [name, option] of old.options) {
    const now = edited.options.get(name);
    if (now === undefined) {
      if (!isDefault(name, option, edited)) pairs.push({ status: 'removed', name, old: option, new: undefined, owner });
    } else if (!sameOption(option, now)) pairs.push({ status: 'kept', name, old: option, new: now, owner });
  }
  for (const [name, option] of edited.options) {
    if (!old.options.has(name) && !isDefault(name, option, old)) {
      pairs.push({ status: 'added', name, old: undefined, new: option, owner });
    }
  }
  return pairs;
}

/** Whether a missing option of the element means the same. */
function isDefault(name: string, option: OptionNode, element: Element): boolean {
  return defaultOf(name, element) === valueText(option.value);
}

/** A feature that is not set is inherited. */
function defaultOf(name: string, element: Element): string | undefined {
  if (element.kind === 'file') return defaultInFile(name, element);
  if (!name.startsWith('features.')) return DEFAULTS.get(name);
  const outer = enclosing(element);
  const option = outer.options.get(name);
  return option === undefined ? defaultOf(name, outer) : valueText(option.value);
}

function enclosing(element: Exclude<Element, File>): Element {
  switch (element.kind) {
    case 'field':
      return element.oneof ?? element.extensionScope ?? element.message ?? element.file;
    case 'oneof':
      return element.message;
    case 'enumValue':
      return element.enum;
    case 'method':
      return element.service;
    case 'service':
      return element.file;
    case 'message':
    case 'enum':
      return element.parent;
  }
}

export function defaultInFile(name: string, file: File): string | undefined {
  if (name === 'java_outer_classname') return JSON.stringify(outerClass(file));
  const [proto2, later, since2024] = CHANGED_BY_EDITION.get(name) ?? [];
  if (proto2 === undefined) return DEFAULTS.get(name);
  if (isOf2024(file)) return since2024;
  return file.edition === 'proto2' ? proto2 : later;
}

/** Of edition 2024 or a later one. */
export function isOf2024({ edition }: File): boolean {
  return /^\d/.test(edition) && edition >= '2024';
}

/** https://protobuf.dev/reference/java/java-generated/#package */
function outerClass(file: File): string {
  const base = file.path.replace(/^.*\//, '').replace(/\.proto$/, '');
  const name = base
    .replaceAll(/[^a-zA-Z0-9]+/g, ' ')
    .replaceAll(/(?:^| |(?<=\d))([a-z]?)/g, (_, letter: string) => letter.toUpperCase())
    .replaceAll(' ', '');
  if (isOf2024(file)) return `${name}Proto`;
  const isTaken = (types: readonly (Message | Enum | Service)[]): boolean =>
    types.some((type) => type.name === name || (type.kind === 'message' && isTaken([...type.messages, ...type.enums])));
  return isTaken([...file.messages, ...file.enums, ...file.services]) ? `${name}OuterClass` : name;
}

/** The defaults in proto2, in proto3 and edition 2023, and since edition 2024: https://protobuf.dev/editions/features/ */
const CHANGED_BY_EDITION: ReadonlyMap<string, readonly [proto2: string, later: string, since2024: string]> = new Map([
  // Edition 2024 has `nest_in_file_class` instead.
  ['java_multiple_files', ['false', 'false', 'true']],
  ['features.(pb.cpp).legacy_closed_enum', ['true', 'false', 'false']],
  ['features.(pb.cpp).string_type', ['STRING', 'STRING', 'VIEW']],
  ['features.(pb.cpp).enum_name_uses_string_view', ['false', 'false', 'true']],
  ['features.(pb.go).legacy_unmarshal_json_enum', ['true', 'false', 'false']],
  ['features.(pb.go).api_level', ['API_OPEN', 'API_OPEN', 'API_OPAQUE']],
  ['features.(pb.java).legacy_closed_enum', ['true', 'false', 'false']],
]);

/** https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/descriptor.proto */
const DEFAULTS: ReadonlyMap<string, string> = new Map([
  ['allow_alias', 'false'],
  ['cc_enable_arenas', 'true'],
  ['cc_generic_services', 'false'],
  ['ctype', 'STRING'],
  ['debug_redact', 'false'],
  ['deprecated', 'false'],
  ['deprecated_legacy_json_field_conflicts', 'false'],
  ['features.(pb.cpp).repeated_type', 'LEGACY'],
  ['features.(pb.go).optimize_mode', 'OPTIMIZE_MODE_UNSPECIFIED'],
  ['features.(pb.go).strip_enum_prefix', 'STRIP_ENUM_PREFIX_KEEP'],
  ['features.(pb.java).large_enum', 'false'],
  ['features.(pb.java).utf8_validation', 'DEFAULT'],
  ['idempotency_level', 'IDEMPOTENCY_UNKNOWN'],
  ['java_generate_equals_and_hash', 'false'],
  ['java_generic_services', 'false'],
  ['java_string_check_utf8', 'false'],
  ['jstype', 'JS_NORMAL'],
  ['lazy', 'false'],
  ['message_set_wire_format', 'false'],
  ['no_standard_descriptor_accessor', 'false'],
  ['optimize_for', 'SPEED'],
  ['py_generic_services', 'false'],
  ['retention', 'RETENTION_UNKNOWN'],
  ['unverified_lazy', 'false'],
  ['verification', 'UNVERIFIED'],
  ['weak', 'false'],
]);

function sameOption(a: OptionNode | undefined, b: OptionNode | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return valueText(a.value) === valueText(b.value);
}

/** The value without white space, comments and the kind of quotes. */
export function valueText(value: OptionValue): string {
  switch (value.kind) {
    case 'identifier':
    case 'number':
      return value.text;
    case 'string':
      return stringText(value.bytes);
    case 'list':
      return `[${value.values.map(valueText).join(', ')}]`;
    case 'message':
      return `{ ${value.fields.map((field) => `${field.name.text}: ${valueText(field.value)}`).join(', ')} }`;
  }
}

function stringText(bytes: Uint8Array): string {
  const text = textOf(bytes);
  if (text !== undefined) return JSON.stringify(text);
  return `"${Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}"`;
}
