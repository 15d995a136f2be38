import fc, { type GeneratorValue } from 'fast-check';
import { SCALARS } from './scalars.ts';

/** `2023` is the edition. */
export const SYNTAXES = ['proto2', 'proto3', '2023'] as const;
export type Syntax = (typeof SYNTAXES)[number];

/** A schema of a few messages and enums, in a form that can be edited and printed. `M0` is the message that is sent. */
export interface Plan {
  readonly messages: readonly MessagePlan[];
  readonly enums: readonly EnumPlan[];
  /** File-wide features in an edition. A field sets its own features only if they differ. */
  readonly file: { delimited: boolean; packed: boolean };
}

interface MessagePlan {
  name: string;
  fields: FieldPlan[];
  reserved: string[];
}

interface FieldPlan {
  name: string;
  number: number;
  /** A scalar, `M…`, `E…` or a well-known type. */
  type: string;
  /** The key type of a map. */
  key: string | undefined;
  label: 'implicit' | 'explicit' | 'required' | 'repeated';
  packed: boolean;
  delimited: boolean;
  verified: boolean;
  oneof: 'o' | 'p' | undefined;
  /** An index into a list of `DEFAULTS`, or into an enum's values. */
  default: number | undefined;
  jsonName: string | undefined;
  deprecated: boolean;
  extension: boolean;
}

interface EnumPlan {
  name: string;
  closed: boolean;
  values: { name: string; number: number; isAlias?: boolean }[];
  reserved: string[];
}

const ONEOFS = ['o', 'o', 'p'] as const;
const TYPES = [...SCALARS, 'M1', 'M2', 'E0', 'E1'] as const;
/** Includes different spellings of one value. */
const DEFAULTS = {
  integer: ['0', '1', '2', '0x10', '017'],
  floating: ['0', '1', '-0.0', 'inf', 'nan'],
  bool: ['false', 'true', 'true', 'false', 'true'],
  string: ['""', '"x"', '"xx"', '"\\n"', '"\\303\\251"'],
  bytes: ['""', '"x"', '"xx"', '"\\n"', '"\\377"'],
} as const;
/** Types by the name of the file that declares them. */
const WELL_KNOWN = {
  any: ['Any'],
  duration: ['Duration'],
  empty: ['Empty'],
  field_mask: ['FieldMask'],
  struct: ['ListValue', 'Struct', 'Value'],
  timestamp: ['Timestamp'],
  wrappers: ['BoolValue', 'BytesValue', 'DoubleValue', 'Int32Value', 'Int64Value', 'StringValue', 'UInt64Value'],
} as const;
const PACKAGE = 'google.protobuf.';
const KEYS = ['string', 'int32', 'int64', 'uint32', 'sint64', 'fixed32', 'bool'] as const;

/** Generates a schema, and the same schema after one to three edits. */
export function drawEdit(draw: GeneratorValue): {
  readonly old: string;
  readonly new: string;
  readonly edits: readonly string[];
} {
  const plan = new SchemaGenerator(draw).plan();
  const old = print(plan);
  const edited = new SchemaEditor(draw, plan);
  const count = 1 + (draw(fc.nat, { max: 5 }) > 3 ? draw(fc.nat, { max: 2 }) : 0);
  const edits = Array.from({ length: count }, () => edited.once());
  return { old, new: print(plan), edits };
}

export interface DrawnSide {
  readonly plan: Plan;
  readonly syntax: Syntax;
}

/** Generates a schema and an edit in the given syntaxes. The edit may also change the syntax. */
export function drawSyntaxEdit(
  draw: GeneratorValue,
  syntaxes: readonly Syntax[],
): {
  readonly old: DrawnSide;
  readonly new: DrawnSide;
  readonly edits: readonly string[];
} {
  const plan = new SchemaGenerator(draw).plan();
  const syntax = draw(fc.constantFrom, ...syntaxes) as Syntax;
  const isSwitched = draw(fc.nat, { max: 9 }) === 0;
  const old = structuredClone(plan);
  const edited = new SchemaEditor(draw, plan);
  const edits = Array.from({ length: 1 + (draw(fc.nat, { max: 5 }) > 4 ? 1 : 0) }, () => edited.once());
  const others = syntaxes.filter((other) => other !== syntax);
  const newSyntax = isSwitched ? (draw(fc.constantFrom, ...others) as Syntax) : syntax;
  return {
    old: { plan: expressible(old, syntax, isSwitched), syntax },
    new: { plan: expressible(plan, newSyntax, isSwitched), syntax: newSyntax },
    edits: isSwitched ? [...edits, `syntax ${newSyntax}`] : edits,
  };
}

