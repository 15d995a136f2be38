import {
  DEFAULTS,
  FIRST_EXTENSION,
  keyOf,
  ONEOFS,
  PACKAGE,
  WELL_KNOWN,
  type EnumPlan,
  type FieldPlan,
  type MessagePlan,
  type Plan,
  type Syntax,
  type SyntaxPlan,
} from './plan.ts';

/** The files by path. A proto2 file cannot declare open enums, so it imports them. */
export function printFiles({ plan, syntax }: SyntaxPlan): Readonly<Record<string, string>> {
  const imported = syntax === 'proto2' ? plan.enums.filter(({ closed }) => !closed) : [];
  const main = [
    syntax === '2023' ? 'edition = "2023";' : `syntax = "${syntax}";`,
    ...(imported.length > 0 ? ['import "open.proto";'] : []),
    ...printImports(plan),
    ...(syntax === '2023' ? printFileFeatures(plan) : []),
    ...plan.enums.filter((type) => !imported.includes(type)).map((type) => printEnum(type, plan, syntax)),
    ...plan.messages.map((message) => printMessage(message, plan, syntax)),
  ].join('\n');
  if (imported.length === 0) return { 'a.proto': main };
  const open = ['syntax = "proto3";', ...imported.map((type) => printEnum(type, plan, 'proto3'))].join('\n');
  return { 'a.proto': main, 'open.proto': open };
}

export function printEdition(plan: Plan): string {
  return printFiles({ plan, syntax: '2023' })['a.proto'] ?? '';
}

/** Imports the used well-known types, and those of the messages that are packed into an Any. */
function printImports({ messages }: Plan): string[] {
  const used = messages.flatMap(({ fields }) => fields.map(({ type }) => type.replace(PACKAGE, '')));
  const packed = used.includes('Any') ? ['duration', 'empty', 'wrappers'] : [];
  return Object.entries(WELL_KNOWN)
    .filter(([file, names]) => packed.includes(file) || names.some((name) => used.includes(name)))
    .map(([file]) => `import "google/protobuf/${file}.proto";`);
}

function printFileFeatures({ file }: Plan): string[] {
  return [
    ...(file.delimited ? ['option features.message_encoding = DELIMITED;'] : []),
    ...(file.packed ? [] : ['option features.repeated_field_encoding = EXPANDED;']),
  ];
}

function printEnum(type: EnumPlan, plan: Plan, syntax: Syntax): string {
  const values = validValues(type, plan);
  const statements = [
    ...(syntax === '2023' ? [`option features.enum_type = ${type.closed ? 'CLOSED' : 'OPEN'};`] : []),
    ...(values.some(({ isAlias }) => isAlias) ? ['option allow_alias = true;'] : []),
    ...values.map(({ name, number }) => `${name} = ${String(number)};`),
    ...type.reserved.map((name) => printReserved(name, syntax)),
  ];
  return `enum ${type.name} { ${statements.join(' ')} }`;
}

/** An open enum and an enum in a map must start with zero, and no number may occur twice except as an alias. */
function validValues(type: EnumPlan, { messages }: Plan): EnumPlan['values'] {
  const own = type.values.filter(({ isAlias }) => isAlias !== true);
  const unique = type.values.filter((value) => {
    const first = own.find(({ number }) => number === value.number);
    return value.isAlias === true ? first !== undefined : first === value;
  });
  const isInMap = messages.some(({ fields }) =>
    fields.some((field) => field.key !== undefined && field.type === type.name),
  );
  if (type.closed && !isInMap) return unique;
  const zero = unique.find((value) => value.number === 0) ?? { name: `${type.name}_ZERO`, number: 0 };
  return [zero, ...unique.filter((value) => value !== zero)];
}

function printReserved(name: string, syntax: Syntax): string {
  return syntax === '2023' ? `reserved ${name};` : `reserved "${name}";`;
}

function printMessage(message: MessagePlan, plan: Plan, syntax: Syntax): string {
  const range = syntax === 'proto3' ? [] : [`extensions ${String(FIRST_EXTENSION + 1)} to 200;`];
  const extensions = message.fields
    .filter(({ extension }) => extension)
    .map((field) => printField(message, field, plan, syntax));
  const extend = extensions.length > 0 ? `\nextend ${message.name} { ${extensions.join(' ')} }` : '';
  return `message ${message.name} ${printBody(message, plan, syntax, range)}${extend}`;
}

function printBody(message: MessagePlan, plan: Plan, syntax: Syntax, extensionRange: readonly string[]): string {
  const members = message.fields.filter(({ extension }) => !extension);
  const printAll = (fields: readonly FieldPlan[]): string[] =>
    fields.map((field) => printField(message, field, plan, syntax));
  const oneofs = [...new Set(ONEOFS)].flatMap((oneof) => {
    const own = members.filter((field) => field.oneof === oneof);
    return own.length > 0 ? [`oneof ${oneof} { ${printAll(own).join(' ')} }`] : [];
  });
  const lines = [
    ...printAll(members.filter(({ oneof }) => oneof === undefined)),
    ...oneofs,
    ...extensionRange,
    ...message.reserved.map((name) => printReserved(name, syntax)),
  ];
  return `{ ${lines.join(' ')} }`;
}

