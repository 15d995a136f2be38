import fc, { type GeneratorValue } from 'fast-check';
import { SCALARS } from './scalars.ts';

export const SYNTAXES = ['proto2', 'proto3'] as const;
export type Syntax = (typeof SYNTAXES)[number];

/** A schema of a few messages and enums, in a form that can be edited and printed. `M0` is the message that is sent. */
export interface Plan {
  readonly messages: readonly MessagePlan[];
  readonly enums: readonly EnumPlan[];
}

interface MessagePlan {
  name: string;
  fields: FieldPlan[];
  reserved: string[];
}

interface FieldPlan {
  name: string;
  number: number;
  /** A scalar, `M…` or `E…`. */
  type: string;
  /** The key type of a map. */
  key: string | undefined;
  label: 'implicit' | 'explicit' | 'required' | 'repeated';
  packed: boolean;
  delimited: boolean;
  verified: boolean;
  oneof: string | undefined;
  default: number | undefined;
  jsonName: string | undefined;
  extension: boolean;
}

interface EnumPlan {
  name: string;
  closed: boolean;
  values: { name: string; number: number }[];
  reserved: string[];
}

const TYPES = [...SCALARS, 'M1', 'M2', 'E0', 'E1'] as const;
const KEYS = ['string', 'int32', 'int64', 'uint32', 'sint64', 'fixed32', 'bool'] as const;

/** Draws a schema, and the same schema after one to three edits. */
export function drawEdit(draw: GeneratorValue): {
  readonly old: string;
  readonly new: string;
  readonly edits: readonly string[];
} {
  const plan = new Drawing(draw).plan();
  const old = print(plan);
  const edited = new Editing(draw, plan);
  const count = 1 + (draw(fc.nat, { max: 5 }) > 3 ? draw(fc.nat, { max: 2 }) : 0);
  const edits = Array.from({ length: count }, () => edited.once());
  return { old, new: print(plan), edits };
}

/** One side of a drawn pair: the schema, and the syntax in which it is printed. */
export interface DrawnSide {
  readonly plan: Plan;
  readonly syntax: Syntax;
}

/** The same for implementations without editions: a schema of proto2 or proto3, and its edited form. */
export function drawSyntaxEdit(draw: GeneratorValue): {
  readonly old: DrawnSide;
  readonly new: DrawnSide;
  readonly edits: readonly string[];
} {
  const plan = new Drawing(draw).plan();
  const syntax = draw(fc.constantFrom, 'proto2', 'proto3') as Syntax;
  const isSwitched = draw(fc.nat, { max: 9 }) === 0;
  const old = structuredClone(plan);
  const edited = new Editing(draw, plan);
  const edits = Array.from({ length: 1 + (draw(fc.nat, { max: 5 }) > 4 ? 1 : 0) }, () => edited.once());
  const newSyntax = isSwitched ? (syntax === 'proto2' ? 'proto3' : 'proto2') : syntax;
  return {
    old: { plan: expressible(old, syntax, isSwitched), syntax },
    new: { plan: expressible(plan, newSyntax, isSwitched), syntax: newSyntax },
    edits: isSwitched ? [...edits, `syntax ${newSyntax}`] : edits,
  };
}

/**
 * Removes what the syntax cannot express. proto3 has no extensions, and an extension that becomes a field with the same name is another
 * element. So if the syntax changes, neither side has any extensions.
 */
