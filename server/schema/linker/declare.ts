import type {
  Body,
  Declaration,
  EnumNode,
  ExtensionsNode,
  FieldNode,
  MessageMember,
  MessageNode,
  Name,
  OptionNode,
  RangeNode,
  ServiceNode,
  Span,
} from '../../proto/tree.ts';
import type { Features } from '../features.ts';
import { MemberMap, nameOf, numberOf } from '../member-map.ts';
import type { Enum, EnumValue, Field, File, Message, NumberRange, Service } from '../model.ts';
import { isTrue, optionsIn, optionsOf } from '../options.ts';
import type { Draft, DraftType, LinkedFile, OpenMessage } from './linked-file.ts';
import { join, Names } from './names.ts';

/** Shared, so never add to it. */
export const NO_EXTENSIONS = new Map<number, Field>();
const NO_NAMES = new Map<string, Span>();

/** @param names the taken names of the file; empty for an edit that keeps all names of types */
export function declare(linked: LinkedFile, declaration: Declaration, names: Names): void {
  linked.declaration = declaration;
  switch (declaration.kind) {
    case 'message':
      declareMessage(linked, declaration, declaration.body, linked.file, '', names, linked.features);
      break;
    case 'enum':
      declareEnum(linked, declaration, linked.file, '', names, linked.features);
      break;
    case 'service':
      declareService(linked, declaration, names);
      break;
    case 'extend':
      declareGroups(linked, declaration.body.members, linked.file, '', names, linked.features);
  }
}

function declareMessage(
  linked: LinkedFile,
  node: MessageNode | FieldNode,
  body: Body<MessageMember>,
  parent: Draft<Message> | Draft<File>,
  scope: string,
  names: Names,
  inherited: Features,
): void {
  const relativeName = join(scope, node.name.text);
  if (!linked.claim(names, node.name)) {
    const first = linked.types.get(relativeName);
    // What the first message lacks may be in the second one.
    if (first?.kind === 'message') first.damaged = true;
    if (first !== undefined) return;
  }
  const options = node.kind === 'field' ? optionsOf(node.options) : optionsIn(body.members);
  const features = linked.featuresOf(inherited, options);
  const message = renewed(
    linked,
    relativeName,
    newMessage(linked, node.name.text, relativeName, parent, options, features),
  );
  message.node = linked.file.builtIn ? undefined : node;
  message.damaged = body.damaged;
  message.messageSet = isTrue(options, 'message_set_wire_format');
  linked.types.set(relativeName, message);
  linked.declared.push(message);
  parent.messages.push(message);
  if (node.kind === 'field') linked.groups.set(node, message);
  const open: OpenMessage = {
    message,
    declaration: linked.declaration,
    members: body.members,
    scope: relativeName,
    names: new Names(message.fieldsByName),
    features,
  };
  linked.open.push(open);
  for (const member of body.members) {
    switch (member.kind) {
      case 'message':
        declareMessage(linked, member, member.body, message, relativeName, open.names, features);
        break;
      case 'enum':
        declareEnum(linked, member, message, relativeName, open.names, features);
        break;
      case 'field':
        if (member.group !== undefined) declareGroups(linked, [member], message, relativeName, open.names, features);
        break;
      case 'oneof':
        declareGroups(linked, member.body.members, message, relativeName, open.names, features);
        break;
      case 'extend':
        declareGroups(linked, member.body.members, message, relativeName, open.names, features);
        break;
      case 'reserved':
        addReservations(message, member.ranges, member.names);
        break;
      case 'extensions':
        for (const range of member.ranges)
          message.extensionRanges.push(extensionRange(range, member, message.messageSet));
        break;
      case 'option':
        break;
    }
  }
}

function declareGroups(
  linked: LinkedFile,
  members: readonly (FieldNode | OptionNode)[],
  parent: Draft<Message> | Draft<File>,
  scope: string,
  names: Names,
  features: Features,
): void {
  for (const member of members) {
    if (member.kind === 'field' && member.group !== undefined) {
      declareMessage(linked, member, member.group, parent, scope, names, features);
    }
  }
}

export function newMessage(
  linked: LinkedFile,
  name: string,
  relativeName: string,
  parent: Message | File,
  options: Map<string, OptionNode>,
  features: Features,
): Draft<Message> {
  const fields: Field[] = [];
  return {
    kind: 'message',
    name,
    fullName: join(linked.package, relativeName),
    file: linked.file,
    options,
    deprecated: isTrue(options, 'deprecated'),
    parent,
    node: undefined,
    fields,
    fieldsByNumber: new MemberMap(fields, numberOf),
    fieldsByName: new MemberMap(fields, nameOf),
    extensionsByNumber: NO_EXTENSIONS,
    oneofs: [],
    messages: [],
    enums: [],
    extensions: [],
    extensionRanges: [],
    reservedRanges: [],
    reservedNames: NO_NAMES,
    isMapEntry: false,
    messageSet: false,
    jsonFormat: features.json_format,
    damaged: false,
  };
}