/**
 * Removes what the syntax cannot express. If the syntax changes, neither side has extensions, because an extension and a field are
 * different elements.
 */
function expressible(plan: Plan, syntax: Syntax, isSwitched: boolean): Plan {
  if (syntax === '2023' && !isSwitched) return plan;
  return {
    file: plan.file,
    enums: plan.enums.map((type) => (syntax === 'proto3' ? { ...type, closed: false } : type)),
    messages: plan.messages.map((message) => ({
      ...message,
      fields: message.fields.map((field) =>
        syntax === '2023'
          ? asMember(field)
          : syntax === 'proto3'
            ? {
                ...asMember(field),
                label: field.label === 'required' ? ('implicit' as const) : field.label,
                delimited: false,
                verified: true,
                default: undefined,
              }
            : {
                ...(isSwitched ? asMember(field) : field),
                label: field.label === 'implicit' ? ('explicit' as const) : field.label,
                verified: false,
              },
      ),
    })),
  };
}

/** Turns an extension into a member. Numbers of extensions are a hundred higher. */
function asMember(field: FieldPlan): FieldPlan {
  return field.extension ? { ...field, number: field.number - 100, extension: false } : field;
}

/** Prints the files by path. A proto2 file cannot declare open enums, so it imports them. */
export function printSyntax({ plan, syntax }: DrawnSide): Readonly<Record<string, string>> {
  if (syntax === '2023') return { 'a.proto': print(plan) };
  const [open, own] = [true, false].map((isApart) =>
    plan.enums.filter((type) => isApart === (syntax === 'proto2' && !type.closed)),
  );
  const enumsOf = (types: readonly EnumPlan[] = []): string[] =>
    types.map((type) => {
      const reserved = type.reserved.map((name) => `reserved "${name}";`);
      return `enum ${type.name} { ${[...printedMembersOf(type, plan), ...reserved].join(' ')} }`;
    });
  const main = [
    `syntax = "${syntax}";`,
    ...(open?.length ? ['import "open.proto";'] : []),
    ...printedImports(plan),
    ...enumsOf(own),
    ...plan.messages.map((message) => printSyntaxMessage(message, plan, syntax)),
  ].join('\n');
  return open?.length
    ? { 'a.proto': main, 'open.proto': ['syntax = "proto3";', ...enumsOf(open)].join('\n') }
    : { 'a.proto': main };
}

/** @param isGroup whether to print it as the body of a group, which has no extensions */
function printSyntaxMessage(message: MessagePlan, plan: Plan, syntax: Syntax, isGroup = false): string {
  const { lines, extensions } = printedMembers(message, (field) => printSyntaxField(message, field, plan, syntax));
  if (!isGroup && syntax === 'proto2') lines.push('extensions 101 to 200;');
  for (const name of message.reserved) lines.push(`reserved "${name}";`);
  const extend = extensions.length > 0 ? `\nextend ${message.name} { ${extensions.join(' ')} }` : '';
  return `message ${message.name} { ${lines.join(' ')} }${extend}`;
}

function printSyntaxField(message: MessagePlan, field: FieldPlan, plan: Plan, syntax: Syntax): string {
  const target = plan.messages.find((each) => each.name === field.type);
  const type = plan.enums.find((each) => each.name === field.type);
  const isNumber = !isMessage(field.type) && field.type !== 'string' && field.type !== 'bytes';
  const options: string[] = [];
  if (field.label === 'repeated' && field.key === undefined && isNumber)
    options.push(`packed = ${String(field.packed)}`);
  const isSingular = field.label !== 'repeated' && field.key === undefined;
  if (isSingular && !isMessage(field.type) && field.default !== undefined)
    options.push(`default = ${printDefault(field, type, plan)}`);
  options.push(...printedPlainOptions(message, field));
  const end = options.length > 0 ? ` [${options.join(', ')}]` : '';
  const label = printedLabel(message, field, syntax);
  if (field.delimited && target !== undefined && field.key === undefined) {
    // A group declares its own message, so it gets a copy of the field's message.
    const plain = (inner: FieldPlan): FieldPlan => ({ ...inner, delimited: false, extension: false });
    const copy = { ...target, fields: target.fields.map(plain) };
    const group = `${field.name.charAt(0).toUpperCase()}${field.name.slice(1)}`;
    const body = printSyntaxMessage(copy, plan, syntax, true);
    return `${label}group ${group} = ${String(field.number)}${end} ${body.slice(body.indexOf('{'))}`;
  }
  const written = field.key === undefined ? field.type : `map<${field.key}, ${field.type}>`;
  return `${label}${written} ${field.name} = ${String(field.number)}${end};`;
}

