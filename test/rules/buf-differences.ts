import type { Field, Schema } from '../../server/schema/model.ts';
import type { BufFinding } from './buf.ts';

/** Where our finding is, relative to the declaration of buf's finding. */
export type Where =
  /** At the same declaration. */
  | 'here'
  /** At a declaration inside it. */
  | 'inside'
  /** At its scope: a oneof, a message, a package, a file. */
  | 'around'
  /** At a declaration that buf's message names, or at a scope of it. */
  | 'named'
  /** At another declaration that changed in the same edit. */
  | 'elsewhere';

/** Findings of buf that we report at another declaration, or with rules whose `buf` does not list buf's rule. */
export interface Difference {
  readonly buf: readonly string[];
  readonly ours: readonly string[];
  readonly where: Where;
  readonly reason: string;
}

const TYPE = ['FIELD_SAME_TYPE', 'FIELD_WIRE_COMPATIBLE_TYPE', 'FIELD_WIRE_JSON_COMPATIBLE_TYPE'];
const WIRE_CARDINALITY = ['FIELD_WIRE_COMPATIBLE_CARDINALITY', 'FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY'];
const CARDINALITY = ['FIELD_SAME_CARDINALITY', ...WIRE_CARDINALITY];
const FIELD_DELETED = [
  'FIELD_NO_DELETE',
  'FIELD_NO_DELETE_UNLESS_NAME_RESERVED',
  'FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED',
];
const VALUE_DELETED = [
  'ENUM_VALUE_NO_DELETE',
  'ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED',
  'ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED',
];
const MESSAGE_DELETED = ['MESSAGE_NO_DELETE', 'PACKAGE_MESSAGE_NO_DELETE'];
const ENUM_DELETED = ['ENUM_NO_DELETE', 'PACKAGE_ENUM_NO_DELETE'];
const EXTENSION_DELETED = ['EXTENSION_NO_DELETE', 'PACKAGE_EXTENSION_NO_DELETE'];
const SERVICE_DELETED = ['SERVICE_NO_DELETE', 'PACKAGE_SERVICE_NO_DELETE'];
const RPC_TYPE = ['RPC_SAME_REQUEST_TYPE', 'RPC_SAME_RESPONSE_TYPE'];

const OPTION = ['JSTYPE', 'UTF8_VALIDATION', 'JAVA_UTF8_VALIDATION', 'CPP_STRING_TYPE'].map(
  (name) => `FIELD_SAME_${name}`,
);
const SAME = ['NAME', 'JSON_NAME', 'ONEOF', 'DEFAULT'].map((name) => `FIELD_SAME_${name}`);
const FIELD = [...TYPE, ...CARDINALITY, ...FIELD_DELETED, ...SAME, ...OPTION];

const ONEOF = ['field-oneof-changed', 'oneof-added', 'oneof-removed', 'oneof-renamed'];
const REQUIRED = ['field-required-added', 'field-required-removed'];
const OUR_TYPE = ['field-type-changed', 'field-type-widened', 'field-type-narrowed', 'field-type-renamed'];
const NAMES = ['FIELD_SAME_NAME', 'FIELD_SAME_JSON_NAME', 'ENUM_VALUE_SAME_NAME'];
const RENAMED = ['message-renamed', 'message-moved', 'enum-renamed', 'enum-moved', 'package-changed'];
const REMOVED = ['message-removed', 'method-removed', 'service-removed', 'file-removed'];

