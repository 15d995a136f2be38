import { textOf } from '../effects/decode.ts';
import type { OptionNode, OptionValue } from '../proto/tree.ts';
import type { Options } from '../schema/model.ts';
import type { OptionOwner, OptionPair } from './pairs.ts';

/** The options that differ. A missing option equals its default. */
export function diffOptions(old: Options, edited: Options, owner: OptionOwner): OptionPair[] {
  const pairs: OptionPair[] = [];
  for (const [name, option] of old) {
    const now = edited.get(name);
    if (now === undefined) {
      if (!isDefault(name, option)) pairs.push({ status: 'removed', name, old: option, new: undefined, owner });
    } else if (!sameOption(option, now)) pairs.push({ status: 'kept', name, old: option, new: now, owner });
  }
  for (const [name, option] of edited) {
    if (!old.has(name) && !isDefault(name, option)) {
      pairs.push({ status: 'added', name, old: undefined, new: option, owner });
    }
  }
  return pairs;
}

function isDefault(name: string, option: OptionNode): boolean {
  return DEFAULTS.get(name) === valueText(option.value);
}

/** https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/descriptor.proto */
const DEFAULTS: ReadonlyMap<string, string> = new Map([
  ['allow_alias', 'false'],
  ['cc_enable_arenas', 'true'],
  ['cc_generic_services', 'false'],
  ['ctype', 'STRING'],
  ['debug_redact', 'false'],
  ['deprecated', 'false'],
  ['deprecated_legacy_json_field_conflicts', 'false'],
  ['idempotency_level', 'IDEMPOTENCY_UNKNOWN'],
  ['java_generate_equals_and_hash', 'false'],
  ['java_generic_services', 'false'],
  ['java_multiple_files', 'false'],
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