function printedLabel(message: MessagePlan, field: FieldPlan, syntax: Syntax): string {
  if (field.key !== undefined || (field.oneof !== undefined && !field.extension && field.label !== 'repeated'))
    return '';
  if (field.label === 'repeated') return 'repeated ';
  // A message that requires itself could never be sent.
  if (field.label === 'required' && !(isMessage(field.type) && field.type <= message.name)) return 'required ';
  return syntax === 'proto2' || field.label === 'explicit' ? 'optional ' : '';
}

class SchemaGenerator {
  protected readonly draw: GeneratorValue;
  #names = 0;

  constructor(draw: GeneratorValue) {
    this.draw = draw;
  }

  plan(): Plan {
    const enums = ['E0', 'E1'].map((name) => ({
      name,
      closed: this.maybe(),
      values: [
        ...Array.from({ length: 2 + this.below(2) }, (_, number) => ({
          name: this.name('V'),
          number: number === 2 && this.maybe() ? this.pick([-1, 9, 120]) : number,
        })),
        ...(this.below(4) === 0 ? [{ name: this.name('V'), number: this.below(2), isAlias: true }] : []),
      ],
      reserved: [],
    }));
    const messages = [3, 2, 1].map((most, index) => ({
      name: `M${String(index)}`,
      fields: [] as FieldPlan[],
      reserved: [],
      most,
    }));
    for (const message of messages) {
      for (let count = 1 + this.below(message.most); count > 0; count--)
        message.fields.push(this.field(message.fields));
    }
    return { messages, enums, file: { delimited: this.below(4) === 0, packed: this.below(4) !== 0 } };
  }

  /** @param mayExtend whether it may be an extension of the message */
  protected field(others: readonly FieldPlan[], mayExtend = true): FieldPlan {
    const label = this.pick(['implicit', 'implicit', 'explicit', 'required', 'repeated', 'repeated'] as const);
    const isMap = this.below(8) === 0;
    const isExtension = !isMap && mayExtend && label !== 'required' && this.below(10) === 0;
    const taken = others.map((other) => other.number % 100);
    return {
      name: this.name('f'),
      number:
        this.pick([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].filter((number) => !taken.includes(number))) +
        (isExtension ? 100 : 0),
      type: isExtension ? this.pick(TYPES) : this.type(),
      key: isMap ? this.pick(KEYS) : undefined,
      label: isMap ? 'repeated' : label,
      packed: this.maybe(),
      delimited: this.below(5) === 0,
      verified: this.below(4) !== 0,
      oneof:
        !isMap && !isExtension && label !== 'repeated' && label !== 'required' && this.below(3) === 0
          ? this.pick(ONEOFS)
          : undefined,
      default: this.below(6) === 0 ? this.below(5) : undefined,
      jsonName: undefined,
      deprecated: false,
      extension: isExtension,
    };
  }

  protected type(): string {
    if (this.below(14) > 0) return this.pick(TYPES);
    return `${PACKAGE}${this.pick(Object.values(WELL_KNOWN).flat())}`;
  }

  protected name(prefix: string): string {
    return `${prefix}_${String(this.#names++)}`;
  }

  protected below(count: number): number {
    return this.draw(fc.nat, { max: count - 1 });
  }

  protected maybe(): boolean {
    return this.below(2) === 1;
  }

  protected pick<T>(choices: readonly T[]): T {
    const chosen = choices[this.below(choices.length)];
    if (chosen === undefined) throw new Error('nothing to pick from');
    return chosen;
  }
}

class SchemaEditor extends SchemaGenerator {
  readonly #edited: Plan;

  constructor(draw: GeneratorValue, plan: Plan) {
    super(draw);
    this.#edited = plan;
  }