export const DIFFERENCES: readonly Difference[] = [
  {
    buf: [...FIELD, ...EXTENSION_DELETED],
    ours: ['field-number-reused', 'field-renumbered'],
    where: 'here',
    reason: 'buf compares the released and the edited field with the same number; for us they are different fields',
  },
  {
    buf: VALUE_DELETED,
    ours: ['enum-value-renumbered', 'enum-value-number-reused', 'enum-value-renamed'],
    where: 'here',
    reason: 'buf compares the released and the edited value with the same number; we report how the value changed',
  },
  {
    buf: ['ENUM_VALUE_SAME_NAME'],
    ours: [
      'enum-value-removed',
      'enum-value-added',
      'enum-value-renamed',
      'enum-value-number-reused',
      'enum-value-renumbered',
    ],
    where: 'named',
    reason: 'buf reports all aliases of a number if one differs',
  },
  {
    buf: [
      ...CARDINALITY,
      'FIELD_SAME_ONEOF',
      'FIELD_SAME_DEFAULT',
      'FIELD_SAME_UTF8_VALIDATION',
      'FIELD_SAME_JAVA_UTF8_VALIDATION',
      'FIELD_SAME_JSTYPE',
    ],
    ours: OUR_TYPE,
    where: 'here',
    reason: 'the finding about the type includes the changes that follow from it',
  },
  {
    buf: MESSAGE_DELETED,
    ours: ['field-type-widened', 'field-type-narrowed'],
    where: 'elsewhere',
    reason: 'a list of messages became a map with the same entries, so the message was removed',
  },
  {
    buf: TYPE,
    ours: ['field-encoding-changed', 'field-cardinality-changed'],
    where: 'here',
    reason: 'buf treats another encoding of a message as another type',
  },
  { buf: CARDINALITY, ours: REQUIRED, where: 'here', reason: 'for buf, `required` is a cardinality' },
  {
    buf: ['FIELD_SAME_DEFAULT'],
    ours: REQUIRED,
    where: 'here',
    reason: 'no reader uses the default of a required field',
  },
  {
    buf: ['FIELD_SAME_DEFAULT'],
    ours: [
      'enum-default-changed',
      'enum-value-renumbered',
      'enum-value-removed',
      'enum-value-renamed',
      'enum-value-number-reused',
    ],
    where: 'elsewhere',
    reason: 'the field is unchanged; the first value of its enum changed',
  },
  {
    buf: ['FIELD_SAME_CARDINALITY', 'FIELD_SAME_ONEOF', 'ONEOF_NO_DELETE'],
    ours: ONEOF,
    where: 'here',
    reason: 'a field that joins or leaves a oneof changes its presence, too; we report both in one finding',
  },
  {
    buf: ['FIELD_SAME_CARDINALITY', 'FIELD_SAME_ONEOF', 'FIELD_SAME_TYPE'],
    ours: ONEOF,
    where: 'around',
    reason: 'a changed oneof is one finding, not one for each member',
  },
  {
    buf: ['ONEOF_NO_DELETE'],
    ours: ['field-removed', 'field-number-reused', 'field-renumbered', 'field-oneof-changed', 'oneof-renamed'],
    where: 'inside',
    reason: 'a oneof that was removed or renamed is reported with what happened to its fields',
  },
  {
    buf: ['MESSAGE_SAME_REQUIRED_FIELDS'],
    ours: [
      ...REQUIRED,
      'field-removed',
      'field-added',
      'field-number-reused',
      'field-renumbered',
      'field-cardinality-changed',
      ...OUR_TYPE,
    ],
    where: 'inside',
    reason: 'reported at the field, not at the message',
  },
  {
    buf: ['MESSAGE_SAME_REQUIRED_FIELDS'],
    ours: [...OUR_TYPE, 'field-number-reused', 'field-renumbered', 'field-cardinality-changed'],
    where: 'here',
    reason: 'another change of the field has a worse effect',
  },
  {
    buf: ['FIELD_SAME_JAVA_UTF8_VALIDATION'],
    ours: ['field-utf8-validation-changed'],
    where: 'here',
    reason: 'we report one feature for all languages',
  },
  {
    buf: ['FIELD_SAME_CPP_STRING_TYPE', 'FIELD_SAME_JAVA_UTF8_VALIDATION'],
    ours: ['file-option-changed', 'type-option-changed'],
    where: 'around',
    reason: 'reported at the option, not at every element that inherits it',
  },
  {
    buf: ['ENUM_SAME_JSON_FORMAT', 'MESSAGE_SAME_JSON_FORMAT'],
    ours: ['type-option-changed', 'file-option-changed'],
    where: 'around',
    reason: 'reported at the option, not at every element that inherits it',
  },
  {
    buf: ['EXTENSION_MESSAGE_NO_DELETE'],
    ours: ['extension-removed', 'field-number-reused', 'field-added', 'field-renamed'],
    where: 'inside',
    reason: 'the number that was removed from the range is a field now',
  },
  {
    buf: EXTENSION_DELETED,
    ours: ['field-renamed', 'field-removed'],
    where: 'here',
    reason: 'we identify an extension by its number',
  },
  {
    buf: [...TYPE, ...RPC_TYPE, 'FIELD_SAME_DEFAULT'],
    ours: RENAMED,
    where: 'named',
    reason: 'buf compares the names of types, we compare their structure; the renamed type is reported once',
  },
  {
    buf: TYPE,
    ours: ['field-renamed'],
    where: 'elsewhere',
    reason: 'the type of a group is named after the group, and is reported with it once',
  },
  {
    buf: [...TYPE, ...NAMES],
    ours: ['message-added', 'enum-added', 'message-renamed', 'enum-renamed'],
    where: 'around',
    reason: 'the type with that name is another one, because the released type was renamed',
  },
  {
    buf: [...MESSAGE_DELETED, ...ENUM_DELETED],
    ours: RENAMED,
    where: 'around',
    reason: 'nested declarations are renamed together with their scope',
  },
  {
    buf: [...MESSAGE_DELETED, ...ENUM_DELETED, ...EXTENSION_DELETED, ...SERVICE_DELETED, 'PACKAGE_NO_DELETE'],
    ours: REMOVED,
    where: 'around',
    reason: 'nested declarations were removed together with their scope',
  },
  {
    buf: [...MESSAGE_DELETED, ...ENUM_DELETED],
    ours: ['method-removed', 'service-removed'],
    where: 'elsewhere',
    reason: 'types that only the method used were removed together with it',
  },
  {
    buf: ['PACKAGE_NO_DELETE', ...MESSAGE_DELETED, ...ENUM_DELETED, ...SERVICE_DELETED, ...EXTENSION_DELETED],
    ours: ['package-changed', 'file-removed'],
    where: 'around',
    reason: 'reported once, at the package or the file',
  },
  {
    buf: ['PACKAGE_NO_DELETE'],
    ours: ['package-changed', 'file-removed'],
    where: 'elsewhere',
    reason: 'reported at the file',
  },
  {
    buf: ['RESERVED_MESSAGE_NO_DELETE', 'RESERVED_ENUM_NO_DELETE'],
    ours: ['reservation-violated', 'field-number-reused'],
    where: 'inside',
    reason: 'reported at the element that uses the reserved name or number',
  },
];