function declareEnum(
  linked: LinkedFile,
  node: EnumNode,
  parent: Draft<Message> | Draft<File>,
  scope: string,
  names: Names,
  inherited: Features,
): void {
  const relativeName = join(scope, node.name.text);
  if (!linked.claim(names, node.name) && linked.types.has(relativeName)) return;
  const options = optionsIn(node.body.members);
  const features = linked.featuresOf(inherited, options);
  const values: EnumValue[] = [];
  const declared = renewed<Draft<Enum>>(linked, relativeName, {
    kind: 'enum',
    name: node.name.text,
    fullName: join(linked.package, relativeName),
    file: linked.file,
    options,
    deprecated: isTrue(options, 'deprecated'),
    parent,
    node: linked.file.builtIn ? undefined : node,
    values,
    valuesByNumber: new MemberMap(values, numberOf),
    valuesByName: new MemberMap(values, nameOf),
    reservedRanges: [],
    reservedNames: NO_NAMES,
    closed: features.enum_type === 'CLOSED',
    jsonFormat: features.json_format,
    damaged: node.body.damaged,
  });
  linked.types.set(relativeName, declared);
  linked.declared.push(declared);
  parent.enums.push(declared);
  for (const member of node.body.members) {
    if (member.kind === 'reserved') addReservations(declared, member.ranges, member.names);
    if (member.kind !== 'enumValue') continue;
    // A name that another enum of this scope uses is reported, but the value is still added.
    if (!linked.claim(names, member.name) && declared.valuesByName.has(member.name.text)) continue;
    const valueOptions = optionsOf(member.options);
    const value: EnumValue = {
      kind: 'enumValue',
      name: member.name.text,
      fullName: join(linked.package, join(scope, member.name.text)),
      file: linked.file,
      options: valueOptions,
      deprecated: isTrue(valueOptions, 'deprecated'),
      enum: declared,
      node: member,
      number: member.number?.value ?? NaN,
    };
    const taken = declared.valuesByNumber.get(value.number);
    declared.values.push(value);
    if (taken !== undefined && !isTrue(options, 'allow_alias')) linked.reportNumber(value, taken);
  }
}

function declareService(linked: LinkedFile, node: ServiceNode, names: Names): void {
  if (!linked.claim(names, node.name) && linked.types.has(node.name.text)) return;
  const options = optionsIn(node.body.members);
  const service = renewed<Draft<Service>>(linked, node.name.text, {
    kind: 'service',
    name: node.name.text,
    fullName: join(linked.package, node.name.text),
    file: linked.file,
    options,
    deprecated: isTrue(options, 'deprecated'),
    node,
    methods: [],
    damaged: node.body.damaged,
  });
  linked.types.set(node.name.text, service);
  linked.openServices.push(service);
  linked.file.services.push(service);
}

/** Overwrites the object from before the edit, to which other objects refer. */
function renewed<T extends DraftType>(linked: LinkedFile, relativeName: string, fresh: T): T {
  const given = linked.replaced.get(relativeName);
  if (given?.kind !== fresh.kind) return fresh;
  // The extensions may be declared in other files.
  if (given.kind === 'message' && fresh.kind === 'message') fresh.extensionsByNumber = given.extensionsByNumber;
  return Object.assign<object, T>(given, fresh);
}

function addReservations(
  owner: { reservedRanges: NumberRange[]; reservedNames: Map<string, Span> },
  ranges: readonly RangeNode[],
  names: readonly Name[],
): void {
  owner.reservedRanges.push(...ranges);
  if (owner.reservedNames === NO_NAMES && names.length > 0) owner.reservedNames = new Map();
  for (const name of names) if (!owner.reservedNames.has(name.text)) owner.reservedNames.set(name.text, name.span);
}

/** In a message set, extension numbers are not part of tags, so they can be higher. */
function extensionRange(range: RangeNode, node: ExtensionsNode, messageSet: boolean): NumberRange {
  return { ...range, end: messageSet && range.end === MAX_FIELD_NUMBER ? MAX_MESSAGE_SET_NUMBER : range.end, node };
}

const MAX_FIELD_NUMBER = 2 ** 29 - 1;
const MAX_MESSAGE_SET_NUMBER = 2 ** 31 - 2;