  /** @returns a description of the edit */
  once(): string {
    if (this.below(20) === 0) {
      const option = this.pick(['delimited', 'packed'] as const);
      this.#edited.file[option] = !this.#edited.file[option];
      return `file ${option}`;
    }
    return this.below(4) === 0
      ? this.#editEnum(this.pick(this.#edited.enums))
      : this.#editMessage(this.pick(this.#edited.messages));
  }

  protected override name(prefix: string): string {
    return super.name(`new_${prefix}`);
  }

  #editMessage(message: MessagePlan): string {
    const { fields } = message;
    const field = fields.length === 0 ? undefined : this.pick(fields);
    const edit = this.pick([
      'add',
      'remove',
      'reserve',
      'reuse',
      'rename',
      'renumber',
      'swap',
      'type',
      'type',
      'type',
      'label',
      'label',
      'packed',
      'delimited',
      'verified',
      'oneof',
      'default',
      'jsonName',
      'jsonName',
      'retire',
      'key',
    ] as const);
    // A message without fields could not lose anything.
    if (edit === 'add' || field === undefined || (fields.length === 1 && (edit === 'remove' || edit === 'reserve'))) {
      fields.push(this.field(fields));
      return 'add';
    }
    switch (edit) {
      case 'remove':
      case 'reserve':
      case 'reuse':
        fields.splice(fields.indexOf(field), 1);
        if (edit !== 'remove') message.reserved.push(field.name);
        if (edit === 'reuse') {
          const other = this.field([], false);
          // An extension cannot be a map, required, or in a oneof.
          const isRejected =
            field.extension && (other.key !== undefined || other.label === 'required' || other.oneof !== undefined);
          fields.push({
            ...other,
            ...(isRejected ? { key: undefined, label: 'explicit', oneof: undefined } : {}),
            ...(field.extension ? { type: this.pick(TYPES) } : {}),
            number: field.number,
            extension: field.extension,
          });
        }
        break;
      case 'rename':
        field.name = this.name('f');
        break;
      case 'renumber':
        field.number = this.field(fields, false).number + (field.extension ? 100 : 0);
        break;
      case 'swap': {
        const other = this.pick(fields);
        if (other.extension === field.extension) [field.number, other.number] = [other.number, field.number];
        break;
      }
      case 'type':
        field.type = field.extension ? this.pick(TYPES) : this.type();
        break;
      case 'label': {
        const { label, oneof, key } = this.field([], false);
        Object.assign(
          field,
          field.extension && label === 'required'
            ? {}
            : { label, oneof: field.extension ? undefined : oneof, key: field.extension ? undefined : key },
        );
        break;
      }
      case 'packed':
      case 'delimited':
      case 'verified':
        field[edit] = !field[edit];
        break;
      case 'oneof':
        if (!field.extension && field.label !== 'repeated' && field.label !== 'required') {
          const others = ([{ oneof: undefined }, { oneof: 'o' }, { oneof: 'p' }] as const).filter(
            ({ oneof }) => oneof !== field.oneof,
          );
          field.oneof = this.pick(others).oneof;
        }
        break;
      case 'default':
        field.default = field.default === undefined || this.maybe() ? this.below(5) : undefined;
        break;
      case 'jsonName':
        return `${edit} ${this.#editKey(field, this.pick(fields))}`;
      case 'retire': {
        if (field.extension) break;
        // A new field gets the old name. The old field is recognisable by its new name or by its option.
        const oldName = field.name;
        const names = [`${oldName}_deprecated`, `old_${oldName}`, this.name('f')];
        field.name = this.pick(names.filter((name) => !fields.some((other) => other.name === name)));
        field.deprecated = !field.name.includes(oldName);
        const successor = this.field(fields, false);
        fields.push({ ...successor, name: oldName, type: this.maybe() ? field.type : successor.type });
        break;
      }
      case 'key':
        field.key = field.key === undefined ? undefined : this.pick(KEYS);
        break;
    }
    return edit;
  }

  /** @param other may be the same field */
  #editKey(field: FieldPlan, other: FieldPlan): string {
    const how = this.pick(['new', 'new', 'none', 'keep', 'take', 'swap'] as const);
    const [key, otherKey] = [keyOf(field), keyOf(other)];
    switch (how) {
      case 'new':
        field.jsonName = this.name('j');
        break;
      case 'none':
        field.jsonName = undefined;
        break;
      case 'keep':
        field.name = this.name('f');
        field.jsonName = key;
        break;
      case 'take':
        other.jsonName = this.name('j');
        field.jsonName = otherKey;
        break;
      case 'swap':
        [field.jsonName, other.jsonName] = [otherKey, key];
        break;
    }
    return how;
  }

  #editEnum(type: EnumPlan): string {
    const edit = this.pick([
      'closed',
      'add',
      'remove',
      'reserve',
      'rename',
      'renumber',
      'swap',
      'order',
      'alias',
      'new name before an alias',
      'merge',
    ] as const);
    const value = this.pick(type.values);
    switch (edit) {
      case 'closed':
        type.closed = !type.closed;
        break;
      case 'add':
        type.values.push({ name: this.name('V'), number: 5 + type.values.length });
        break;
      case 'remove':
      case 'reserve':
        if (type.values.length > 2) type.values.splice(type.values.indexOf(value), 1);
        if (edit === 'reserve' && !type.values.includes(value)) {
          type.reserved.push(value.name);
          if (this.maybe()) type.values.push({ name: this.name('V'), number: value.number });
        }
        break;
      case 'rename':
        value.name = this.name('V');
        break;
      case 'renumber':
        value.number = 20 + this.below(3);
        break;
      case 'swap': {
        const other = this.pick(type.values);
        [value.number, other.number] = [other.number, value.number];
        break;
      }
      case 'order':
        type.values.reverse();
        break;
      case 'alias':
        type.values.push({ name: this.name('V'), number: value.number, isAlias: true });
        break;
      case 'new name before an alias':
        // The released name becomes an alias of the new one.
        type.values.push({ ...value, isAlias: true });
        value.name = this.name('V');
        break;
      case 'merge':
        // The value becomes an alias of another one.
        value.number = this.pick(type.values).number;
        value.isAlias = true;
        break;
    }
    return `enum ${edit}`;
  }
}