/** A change that breaks the binary encoding or JSON for buf, but no program for us. */
interface Harmless {
  readonly buf: readonly string[];
  readonly ours: readonly string[];
  /** buf's message must match this. */
  readonly says?: RegExp;
  readonly reason: string;
}

export const HARMLESS: readonly Harmless[] = [
  {
    buf: ['FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED', 'ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED'],
    ours: ['field-removed', 'enum-value-removed'],
    reason: 'a new client may ignore what only an old server sends',
  },
  {
    buf: [...TYPE, ...RPC_TYPE, 'FILE_SAME_PACKAGE'],
    ours: [
      ...RENAMED,
      'field-renamed', // of a group, which renames its type
      'field-type-renamed',
      'method-request-changed',
      'method-response-changed',
    ],
    reason: 'a call does not carry the names of messages and enums, nor the package of a file without services',
  },
  {
    buf: [...TYPE, ...NAMES],
    ours: ['message-added', 'enum-added', 'message-renamed', 'enum-renamed'],
    reason: 'the methods that carried the released type do not carry the type that has its name now',
  },
  {
    buf: ['FIELD_SAME_ONEOF'],
    ours: ONEOF,
    reason: 'a oneof with one field is the same as a field with presence, and its name is not on the wire',
  },
  {
    buf: ['RESERVED_MESSAGE_NO_DELETE', 'RESERVED_ENUM_NO_DELETE'],
    ours: ['reservation-removed', 'reservation-violated'],
    reason: 'a reservation is not on the wire; an element that uses the number or name is reported',
  },
  {
    buf: ['FIELD_SAME_DEFAULT'],
    ours: ['enum-default-changed'],
    reason: 'no field that peers send uses the default',
  },
  {
    buf: ['FIELD_SAME_NAME', 'FIELD_SAME_JSON_NAME'],
    ours: ['field-renamed', 'field-json-name-changed'],
    reason: 'JSON parsers accept the JSON name and the field name',
  },
  {
    buf: ['ENUM_VALUE_SAME_NAME'],
    ours: [
      'enum-value-renamed',
      'enum-value-renumbered',
      'enum-value-removed',
      'enum-value-added',
      'enum-value-number-reused',
    ],
    says: /^Enum value "0"|", "/,
    reason: 'no writer puts an alias into JSON, nor the zero of a field without presence',
  },
  {
    buf: ['ENUM_SAME_JSON_FORMAT', 'MESSAGE_SAME_JSON_FORMAT'],
    ours: ['type-option-changed', 'file-option-changed'],
    reason: 'the option only decides which JSON names a compiler refuses',
  },
];