function expressible(plan: Plan, syntax: Syntax, isSwitched: boolean): Plan {
  return {
    enums: plan.enums.map((type) => (syntax === 'proto3' ? { ...type, closed: false } : type)),
    messages: plan.messages.map((message) => ({
      ...message,
      fields: message.fields.map((field) =>
        syntax === 'proto3'
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

/** An extension's number is a hundred higher. */
function asMember(field: FieldPlan): FieldPlan {
  return field.extension ? { ...field, number: field.number - 100, extension: false } : field;
}

/** Prints the files by path. A proto2 file cannot declare open enums, so it imports them. */
export function printSyntax({ plan, syntax }: DrawnSide): Readonly<Record<string, string>> {
  const [open, own] = [true, false].map((isApart) =>
    plan.enums.filter((type) => isApart === (syntax === 'proto2' && !type.closed)),
  );
  const enumsOf = (types: readonly EnumPlan[] = []): string[] =>
    types.map((type) => {
      const values = printedValues(type, plan).map((value) => `${value.name} = ${String(value.number)};`);
      const reserved = type.reserved.map((name) => `reserved "${name}";`);
      return `enum ${type.name} { ${[...values, ...reserved].join(' ')} }`;
    });
  const main = [
    `syntax = "${syntax}";`,
    ...(open?.length ? ['import "open.proto";'] : []),
    ...enumsOf(own),
    ...plan.messages.map((message) => printSyntaxMessage(message, plan, syntax)),
  ].join('\n');
  return open?.length
    ? { 'a.proto': main, 'open.proto': ['syntax = "proto3";', ...enumsOf(open)].join('\n') }
    : { 'a.proto': main };
}

function printSyntaxMessage(message: MessagePlan, plan: Plan, syntax: Syntax): string {
  const { members, oneof, extensions } = printedMembers(message, (field) =>
    printSyntaxField(message, field, plan, syntax),
  );
  const lines = [...members];
  if (oneof.length > 0) lines.push(`oneof o { ${oneof.join(' ')} }`);
  if (message.name === 'M0' && syntax === 'proto2') lines.push('extensions 101 to 200;');
  for (const name of message.reserved) lines.push(`reserved "${name}";`);
  const extend = extensions.length > 0 ? `\nextend ${message.name} { ${extensions.join(' ')} }` : '';
  return `message ${message.name} { ${lines.join(' ')} }${extend}`;
}

function printSyntaxField(message: MessagePlan, field: FieldPlan, plan: Plan, syntax: Syntax): string {
  const target = plan.messages.find((each) => each.name === field.type);
  const type = plan.enums.find((each) => each.name === field.type);
  const isNumber = target === undefined && field.type !== 'string' && field.type !== 'bytes';
  const options: string[] = [];
  if (field.label === 'repeated' && field.key === undefined && isNumber)
    options.push(`packed = ${String(field.packed)}`);
  const isSingular = field.label !== 'repeated' && field.key === undefined;
  if (isSingular && target === undefined && field.default !== undefined)
    options.push(`default = ${printDefault(field, type, plan)}`);
  if (field.jsonName !== undefined && !field.extension) options.push(`json_name = "${field.jsonName}"`);
  const end = options.length > 0 ? ` [${options.join(', ')}]` : '';
  const label = printedLabel(message, field, target !== undefined, syntax);
  if (field.delimited && target !== undefined && field.key === undefined) {
    // A group declares its own message, so it contains a copy of the message that the field has in other syntaxes.
    const plain = (inner: FieldPlan): FieldPlan => ({ ...inner, delimited: false, extension: false });
    const copy = { ...target, fields: target.fields.map(plain) };
    const group = `${field.name.charAt(0).toUpperCase()}${field.name.slice(1)}`;
    const body = printSyntaxMessage({ ...copy, name: copy.name === 'M0' ? 'M1' : copy.name }, plan, syntax);
    return `${label}group ${group} = ${String(field.number)}${end} ${body.slice(body.indexOf('{'))}`;
  }
  const written = field.key === undefined ? field.type : `map<${field.key}, ${field.type}>`;
  return `${label}${written} ${field.name} = ${String(field.number)}${end};`;
}

function printedLabel(message: MessagePlan, field: FieldPlan, isMessage: boolean, syntax: Syntax): string {
  if (field.key !== undefined || (field.oneof !== undefined && !field.extension && field.label !== 'repeated'))
    return '';
  if (field.label === 'repeated') return 'repeated ';
  // A message that requires itself could never be sent.
  if (field.label === 'required' && !(isMessage && field.type <= message.name)) return 'required ';
  return syntax === 'proto2' || field.label === 'explicit' ? 'optional ' : '';
}

class Drawing {
  protected readonly draw: GeneratorValue;
  #names = 0;

  constructor(draw: GeneratorValue) {
    this.draw = draw;
  }

  plan(): Plan {
    const enums = ['E0', 'E1'].map((name) => ({
      name,
      closed: this.maybe(),
      values: Array.from({ length: 2 + this.below(2) }, (_, number) => ({
        name: this.name('V'),
        number: number === 2 && this.maybe() ? this.pick([-1, 9, 120]) : number,
      })),
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
        message.fields.push(this.field(message.fields, message.name === 'M0'));
    }
    return { messages, enums };
  }

  protected field(others: readonly FieldPlan[], isRoot: boolean): FieldPlan {
    const label = this.pick(['implicit', 'implicit', 'explicit', 'required', 'repeated', 'repeated'] as const);
    const isMap = this.below(8) === 0;
    const isExtension = !isMap && isRoot && label !== 'required' && this.below(10) === 0;
    const taken = others.map((other) => other.number % 100);
    return {
      name: this.name('f'),
      number:
        this.pick([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].filter((number) => !taken.includes(number))) +
        (isExtension ? 100 : 0),
      type: this.pick(TYPES),
      key: isMap ? this.pick(KEYS) : undefined,
      label: isMap ? 'repeated' : label,
      packed: this.maybe(),
      delimited: this.below(5) === 0,
      verified: this.below(4) !== 0,
      oneof:
        !isMap && !isExtension && label !== 'repeated' && label !== 'required' && this.below(3) === 0 ? 'o' : undefined,
      default: this.below(6) === 0 ? this.below(2) : undefined,
      jsonName: undefined,
      extension: isExtension,
    };
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

class Editing extends Drawing {
  readonly #plan_: Plan;

  constructor(draw: GeneratorValue, plan: Plan) {
    super(draw);
    this.#plan_ = plan;
  }

  /** @returns a description of the edit */
  once(): string {
    return this.below(4) === 0
      ? this.#editEnum(this.pick(this.#plan_.enums))
      : this.#editMessage(this.pick(this.#plan_.messages));
  }

  protected override name(prefix: string): string {
    return super.name(`new_${prefix}`);
  }

  #editMessage(message: MessagePlan): string {
    const { fields } = message;
    const field = fields.length === 0 ? undefined : this.pick(fields);
    const isRoot = message.name === 'M0';
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
      'key',
    ] as const);
    // A message without fields could not lose anything.
    if (edit === 'add' || field === undefined || (fields.length === 1 && (edit === 'remove' || edit === 'reserve'))) {
      fields.push(this.field(fields, isRoot));
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
          const isRefused =
            field.extension && (other.key !== undefined || other.label === 'required' || other.oneof !== undefined);
          fields.push({
            ...other,
            ...(isRefused ? { key: undefined, label: 'explicit', oneof: undefined } : {}),
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
        field.type = this.pick(TYPES);
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
        if (!field.extension && field.label !== 'repeated' && field.label !== 'required')
          field.oneof = field.oneof === undefined ? 'o' : undefined;
        break;
      case 'default':
        field.default = field.default === undefined ? this.below(3) : undefined;
        break;
      case 'jsonName':
        field.jsonName = this.name('j');
        break;
      case 'key':
        field.key = field.key === undefined ? undefined : this.pick(KEYS);
        break;
    }
    return edit;
  }

  #editEnum(type: EnumPlan): string {
    const edit = this.pick(['closed', 'add', 'remove', 'reserve', 'rename', 'renumber', 'swap', 'order'] as const);
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
    }
    return `enum ${edit}`;
  }
}

function print(plan: Plan): string {
  return [
    'edition = "2023";',
    ...plan.enums.map((type) => printEnum(type, plan)),
    ...plan.messages.map((message) => printMessage(message, plan)),
  ].join('\n');
}

function printEnum(type: EnumPlan, plan: Plan): string {
  const values = printedValues(type, plan).map((value) => `${value.name} = ${String(value.number)};`);
  const reserved = type.reserved.map((name) => `reserved ${name};`);
  return `enum ${type.name} { option features.enum_type = ${type.closed ? 'CLOSED' : 'OPEN'}; ${[...values, ...reserved].join(' ')} }`;
}

/** An open enum and an enum in a map must start with zero, and no number may occur twice. */
function printedValues(type: EnumPlan, { messages }: Plan): EnumPlan['values'] {
  const unique = type.values.filter(
    (value, index) => type.values.findIndex((other) => other.number === value.number) === index,
  );
  const isInMap = messages.some(({ fields }) =>
    fields.some((field) => field.key !== undefined && field.type === type.name),
  );
  if (type.closed && !isInMap) return unique;
  const zero = unique.find((value) => value.number === 0) ?? { name: `${type.name}_ZERO`, number: 0 };
  return [zero, ...unique.filter((value) => value.number !== 0)];
}

function printMessage(message: MessagePlan, plan: Plan): string {
  const { members, oneof, extensions } = printedMembers(message, (field) => printField(message, field, plan));
  const lines = [...members];
  if (oneof.length > 0) lines.push(`oneof o { ${oneof.join(' ')} }`);
  if (message.name === 'M0') lines.push('extensions 101 to 200;');
  for (const name of message.reserved) lines.push(`reserved ${name};`);
  const extend = extensions.length > 0 ? `\nextend ${message.name} { ${extensions.join(' ')} }` : '';
  return `message ${message.name} { ${lines.join(' ')} }${extend}`;
}

function printedMembers(message: MessagePlan, print: (field: FieldPlan) => string) {
  const [members, oneof, extensions]: [string[], string[], string[]] = [[], [], []];
  for (const field of message.fields)
    (field.extension ? extensions : field.oneof === undefined ? members : oneof).push(print(field));
  return { members, oneof, extensions };
}

function printField(message: MessagePlan, field: FieldPlan, plan: Plan): string {
  const isMessage = field.type.startsWith('M');
  const type = plan.enums.find((each) => each.name === field.type);
  const isSingular = field.label !== 'repeated' && field.key === undefined;
  const options: string[] = [];
  const isImplicit = field.label === 'implicit' && !isMessage && type?.closed !== true;
  if (isSingular && field.oneof === undefined && !field.extension) {
    // A message that requires itself could never be sent.
    const isEndless = isMessage && field.type <= message.name;
    const presence =
      field.label === 'required' && !isEndless ? 'LEGACY_REQUIRED' : isImplicit ? 'IMPLICIT' : 'EXPLICIT';
    options.push(`features.field_presence = ${presence}`);
  }
  const isText = field.type === 'string' || field.key === 'string';
  const isNumber = !isMessage && field.type !== 'string' && field.type !== 'bytes';
  if (field.label === 'repeated' && field.key === undefined && isNumber)
    options.push(`features.repeated_field_encoding = ${field.packed ? 'PACKED' : 'EXPANDED'}`);
  if (isMessage && field.key === undefined && field.delimited) options.push('features.message_encoding = DELIMITED');
  if (isText) options.push(`features.utf8_validation = ${field.verified ? 'VERIFY' : 'NONE'}`);
  const hasDefault =
    isSingular &&
    !isMessage &&
    (!isImplicit || field.oneof !== undefined || field.extension) &&
    field.default !== undefined;
  if (hasDefault) options.push(`default = ${printDefault(field, type, plan)}`);
  if (field.jsonName !== undefined && !field.extension) options.push(`json_name = "${field.jsonName}"`);
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
  if (field.type === 'bool') return String(number > 0);
  return field.type === 'string' || field.type === 'bytes' ? `"${'x'.repeat(number)}"` : String(number);
}