function print(plan: Plan): string {
  return [
    'edition = "2023";',
    ...printedImports(plan),
    ...(plan.file.delimited ? ['option features.message_encoding = DELIMITED;'] : []),
    ...(plan.file.packed ? [] : ['option features.repeated_field_encoding = EXPANDED;']),
    ...plan.enums.map((type) => printEnum(type, plan)),
    ...plan.messages.map((message) => printMessage(message, plan)),
  ].join('\n');
}

function printEnum(type: EnumPlan, plan: Plan): string {
  const reserved = type.reserved.map((name) => `reserved ${name};`);
  return `enum ${type.name} { option features.enum_type = ${type.closed ? 'CLOSED' : 'OPEN'}; ${[...printedMembersOf(type, plan), ...reserved].join(' ')} }`;
}

/** Imports the used well-known types, and those of the messages that are packed into an Any. */
function printedImports({ messages }: Plan): string[] {
  const used = messages.flatMap(({ fields }) => fields.map(({ type }) => type.replace(PACKAGE, '')));
  const isPacked = used.includes('Any');
  return Object.entries(WELL_KNOWN).flatMap(([file, names]) => {
    const isNeeded =
      (isPacked && ['duration', 'empty', 'wrappers'].includes(file)) || names.some((name) => used.includes(name));
    return isNeeded ? [`import "google/protobuf/${file}.proto";`] : [];
  });
}

function isMessage(type: string): boolean {
  return type.startsWith('M') || type.startsWith(PACKAGE);
}

function printedMembersOf(type: EnumPlan, plan: Plan): string[] {
  const values = printedValues(type, plan);
  return [
    ...(values.some(({ isAlias }) => isAlias) ? ['option allow_alias = true;'] : []),
    ...values.map((value) => `${value.name} = ${String(value.number)};`),
  ];
}

/** An open enum and an enum in a map must start with zero, and no number may occur twice except as an alias. */
function printedValues(type: EnumPlan, { messages }: Plan): EnumPlan['values'] {
  const own = type.values.filter(({ isAlias }) => isAlias !== true);
  const unique = type.values.filter((value) =>
    value.isAlias === true
      ? own.some(({ number }) => number === value.number)
      : own.find(({ number }) => number === value.number) === value,
  );
  const isInMap = messages.some(({ fields }) =>
    fields.some((field) => field.key !== undefined && field.type === type.name),
  );
  if (type.closed && !isInMap) return unique;
  const zero = unique.find((value) => value.number === 0) ?? { name: `${type.name}_ZERO`, number: 0 };
  return [zero, ...unique.filter((value) => value !== zero)];
}