export interface NotReported {
  readonly buf: readonly string[];
  readonly applies: (finding: BufFinding, sides: Sides) => boolean;
  readonly reason: string;
}

interface Sides {
  readonly old: Schema;
  readonly new: Schema;
}

export const NOT_REPORTED: readonly NotReported[] = [
  {
    buf: ['FILE_SAME_SYNTAX'],
    applies: () => true,
    reason: 'a syntax only sets defaults of features; what they change is reported at the fields and enums',
  },
  {
    buf: ['FILE_SAME_JAVA_MULTIPLE_FILES'],
    applies: ({ element }, sides) =>
      [sides.old, sides.new].some((side) => side.files.get(element)?.edition === '2024') &&
      [sides.old, sides.new].some((side) => side.files.get(element)?.options.has('java_multiple_files')),
    reason: 'edition 2024 generates what the option asks for, and does not have it',
  },
  {
    buf: ['FILE_SAME_JAVA_OUTER_CLASSNAME'],
    applies: ({ element, message }) => {
      const [, name = ''] = /from (?:"" to "(\w+)"|"(\w+)" to "")/.exec(message)?.filter(Boolean) ?? [];
      return (
        name.toLowerCase() ===
        element
          .replace(/^.*\/|\.proto$/g, '')
          .replaceAll(/\W|_/g, '')
          .toLowerCase()
      );
    },
    reason: 'the option has the value that it has by default',
  },
  {
    buf: ['MESSAGE_NO_DELETE', 'ENUM_NO_DELETE', 'SERVICE_NO_DELETE', 'EXTENSION_NO_DELETE'],
    applies: ({ element }, sides) =>
      [sides.new.types, sides.new.services, sides.new.extensions].some((kept) => kept.has(element)),
    reason: 'it is in another file of its package',
  },
  {
    buf: ['FILE_NO_DELETE'],
    applies: ({ element }, sides) => {
      const file = sides.old.files.get(element);
      return (
        file !== undefined &&
        [...file.messages, ...file.enums, ...file.services].every(
          ({ fullName }) => sides.new.types.has(fullName) || sides.new.services.has(fullName),
        )
      );
    },
    reason: 'every message, enum and service of the file is in another file now',
  },
  {
    buf: ['FIELD_SAME_DEFAULT'],
    applies: ({ element }, sides) =>
      [sides.old, sides.new].every((side) => fieldOf(side, element)?.presence === 'required'),
    reason: 'no reader uses the default of a required field',
  },
  {
    buf: TYPE,
    applies: ({ element, message }, sides) => {
      const field = fieldOf(sides.new, element);
      return field?.isMap === true
        ? /"[^"]*Entry" to "[^"]*Entry"/.test(message)
        : field?.node.group !== undefined && /"\S*\.\w+" to "\S*\.\w+"/.test(message);
    },
    reason: 'the name of a map entry or a group changes only together with the name of its field',
  },
  {
    buf: ['ENUM_SAME_JSON_FORMAT', 'MESSAGE_SAME_JSON_FORMAT'],
    applies: ({ element }, sides) =>
      sides.old.types.get(element)?.file.edition !== sides.new.types.get(element)?.file.edition,
    reason: 'the feature, whose default changed with the edition, only decides which JSON names a compiler refuses',
  },
  {
    buf: MESSAGE_DELETED,
    applies: ({ element }, sides) => {
      const gone = sides.old.types.get(element);
      return gone === undefined || gone.node?.kind === 'field';
    },
    reason: 'map entries and groups are removed together with their field',
  },
];

function fieldOf(schema: Schema, element: string): Field | undefined {
  const dot = element.lastIndexOf('.');
  const type = schema.types.get(element.slice(0, dot));
  return type?.kind === 'message' ? type.fieldsByName.get(element.slice(dot + 1)) : schema.extensions.get(element);
}
