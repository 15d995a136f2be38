import fc, { type GeneratorValue } from 'fast-check';
import {
  FIRST_EXTENSION,
  KEYS,
  keyOf,
  ONEOFS,
  PACKAGE,
  TYPES,
  WELL_KNOWN,
  type EnumPlan,
  type FieldPlan,
  type MessagePlan,
  type Plan,
  type Syntax,
  type SyntaxPlan,
} from './plan.ts';
import { printEdition } from './print.ts';

/** Generates a schema in an edition, and the same schema after one to three edits. */
export function drawEdit(draw: GeneratorValue): {
  readonly old: string;
  readonly new: string;
  readonly edits: readonly string[];
} {
  const plan = new SchemaGenerator(draw).plan();
  const old = printEdition(plan);
  const editor = new SchemaEditor(draw, plan);
  const count = 1 + (draw(fc.nat, { max: 5 }) > 3 ? draw(fc.nat, { max: 2 }) : 0);
  const edits = Array.from({ length: count }, () => editor.edit());
  return { old, new: printEdition(plan), edits };
}

/** Generates a schema and an edit in the given syntaxes. The edit may also change the syntax. */
export function drawSyntaxEdit(
  draw: GeneratorValue,
  syntaxes: readonly Syntax[],
): {
  readonly old: SyntaxPlan;
  readonly new: SyntaxPlan;
  readonly edits: readonly string[];
} {
  const plan = new SchemaGenerator(draw).plan();
  const syntax = draw(fc.constantFrom, ...syntaxes) as Syntax;
  const isSwitched = draw(fc.nat, { max: 9 }) === 0;
  const old = structuredClone(plan);
  const editor = new SchemaEditor(draw, plan);
  const count = 1 + (draw(fc.nat, { max: 5 }) > 4 ? 1 : 0);
  const edits = Array.from({ length: count }, () => editor.edit());
  const others = syntaxes.filter((other) => other !== syntax);
  const newSyntax = isSwitched ? (draw(fc.constantFrom, ...others) as Syntax) : syntax;
  // proto3 has no extensions here. If the syntax changes, both sides have fields instead, so that each element stays the same.
  return {
    old: { plan: expressible(old, syntax, !isSwitched), syntax },
    new: { plan: expressible(plan, newSyntax, !isSwitched), syntax: newSyntax },
    edits: isSwitched ? [...edits, `syntax ${newSyntax}`] : edits,
  };
}

/** The part of a plan that the syntax can express. */
function expressible(plan: Plan, syntax: Syntax, hasExtensions: boolean): Plan {
  return {
    file: plan.file,
    enums: plan.enums.map((type) => (syntax === 'proto3' ? { ...type, closed: false } : type)),
    messages: plan.messages.map((message) => ({
      ...message,
      fields: message.fields.map((field) =>
        expressibleField(hasExtensions && syntax !== 'proto3' ? field : asMember(field), syntax),
      ),
    })),
  };
}

function expressibleField(field: FieldPlan, syntax: Syntax): FieldPlan {
  const { label } = field;
  switch (syntax) {
    case '2023':
      return field;
    case 'proto2':
      return { ...field, label: label === 'implicit' ? 'explicit' : label, verified: false };
    case 'proto3':
      return {
        ...field,
        label: label === 'required' ? 'implicit' : label,
        delimited: false,
        verified: true,
        default: undefined,
      };
  }
}

