import { keptInPlace } from '../subjects/fields.ts';
import { withMasks } from '../subjects/masks.ts';
import { measureAspect } from '../measure.ts';
import { labelOf } from '../place.ts';
import { revertType } from '../fixes/fields.ts';
import type { Rule } from '../rule.ts';
import { sourceOfType } from '../generated-code.ts';
import { quote, findingMessage, type PhrasesByEffect } from '../words.ts';
import { showField } from '../witnesses/field.ts';

export default {
  id: 'field-cardinality-changed',
  title: 'Field cardinality changed between single and repeated',
  docs: `
## What it means
A field that held one value is now repeated, or the other way round. Its type is the same.

## Who breaks
In binary, the side with the single field keeps only the last element of a list (messages are merged), and ignores a list of
packed numbers completely. If the single field is required, its reader refuses a message without an element that it can read. A
default of the single field is lost, because an unset list is empty. In JSON, each side refuses the other's form, or takes it
for another value if the type is \`google.protobuf.Value\` or \`ListValue\`. If a method carries a \`google.protobuf.FieldMask\`, a
server refuses a mask that names a field inside a list. Code that uses the generated field no longer compiles.

## What to do instead
Add a field with the new cardinality and a new number, and fill both fields while the release is supported.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#updating',
  buf: [
    'FIELD_SAME_CARDINALITY',
    'FIELD_WIRE_COMPATIBLE_CARDINALITY',
    'FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY',
    'MESSAGE_SAME_REQUIRED_FIELDS',
  ],
  on: 'field',
  check(pair, context) {
    const kept = keptInPlace(pair);
    if (kept === undefined) return undefined;
    const { old, new: edited } = kept;
    if (old.repeated === edited.repeated || old.isMap !== edited.isMap) return undefined;
    if (!context.diff.sameType(old.type, edited.type)) return undefined;
    const { repeated, packed, presence } = edited;
    // The default changes with the cardinality, because a list has none.
    const aspect = { repeated, packed, presence, default: edited.default };
    const base = measureAspect(kept, aspect, sourceOfType(kept.old, { ...kept.old, ...aspect }), context);
    // A changed name is another finding.
    const masked = { ...kept, new: { ...kept.old, ...aspect } };
    const refuses = [old, edited].some((field) => field.presence === 'required')
      ? ', and refuses a message without any elements'
      : '';
    const ofList: PhrasesByEffect = {
      altered: (reader, writer) =>
        edited.type.kind === 'message'
          ? `${reader} merges the elements that ${writer} sends into one message${refuses}`
          : `${reader} keeps only the last of several elements that ${writer} sends${refuses}`,
      dropped: (reader, writer) => `${reader} ignores the packed list that ${writer} sends`,
      rejected: (reader, writer) =>
        `${reader} ignores the packed list that ${writer} sends, and so refuses the message`,
    };
    const ofSingle: PhrasesByEffect = {
      altered: (reader, writer) =>
        `${reader} sees an empty list where ${writer} leaves the field unset to mean its default`,
    };
    const own = repeated ? { old: ofSingle, new: ofList } : { old: ofList, new: ofSingle };
    const { measured, phrases } = withMasks(masked, base, context, own);
    const fact = repeated
      ? `${quote(edited.name)} held one value in ${context.words.baseline} and is repeated now`
      : `${quote(edited.name)} was repeated in ${context.words.baseline} and holds one value now`;
    return {
      element: edited.fullName,
      place: labelOf(edited),
      baseline: labelOf(old),
      impact: measured.impact,
      message: findingMessage(fact, measured, context, phrases),
    };
  },
  fixes: (pair, context) => (pair.status === 'kept' ? revertType(pair, context) : []),
  witness: showField,
} satisfies Rule<'field'>;
