import type { Declaration, ExtendNode, FieldNode, Name, OneofNode } from '../../proto/tree.ts';
import type { Features } from '../features.ts';
import { lowerCamelCase, mapEntryName } from '../json-name.ts';
import {
  type Field,
  type FieldType,
  type File,
  type Message,
  type Method,
  type Oneof,
  type Options,
  type Presence,
  SCALARS,
  type Service,
  type UnknownType,
} from '../model.ts';
import { isTrue, NO_OPTIONS, optionsIn, optionsOf, stringOption } from '../options.ts';
import type { Scope } from '../scope.ts';
import { newMessage, NO_EXTENSIONS } from './declare.ts';
import type { Draft, LinkedFile, OpenMessage } from './linked-file.ts';
import { join, Names, parentScope } from './names.ts';

const SCALAR_TYPES: ReadonlyMap<string, FieldType> = new Map(
  SCALARS.map((scalar) => [scalar, { kind: 'scalar', scalar }]),
);

/** Import roots shorten paths. */
export function isPathOf(file: string, written: string): boolean {
  return `/${file}`.endsWith(`/${written}`);
}

/**
 * Adds what refers to types: fields, oneofs, extensions and methods.
 * @param imported the file of each import; undefined if it was not found
 * @param isIncomplete see the function `isIncomplete`
 */
export function fill(
  linked: LinkedFile,
  scope: Scope,
  imported: readonly (File | undefined)[],
  isIncomplete: boolean,
): void {
  linked.scope = scope;
  linked.isIncomplete = isIncomplete;
  linked.declaration = undefined;
  linked.file.node.imports.forEach((node, index) => {
    const file = imported[index];
    linked.file.imports.push({ node, file: file?.builtIn === true ? undefined : file });
    if (file === undefined) {
      const written = node.path.text;
      const message = isPathOf(linked.file.path, written)
        ? `"${written}" is this file. A file cannot import itself.`
        : `"${written}" was not found in the repository, so its declarations are not compared.`;
      linked.report('unresolved-import', node.path.span, message, written);
    }
  });
  for (const declaration of linked.file.node.declarations) reportIfDeclaredElsewhere(linked, declaration, scope);
  fillDeclared(linked);
  for (const declaration of linked.file.node.declarations) {
    linked.declaration = declaration;
    if (declaration.kind === 'extend') fillExtend(linked, declaration, linked.file, linked.names, linked.features);
  }
  linked.groups.clear();
}

export function fillDeclared(linked: LinkedFile): void {
  for (const open of linked.open) fillMessage(linked, open);
  for (const service of linked.openServices) fillService(linked, service);
  linked.open.length = 0;
  linked.openServices.length = 0;
}

function reportIfDeclaredElsewhere(linked: LinkedFile, declaration: Declaration, scope: Scope): void {
  if (declaration.kind === 'extend' || linked.types.get(declaration.name.text)?.node !== declaration) return;
  linked.declaration = declaration;
  const { name } = declaration;
  for (const other of scope.siblings) {
    const rival = other.types === linked.types ? undefined : other.types.get(name.text);
    if (rival === undefined) continue;
    const message = `"${join(linked.package, name.text)}" is already declared in ${rival.file.path}.`;
    linked.report('duplicate-name', name.span, message);
  }
}

function fillMessage(linked: LinkedFile, open: OpenMessage): void {
  linked.declaration = open.declaration;
  for (const member of open.members) {
    switch (member.kind) {
      case 'field':
        addField(linked, open, member, open.features, undefined);
        break;
      case 'oneof':
        addOneof(linked, open, member);
        break;
      case 'extend':
        fillExtend(linked, member, open.message, open.names, open.features);
        break;
      default:
        break;
    }
  }
}

function addOneof(linked: LinkedFile, open: OpenMessage, node: OneofNode): void {
  const options = optionsIn(node.body.members);
  const features = linked.featuresOf(open.features, options);
  const { message } = open;
  const oneof: Draft<Oneof> = {
    kind: 'oneof',
    name: node.name.text,
    fullName: `${message.fullName}.${node.name.text}`,
    file: linked.file,
    options,
    deprecated: isTrue(options, 'deprecated'),
    message,
    node,
    fields: [],
  };
  linked.claim(open.names, node.name);
  message.oneofs.push(oneof);
  for (const member of node.body.members) {
    if (member.kind === 'field') addField(linked, open, member, features, oneof);
  }
}

