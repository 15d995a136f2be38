import type { Field, Schema } from '../../server/schema/model.ts';
import type { BufFinding } from './buf.ts';

/** How a finding of ours stands to the declaration that buf's is about. */
export type Where =
  /** About the same one. */
  | 'here'
  /** About something in it. */
  | 'inside'
  /** About what it is or was declared in: a oneof, a message, a file. */
  | 'around'
  /** About a type that buf's message names. */
  | 'named'
  /** About something else that the same edit did. */
  | 'elsewhere';

/** What buf finds by one of its rules and we by one of ours that does not name it, with the reason. */
export interface Difference {
  readonly buf: readonly string[];
  readonly ours: readonly string[];
  readonly where: Where;
  readonly reason: string;
}

const TYPE = ['FIELD_SAME_TYPE', 'FIELD_WIRE_COMPATIBLE_TYPE', 'FIELD_WIRE_JSON_COMPATIBLE_TYPE'];
const WIRE_CARDINALITY = ['FIELD_WIRE_COMPATIBLE_CARDINALITY', 'FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY'];
const CARDINALITY = ['FIELD_SAME_CARDINALITY', ...WIRE_CARDINALITY];
const FIELD_GONE = [
  'FIELD_NO_DELETE',
  'FIELD_NO_DELETE_UNLESS_NAME_RESERVED',
  'FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED',
];
const VALUE_GONE = [
  'ENUM_VALUE_NO_DELETE',
  'ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED',
  'ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED',
];
const MESSAGE_GONE = ['MESSAGE_NO_DELETE', 'PACKAGE_MESSAGE_NO_DELETE'];
const ENUM_GONE = ['ENUM_NO_DELETE', 'PACKAGE_ENUM_NO_DELETE'];
const EXTENSION_GONE = ['EXTENSION_NO_DELETE', 'PACKAGE_EXTENSION_NO_DELETE'];
const SERVICE_GONE = ['SERVICE_NO_DELETE', 'PACKAGE_SERVICE_NO_DELETE'];
const RPC_TYPE = ['RPC_SAME_REQUEST_TYPE', 'RPC_SAME_RESPONSE_TYPE'];

const OPTION = ['JSTYPE', 'UTF8_VALIDATION', 'JAVA_UTF8_VALIDATION', 'CPP_STRING_TYPE'].map(
  (name) => `FIELD_SAME_${name}`,
);
const SAME = ['NAME', 'JSON_NAME', 'ONEOF', 'DEFAULT'].map((name) => `FIELD_SAME_${name}`);
const FIELD = [...TYPE, ...CARDINALITY, ...FIELD_GONE, ...SAME, ...OPTION];

const ONEOF = ['field-oneof-changed', 'oneof-added', 'oneof-removed', 'oneof-renamed'];
const REQUIRED = ['field-required-added', 'field-required-removed'];
const OUR_TYPE = ['field-type-changed', 'field-type-widened', 'field-type-narrowed', 'field-type-renamed'];
const NAMES = ['FIELD_SAME_NAME', 'FIELD_SAME_JSON_NAME', 'ENUM_VALUE_SAME_NAME'];
const RENAMED = ['message-renamed', 'message-moved', 'enum-renamed', 'enum-moved', 'package-changed'];
const REMOVED = ['message-removed', 'method-removed', 'service-removed', 'file-removed'];