function asMember(field: FieldPlan): FieldPlan {
  return field.extension ? { ...field, number: field.number - FIRST_EXTENSION, extension: false } : field;
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

  /** A field with a number that `others` do not have. */
  protected field(others: readonly FieldPlan[], mayExtend = true): FieldPlan {
    const label = this.pick(['implicit', 'implicit', 'explicit', 'required', 'repeated', 'repeated'] as const);
    const isMap = this.below(8) === 0;
    const isExtension = !isMap && mayExtend && label !== 'required' && this.below(10) === 0;
    const taken = others.map((other) => other.number % FIRST_EXTENSION);
    return {
      name: this.name('f'),
      number:
        this.pick([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].filter((number) => !taken.includes(number))) +
        (isExtension ? FIRST_EXTENSION : 0),
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
  readonly #plan: Plan;

  constructor(draw: GeneratorValue, plan: Plan) {
    super(draw);
    this.#plan = plan;
  }

  /** @returns a description of the edit */
  edit(): string {
    if (this.below(20) === 0) {
      const option = this.pick(['delimited', 'packed'] as const);
      this.#plan.file[option] = !this.#plan.file[option];
      return `file ${option}`;
    }
    return this.below(4) === 0
      ? this.#editEnum(this.pick(this.#plan.enums))
      : this.#editMessage(this.pick(this.#plan.messages));
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
        remove(field, fields);
        break;
      case 'reserve':
        remove(field, fields);
        message.reserved.push(field.name);
        break;
      case 'reuse':
        remove(field, fields);
        message.reserved.push(field.name);
        fields.push(this.#reuseNumber(field));
        break;
      case 'rename':
        field.name = this.name('f');
        break;
      case 'renumber':
        field.number = this.field(fields, false).number + (field.extension ? FIRST_EXTENSION : 0);
        break;
      case 'swap': {
        const other = this.pick(fields);
        if (other.extension === field.extension) [field.number, other.number] = [other.number, field.number];
        break;
      }
      case 'type':
        field.type = field.extension ? this.pick(TYPES) : this.type();
        break;
      case 'label':
        this.#editLabel(field);
        break;
      case 'packed':
      case 'delimited':
      case 'verified':
        field[edit] = !field[edit];
        break;
      case 'oneof':
        if (!field.extension && field.label !== 'repeated' && field.label !== 'required') {
          const all = [{ oneof: undefined }, { oneof: 'o' }, { oneof: 'p' }] as const;
          field.oneof = this.pick(all.filter(({ oneof }) => oneof !== field.oneof)).oneof;
        }
        break;
      case 'default':
        field.default = field.default === undefined || this.maybe() ? this.below(5) : undefined;
        break;
      case 'jsonName':
        return `${edit} ${this.#editKey(field, this.pick(fields))}`;
      case 'retire':
        if (!field.extension) this.#retire(field, fields);
        break;
      case 'key':
        field.key = field.key === undefined ? undefined : this.pick(KEYS);
        break;
    }
    return edit;
  }

  #reuseNumber({ number, extension }: FieldPlan): FieldPlan {
    const field = this.field([], false);
    if (!extension) return { ...field, number };
    // An extension cannot be a map, required, or in a oneof.
    const isRejected = field.key !== undefined || field.label === 'required' || field.oneof !== undefined;
    const accepted: FieldPlan = isRejected ? { ...field, key: undefined, label: 'explicit', oneof: undefined } : field;
    return { ...accepted, type: this.pick(TYPES), number, extension };
  }

  #editLabel(field: FieldPlan): void {
    const { label, oneof, key } = this.field([], false);
    if (!field.extension) Object.assign(field, { label, oneof, key });
    else if (label !== 'required') Object.assign(field, { label, oneof: undefined, key: undefined });
  }

  /** Renames the field, and adds one with its old name. The old field is recognisable by its new name or by its option. */
  #retire(field: FieldPlan, fields: FieldPlan[]): void {
    const oldName = field.name;
    const names = [`${oldName}_deprecated`, `old_${oldName}`, this.name('f')];
    field.name = this.pick(names.filter((name) => !fields.some((other) => other.name === name)));
    field.deprecated = !field.name.includes(oldName);
    const successor = this.field(fields, false);
    fields.push({ ...successor, name: oldName, type: this.maybe() ? field.type : successor.type });
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

function remove<T>(item: T, list: T[]): void {
  list.splice(list.indexOf(item), 1);
}