function addField(
  linked: LinkedFile,
  open: OpenMessage,
  node: FieldNode,
  inherited: Features,
  oneof: Draft<Oneof> | undefined,
): void {
  const { message, scope } = open;
  const field = newField(linked, node, fieldName(node), inherited, {
    message,
    extensionScope: undefined,
    container: message,
    scope,
    oneof,
  });
  const namesake = message.fieldsByName.get(field.name);
  if (open.names.has(field.name))
    linked.reportName(node.name, field.name, namesake && { first: namesake, second: field });
  const taken = message.fieldsByNumber.get(field.number);
  if (taken !== undefined) linked.reportNumber(field, taken);
  if (namesake !== undefined && taken !== undefined) return;
  message.fields.push(field);
  oneof?.fields.push(field);
}

function fillExtend(
  linked: LinkedFile,
  node: ExtendNode,
  container: Draft<Message> | Draft<File>,
  names: Names,
  features: Features,
): void {
  const scope = container.kind === 'file' ? '' : linked.relativeName(container);
  const extendee = namedType(linked, node.extendee, scope);
  const message = extendee.kind === 'message' ? extendee.message : undefined;
  for (const member of node.body.members) {
    const field = newField(linked, member, fieldName(member), features, {
      message,
      extendee,
      extensionScope: container,
      container,
      scope,
      oneof: undefined,
    });
    linked.claim(names, member.name, field.name);
    container.extensions.push(field);
    linked.extensions.push(field);
    if (message === undefined || Number.isNaN(field.number)) continue;
    const taken = message.extensionsByNumber.get(field.number);
    if (taken !== undefined) linked.reportNumber(field, taken);
    // The message is a draft, because a file is linked together with those that extend it.
    else addExtension(message as Draft<Message>, field);
  }
}

function newField(
  linked: LinkedFile,
  node: FieldNode,
  name: string,
  inherited: Features,
  place: {
    readonly message: Message | undefined;
    readonly extendee?: FieldType;
    readonly extensionScope: Message | File | undefined;
    /** Where the field is written. */
    readonly container: Message | File;
    /** The full name of the enclosing message, relative to the package. */
    readonly scope: string;
    readonly oneof: Oneof | undefined;
  },
): Field {
  const options = optionsOf(node.options);
  const features = linked.featuresOf(inherited, options);
  const isMap = node.map !== undefined;
  const repeated = isMap || node.label?.text === 'repeated';
  const type =
    node.map === undefined
      ? typeOf(linked, node, place.scope)
      : mapEntry(linked, node, node.map, place.container, place.scope, features);
  const isExtension = place.extensionScope !== undefined;
  const fullName = join(place.container.kind === 'file' ? linked.package : place.container.fullName, name);
  return {
    kind: 'field',
    name,
    fullName,
    file: linked.file,
    options,
    deprecated: isTrue(options, 'deprecated'),
    message: place.message,
    extendee: place.extendee,
    extensionScope: place.extensionScope,
    node,
    number: node.number?.value ?? NaN,
    repeated,
    type,
    isMap,
    presence: repeated ? 'implicit' : presence(node, type, features, isExtension || place.oneof !== undefined),
    packed: repeated && isPackable(type) && isPacked(linked, options, features),
    delimited:
      node.group !== undefined ||
      (features.message_encoding === 'DELIMITED' &&
        type.kind === 'message' &&
        !isMap &&
        place.message?.isMapEntry !== true),
    validatesUtf8: type.kind === 'scalar' && type.scalar === 'string' && features.utf8_validation === 'VERIFY',
    oneof: place.oneof,
    default: options.get('default')?.value,
    jsonName: isExtension ? `[${fullName}]` : (stringOption(options, 'json_name') ?? lowerCamelCase(name)),
  };
}

function presence(node: FieldNode, type: FieldType, features: Features, alwaysExplicit: boolean): Presence {
  if (alwaysExplicit) return 'explicit';
  if (node.label?.text === 'required' || features.field_presence === 'LEGACY_REQUIRED') return 'required';
  if (node.label?.text === 'optional' || type.kind === 'message') return 'explicit';
  return features.field_presence === 'EXPLICIT' ? 'explicit' : 'implicit';
}