export const DIFFERENCES: readonly Difference[] = [
  {
    buf: [...FIELD, ...EXTENSION_GONE],
    ours: ['field-number-reused', 'field-renumbered'],
    where: 'here',
    reason:
      'buf compares what has one number; we say that the number is not what it was, and nothing else about the field',
  },
  {
    buf: VALUE_GONE,
    ours: ['enum-value-renumbered', 'enum-value-number-reused', 'enum-value-renamed'],
    where: 'here',
    reason: 'buf compares what has one number; we say what became of the value',
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
    reason: 'buf tells of all aliases of a number where one differs',
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
    reason: 'what changed together with the type is in the finding about the type',
  },
  {
    buf: MESSAGE_GONE,
    ours: ['field-type-widened', 'field-type-narrowed'],
    where: 'elsewhere',
    reason: 'a message that was written out for the entries of a map',
  },
  {
    buf: TYPE,
    ours: ['field-encoding-changed', 'field-cardinality-changed'],
    where: 'here',
    reason: 'to buf the encoding of a message is another type',
  },
  { buf: CARDINALITY, ours: REQUIRED, where: 'here', reason: 'to buf a label is a cardinality' },
  {
    buf: ['FIELD_SAME_DEFAULT'],
    ours: REQUIRED,
    where: 'here',
    reason: 'nobody ever sees the default of a required field',
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
    reason: 'the field is what it was, and what its enum starts with is not',
  },
  {
    buf: ['FIELD_SAME_CARDINALITY', 'FIELD_SAME_ONEOF', 'ONEOF_NO_DELETE'],
    ours: ONEOF,
    where: 'here',
    reason: 'the members of a oneof have presence: one finding for both',
  },
  {
    buf: ['FIELD_SAME_CARDINALITY', 'FIELD_SAME_ONEOF', 'FIELD_SAME_TYPE'],
    ours: ONEOF,
    where: 'around',
    reason: 'a oneof is one cause, told once and not at each member',
  },
  {
    buf: ['ONEOF_NO_DELETE'],
    ours: ['field-removed', 'field-number-reused', 'field-renumbered', 'field-oneof-changed', 'oneof-renamed'],
    where: 'inside',
    reason: 'a oneof that went with its fields is told at these',
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
    reason: 'told at the field, not at the message',
  },
  {
    buf: ['MESSAGE_SAME_REQUIRED_FIELDS'],
    ours: [...OUR_TYPE, 'field-number-reused', 'field-renumbered', 'field-cardinality-changed', 'field-added'],
    where: 'here',
    reason: 'what else changed in the field makes worse of it',
  },
  {
    buf: ['FIELD_SAME_JAVA_UTF8_VALIDATION'],
    ours: ['field-utf8-validation-changed'],
    where: 'here',
    reason: 'one feature for all languages',
  },
  {
    buf: ['FIELD_SAME_CPP_STRING_TYPE', 'FIELD_SAME_JAVA_UTF8_VALIDATION'],
    ours: ['file-option-changed', 'type-option-changed'],
    where: 'around',
    reason: 'told where the option stands, not at all that inherits it',
  },
  {
    buf: ['ENUM_SAME_JSON_FORMAT', 'MESSAGE_SAME_JSON_FORMAT'],
    ours: ['type-option-changed', 'file-option-changed'],
    where: 'around',
    reason: 'told where the option stands, not at all that inherits it',
  },
  {
    buf: ['EXTENSION_MESSAGE_NO_DELETE'],
    ours: ['extension-removed', 'field-number-reused', 'field-added', 'field-renamed'],
    where: 'inside',
    reason: 'the number that left the range is a field now',
  },
  {
    buf: EXTENSION_GONE,
    ours: ['field-renamed', 'field-removed'],
    where: 'here',
    reason: 'an extension is the number that it has',
  },
  {
    buf: [...TYPE, ...RPC_TYPE, 'FIELD_SAME_DEFAULT'],
    ours: RENAMED,
    where: 'named',
    reason: 'buf compares the names of types where structure is what counts; the type is told once',
  },
  {
    buf: [...TYPE, ...NAMES],
    ours: ['message-added', 'enum-added'],
    where: 'around',
    reason: 'the type of that name is a new one: the released one was renamed',
  },
  {
    buf: [...MESSAGE_GONE, ...ENUM_GONE],
    ours: RENAMED,
    where: 'around',
    reason: 'what is declared in it has another name with it',
  },
  {
    buf: [...MESSAGE_GONE, ...ENUM_GONE, ...EXTENSION_GONE, ...SERVICE_GONE, 'PACKAGE_NO_DELETE'],
    ours: REMOVED,
    where: 'around',
    reason: 'what was declared in it went with it',
  },
  {
    buf: [...MESSAGE_GONE, ...ENUM_GONE],
    ours: ['method-removed', 'service-removed'],
    where: 'elsewhere',
    reason: 'what the method alone reached went with it',
  },
  {
    buf: ['PACKAGE_NO_DELETE', ...MESSAGE_GONE, ...ENUM_GONE, ...SERVICE_GONE, ...EXTENSION_GONE],
    ours: ['package-changed', 'file-removed'],
    where: 'around',
    reason: 'told once, at the package or the file',
  },
  {
    buf: ['PACKAGE_NO_DELETE'],
    ours: ['package-changed', 'file-removed'],
    where: 'elsewhere',
    reason: 'told at the file',
  },
  {
    buf: ['RESERVED_MESSAGE_NO_DELETE', 'RESERVED_ENUM_NO_DELETE'],
    ours: ['reservation-violated', 'field-number-reused'],
    where: 'inside',
    reason: 'told at what took the reserved name or number',
  },
];

/** What breaks the wire to buf and no program here, although a finding of ours says it. */
export interface Harmless {
  readonly buf: readonly string[];
  readonly ours: readonly string[];
  /** What buf has to say. */
  readonly says?: RegExp;
  readonly reason: string;
}