function printField(message: MessagePlan, field: FieldPlan, plan: Plan, syntax: Syntax): string {
  const options = [
    ...(syntax === '2023' ? printFeatures(message, field, plan) : printPacked(field)),
    ...printDefault(field, plan),
    ...printJsonName(message, field),
    ...(field.deprecated ? ['deprecated = true'] : []),
  ];
  const end = ` = ${String(field.number)}${options.length > 0 ? ` [${options.join(', ')}]` : ''}`;
  const label = printLabel(message, field, syntax);
  const target = plan.messages.find(({ name }) => name === field.type);
  if (syntax !== '2023' && field.delimited && target !== undefined && field.key === undefined) {
    const name = `${field.name.charAt(0).toUpperCase()}${field.name.slice(1)}`;
    return `${label}group ${name}${end} ${printGroupBody(target, plan, syntax)}`;
  }
  const type = field.key === undefined ? field.type : `map<${field.key}, ${field.type}>`;
  return `${label}${type} ${field.name}${end};`;
}

/** A group declares its own message, so it gets a copy of `target`. */
function printGroupBody(target: MessagePlan, plan: Plan, syntax: Syntax): string {
  const fields = target.fields.map((field) => ({ ...field, delimited: false, extension: false }));
  return printBody({ ...target, fields }, plan, syntax, []);
}

function printFeatures(message: MessagePlan, field: FieldPlan, plan: Plan): string[] {
  const features: string[] = [];
  if (isSingular(field) && field.oneof === undefined && !field.extension)
    features.push(`field_presence = ${presenceOf(message, field, plan)}`);
  if (isPackable(field) && field.packed !== plan.file.packed)
    features.push(`repeated_field_encoding = ${field.packed ? 'PACKED' : 'EXPANDED'}`);
  if (isMessage(field.type) && field.key === undefined && field.delimited !== plan.file.delimited)
    features.push(`message_encoding = ${field.delimited ? 'DELIMITED' : 'LENGTH_PREFIXED'}`);
  if (field.type === 'string' || field.key === 'string')
    features.push(`utf8_validation = ${field.verified ? 'VERIFY' : 'NONE'}`);
  return features.map((feature) => `features.${feature}`);
}

function presenceOf(message: MessagePlan, field: FieldPlan, plan: Plan): string {
  if (field.label === 'required' && !isEndless(message, field)) return 'LEGACY_REQUIRED';
  return isImplicit(field, plan) ? 'IMPLICIT' : 'EXPLICIT';
}

/** A message may only require messages with a later name. Otherwise it could require itself, and never be sent. */
function isEndless(message: MessagePlan, { type }: FieldPlan): boolean {
  return isMessage(type) && type <= message.name;
}

function isImplicit({ label, type }: FieldPlan, { enums }: Plan): boolean {
  return label === 'implicit' && !isMessage(type) && enums.find(({ name }) => name === type)?.closed !== true;
}

function printPacked(field: FieldPlan): string[] {
  return isPackable(field) ? [`packed = ${String(field.packed)}`] : [];
}

function printLabel(message: MessagePlan, field: FieldPlan, syntax: Syntax): string {
  if (field.key !== undefined) return '';
  if (field.label === 'repeated') return 'repeated ';
  if (syntax === '2023' || (field.oneof !== undefined && !field.extension)) return '';
  if (field.label === 'required' && !isEndless(message, field)) return 'required ';
  return syntax === 'proto2' || field.label === 'explicit' ? 'optional ' : '';
}

function printDefault(field: FieldPlan, plan: Plan): string[] {
  if (field.default === undefined || !isSingular(field) || isMessage(field.type)) return [];
  if (isImplicit(field, plan) && field.oneof === undefined && !field.extension) return [];
  const type = plan.enums.find(({ name }) => name === field.type);
  if (type === undefined) return [`default = ${DEFAULTS[kindOf(field.type)][field.default] ?? ''}`];
  const values = validValues(type, plan);
  return [`default = ${(values[field.default] ?? values[0])?.name ?? ''}`];
}

function kindOf(scalar: string): keyof typeof DEFAULTS {
  if (scalar === 'bool' || scalar === 'string' || scalar === 'bytes') return scalar;
  return scalar === 'float' || scalar === 'double' ? 'floating' : 'integer';
}

/** Leaves out all JSON names of a message in which two members would have the same key. */
function printJsonName(message: MessagePlan, field: FieldPlan): string[] {
  const keys = message.fields.filter(({ extension }) => !extension).map(keyOf);
  const isValid = new Set(keys).size === keys.length;
  return field.jsonName !== undefined && !field.extension && isValid ? [`json_name = "${field.jsonName}"`] : [];
}

function isMessage(type: string): boolean {
  return type.startsWith('M') || type.startsWith(PACKAGE);
}

function isSingular({ label, key }: FieldPlan): boolean {
  return label !== 'repeated' && key === undefined;
}

function isPackable({ label, key, type }: FieldPlan): boolean {
  return label === 'repeated' && key === undefined && !isMessage(type) && type !== 'string' && type !== 'bytes';
}