function isPacked(linked: LinkedFile, options: Options, features: Features): boolean {
  const written = linked.hasFeatures ? undefined : options.get('packed')?.value;
  return written?.kind === 'identifier' ? written.text === 'true' : features.repeated_field_encoding === 'PACKED';
}

function typeOf(linked: LinkedFile, node: FieldNode, scope: string): FieldType {
  if (node.group !== undefined) {
    const message = linked.groups.get(node);
    return message === undefined ? unknown(linked, node.name, scope) : { kind: 'message', message };
  }
  const scalar = SCALAR_TYPES.get(node.type.text);
  if (scalar !== undefined) return scalar;
  return namedType(linked, node.type, scope);
}

function namedType(linked: LinkedFile, name: Name, scope: string): FieldType {
  const found = linked.resolve(name, scope);
  if (found === undefined) return unknown(linked, name, scope);
  return found.kind === 'message' ? { kind: 'message', message: found } : { kind: 'enum', enum: found };
}

function unknown(linked: LinkedFile, { text, span }: Name, scope: string): UnknownType {
  const name = text.replace(/^\./, '');
  const fullNames = [name];
  if (name === text)
    for (let at = join(linked.package, scope); at !== ''; at = parentScope(at)) fullNames.push(`${at}.${name}`);
  // A name over two lines is probably still being typed: `google.` above `bytes id = 1;`.
  const isWhole = span.end - span.start === text.length;
  return {
    kind: 'unresolved',
    name: text,
    fullNames: fullNames.reverse(),
    isElsewhere: linked.isIncomplete && isWhole,
  };
}

function mapEntry(
  linked: LinkedFile,
  node: FieldNode,
  map: { readonly key: Name; readonly value: Name },
  container: Message | File,
  scope: string,
  features: Features,
): FieldType {
  const name = mapEntryName(node.name.text);
  const entry = newMessage(linked, name, join(scope, name), container, NO_OPTIONS, features);
  entry.isMapEntry = true;
  for (const isKey of [true, false]) {
    const partName = isKey ? 'key' : 'value';
    const partType = isKey ? map.key : map.value;
    const partNode: FieldNode = {
      kind: 'field',
      span: partType.span,
      leadingComments: undefined,
      label: undefined,
      type: partType,
      map: undefined,
      name: { text: partName, span: node.name.span },
      number: { value: isKey ? 1 : 2, span: node.name.span },
      options: [],
      group: undefined,
    };
    const field = newField(linked, partNode, partName, features, {
      message: entry,
      extensionScope: undefined,
      container: entry,
      scope,
      oneof: undefined,
    });
    entry.fields.push(field);
  }
  return { kind: 'message', message: entry };
}

function fillService(linked: LinkedFile, service: Draft<Service>): void {
  linked.declaration = service.node;
  const names = new Names();
  for (const member of service.node.body.members) {
    if (member.kind !== 'method' || !linked.claim(names, member.name)) continue;
    const options = optionsOf(member.options);
    const [input, output] = [namedType(linked, member.input.type, ''), namedType(linked, member.output.type, '')];
    const method: Method = {
      kind: 'method',
      name: member.name.text,
      fullName: `${service.fullName}.${member.name.text}`,
      file: linked.file,
      options,
      deprecated: isTrue(options, 'deprecated'),
      service,
      node: member,
      input: input.kind === 'message' ? input.message : undefined,
      output: output.kind === 'message' ? output.message : undefined,
      types: { input, output },
      clientStreaming: member.input.stream !== undefined,
      serverStreaming: member.output.stream !== undefined,
    };
    service.methods.push(method);
  }
}

function addExtension(extendee: Draft<Message>, field: Field): void {
  if (extendee.extensionsByNumber === NO_EXTENSIONS) extendee.extensionsByNumber = new Map();
  extendee.extensionsByNumber.set(field.number, field);
}

/** An unknown type may be an enum. */
function isPackable(type: FieldType): boolean {
  return (
    type.kind === 'enum' ||
    type.kind === 'unresolved' ||
    (type.kind === 'scalar' && type.scalar !== 'string' && type.scalar !== 'bytes')
  );
}

/** `group Result = 1` declares a field `result` and a message `Result`. */
function fieldName(node: FieldNode): string {
  return node.group === undefined ? node.name.text : lowerCase(node.name.text);
}

function lowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