export const HARMLESS: readonly Harmless[] = [
  {
    buf: ['FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED', 'ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED'],
    ours: ['field-removed', 'enum-value-removed'],
    reason: 'only a loss of an old program counts where something was removed',
  },
  {
    buf: [...TYPE, ...RPC_TYPE, 'FILE_SAME_PACKAGE'],
    ours: [...RENAMED, 'field-type-renamed', 'method-request-changed', 'method-response-changed'],
    reason: 'the name of a message or an enum is not on the wire, nor is a package without services',
  },
  {
    buf: [...TYPE, ...NAMES],
    ours: ['message-added', 'enum-added'],
    reason: 'nobody who carried the released type carries the new one of that name',
  },
  {
    buf: ['FIELD_SAME_ONEOF'],
    ours: ONEOF,
    reason: 'a oneof around one field is that field with presence, and its name is not on the wire',
  },
  {
    buf: ['RESERVED_MESSAGE_NO_DELETE', 'RESERVED_ENUM_NO_DELETE'],
    ours: ['reservation-removed', 'reservation-violated'],
    reason: 'a reservation is not on the wire; whoever uses what it held is told of',
  },
  {
    buf: ['FIELD_SAME_DEFAULT'],
    ours: ['enum-default-changed'],
    reason: 'nothing that peers send is ever left to the default',
  },
  {
    buf: ['FIELD_SAME_NAME', 'FIELD_SAME_JSON_NAME'],
    ours: ['field-renamed', 'field-json-name-changed'],
    reason: 'JSON parsers take the JSON name and the original one',
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
    reason: 'the second name of a number is never written in JSON, nor the zero of a field without presence',
  },
  {
    buf: ['ENUM_SAME_JSON_FORMAT', 'MESSAGE_SAME_JSON_FORMAT'],
    ours: ['type-option-changed', 'file-option-changed'],
    reason: 'which JSON names a compiler refuses is in no message',
  },
];

/** What buf finds and we do not tell, with what makes it harmless. */
export interface Silence {
  readonly buf: readonly string[];
  readonly holds: (finding: BufFinding, sides: Sides) => boolean;
  readonly reason: string;
}

/** The linked release and edit. */
export interface Sides {
  readonly old: Schema;
  readonly new: Schema;
}

export const SILENT: readonly Silence[] = [
  {
    buf: ['FILE_SAME_SYNTAX'],
    holds: () => true,
    reason: 'a syntax means what its features do; what differs is told at the fields',
  },
  {
    buf: ['MESSAGE_NO_DELETE', 'ENUM_NO_DELETE', 'SERVICE_NO_DELETE', 'EXTENSION_NO_DELETE'],
    holds: ({ element }, sides) =>
      [sides.new.types, sides.new.services, sides.new.extensions].some((kept) => kept.has(element)),
    reason: 'it is in another file of its package',
  },
  {
    buf: ['FILE_NO_DELETE'],
    holds: ({ element }, sides) => {
      const file = sides.old.files.get(element);
      return (
        file !== undefined &&
        [...file.messages, ...file.enums, ...file.services].every(
          ({ fullName }) => sides.new.types.has(fullName) || sides.new.services.has(fullName),
        )
      );
    },
    reason: 'all that was declared in the file is declared in others',
  },
  {
    buf: ['FIELD_SAME_DEFAULT'],
    holds: ({ element }, sides) =>
      [sides.old, sides.new].every((side) => fieldOf(side, element)?.presence === 'required'),
    reason: 'nobody ever sees the default of a required field',
  },
  {
    buf: TYPE,
    holds: ({ element, message }, sides) => {
      const field = fieldOf(sides.new, element);
      return field?.isMap === true
        ? /"[^"]*Entry" to "[^"]*Entry"/.test(message)
        : field?.node.group !== undefined && /"\S*\.\w+" to "\S*\.\w+"/.test(message);
    },
    reason: 'entries of a map, and groups, are named by their field',
  },
  {
    buf: ['ENUM_SAME_JSON_FORMAT', 'MESSAGE_SAME_JSON_FORMAT'],
    holds: ({ element }, sides) =>
      sides.old.types.get(element)?.file.edition !== sides.new.types.get(element)?.file.edition,
    reason: 'which JSON names a compiler refuses is in no message',
  },
  {
    buf: MESSAGE_GONE,
    holds: ({ element }, sides) => {
      const gone = sides.old.types.get(element);
      return gone === undefined || gone.node?.kind === 'field';
    },
    reason: 'the entries of a map, and a group, go with their field',
  },
];

function fieldOf(schema: Schema, element: string): Field | undefined {
  const dot = element.lastIndexOf('.');
  const type = schema.types.get(element.slice(0, dot));
  return type?.kind === 'message' ? type.fieldsByName.get(element.slice(dot + 1)) : schema.extensions.get(element);
}