function printMessage(message: MessagePlan, plan: Plan): string {
  const { lines, extensions } = printedMembers(message, (field) => printField(message, field, plan));
  lines.push('extensions 101 to 200;');
  for (const name of message.reserved) lines.push(`reserved ${name};`);
  const extend = extensions.length > 0 ? `\nextend ${message.name} { ${extensions.join(' ')} }` : '';
  return `message ${message.name} { ${lines.join(' ')} }${extend}`;
}

function printedMembers(message: MessagePlan, print: (field: FieldPlan) => string) {
  const isOutside = ({ oneof, extension }: FieldPlan): boolean => oneof === undefined && !extension;
  const lines = message.fields.filter(isOutside).map(print);
  for (const oneof of new Set(ONEOFS)) {
    const members = message.fields.filter((field) => field.oneof === oneof && !field.extension);
    if (members.length > 0) lines.push(`oneof ${oneof} { ${members.map(print).join(' ')} }`);
  }
  return { lines, extensions: message.fields.filter(({ extension }) => extension).map(print) };
}

function printedPlainOptions(message: MessagePlan, field: FieldPlan): string[] {
  const keys = message.fields.filter(({ extension }) => !extension).map(keyOf);
  // If two members had the same key, no member gets a `json_name`.
  const isValid = new Set(keys).size === keys.length;
  return [
    ...(field.jsonName === undefined || field.extension || !isValid ? [] : [`json_name = "${field.jsonName}"`]),
    ...(field.deprecated ? ['deprecated = true'] : []),
  ];
}

/** A field's key in JSON. */
function keyOf({ name, jsonName }: FieldPlan): string {
  return jsonName ?? name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function printField(message: MessagePlan, field: FieldPlan, plan: Plan): string {
  const isHeld = isMessage(field.type);
  const type = plan.enums.find((each) => each.name === field.type);
  const isSingular = field.label !== 'repeated' && field.key === undefined;
  const options: string[] = [];
  const isImplicit = field.label === 'implicit' && !isHeld && type?.closed !== true;
  if (isSingular && field.oneof === undefined && !field.extension) {
    // A message that requires itself could never be sent.
    const isEndless = isHeld && field.type <= message.name;
    const presence =
      field.label === 'required' && !isEndless ? 'LEGACY_REQUIRED' : isImplicit ? 'IMPLICIT' : 'EXPLICIT';
    options.push(`features.field_presence = ${presence}`);
  }
  const isText = field.type === 'string' || field.key === 'string';
  const isNumber = !isHeld && field.type !== 'string' && field.type !== 'bytes';
  if (field.label === 'repeated' && field.key === undefined && isNumber && field.packed !== plan.file.packed)
    options.push(`features.repeated_field_encoding = ${field.packed ? 'PACKED' : 'EXPANDED'}`);
  if (isHeld && field.key === undefined && field.delimited !== plan.file.delimited)
    options.push(`features.message_encoding = ${field.delimited ? 'DELIMITED' : 'LENGTH_PREFIXED'}`);
  if (isText) options.push(`features.utf8_validation = ${field.verified ? 'VERIFY' : 'NONE'}`);
  const hasDefault =
    isSingular &&
    !isHeld &&
    (!isImplicit || field.oneof !== undefined || field.extension) &&
    field.default !== undefined;
  if (hasDefault) options.push(`default = ${printDefault(field, type, plan)}`);
  options.push(...printedPlainOptions(message, field));
  const written =
    field.key === undefined
      ? `${field.label === 'repeated' ? 'repeated ' : ''}${field.type}`
      : `map<${field.key}, ${field.type}>`;
  return `${written} ${field.name} = ${String(field.number)}${options.length > 0 ? ` [${options.join(', ')}]` : ''};`;
}

function printDefault(field: FieldPlan, type: EnumPlan | undefined, plan: Plan): string {
  const number = field.default ?? 0;
  if (type !== undefined) {
    const values = printedValues(type, plan);
    return values[number]?.name ?? values[0]?.name ?? '';
  }
  return DEFAULTS[kindOf(field.type)][number] ?? '';
}

function kindOf(scalar: string): keyof typeof DEFAULTS {
  if (scalar === 'bool' || scalar === 'string' || scalar === 'bytes') return scalar;
  return scalar === 'float' || scalar === 'double' ? 'floating' : 'integer';
}
