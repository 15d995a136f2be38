import type {
  Body,
  Declaration,
  Edition,
  EnumNode,
  ExtendNode,
  ExtensionsNode,
  FieldNode,
  FileNode,
  MessageMember,
  MessageNode,
  MethodType,
  Name,
  OneofNode,
  OptionNode,
  RangeNode,
  ServiceNode,
  Span,
} from '../proto/tree.ts';
import { defaultFeatures, type Features, overrideFeatures } from './features.ts';
import {
  type Enum,
  type EnumValue,
  type Field,
  type FieldType,
  type File,
  type LinkProblem,
  type Message,
  type Method,
  type NumberRange,
  type Oneof,
  type Options,
  type Presence,
  SCALARS,
  type Service,
  type UnknownType,
} from './model.ts';
import type { Declared, Scope } from './scope.ts';

/**
 * Makes the schema of one file in two steps, because files refer to one another in any order: the constructor declares every
 * type by name, `fill` adds what refers to types. Between the two the messages are empty. `update` follows an edit.
 */
export class FileLinker implements Declared {
  readonly file: File;
  readonly package: string;
  readonly types = new Map<string, Draft<Message> | Draft<Enum> | Draft<Service>>();
  /** Every message and enum, nested ones too, map entries not. */
  readonly declared: (Draft<Message> | Draft<Enum>)[] = [];
  /** Every extension, those declared inside messages too. */
  readonly extensions: Field[] = [];

  readonly #file: Draft<File>;
  readonly #hasFeatures: boolean;
  readonly #features: Features;
  readonly #names = new Names();
  /** By the declaration in which they are; those of the file itself under undefined. */
  readonly #problems = new Map<Declaration | undefined, LinkProblem[]>();
  /** Messages and services still to be filled. */
  readonly #open: OpenMessage[] = [];
  readonly #openServices: Draft<Service>[] = [];
  readonly #groups = new Map<FieldNode, Draft<Message>>();
  /** Types that an edit gave up, by name: what is declared under that name again stays the same object for all that refer to it. */
  readonly #givenUp = new Map<string, Draft<Message> | Draft<Enum> | Draft<Service>>();
  /** The declaration being read. */
  #declaration: Declaration | undefined;
  #scope: Scope | undefined;
  #isIncomplete = false;

  constructor(path: string, node: FileNode, builtIn: boolean) {
    const edition = editionOf(node);
    const options = optionsOf(node.options);
    this.package = node.package?.name.text ?? '';
    this.#file = {
      kind: 'file',
      path,
      node,
      edition,
      package: this.package,
      imports: [],
      messages: [],
      enums: [],
      services: [],
      extensions: [],
      options,
      builtIn,
    };
    this.file = this.#file;
    this.#hasFeatures = edition !== 'proto2' && edition !== 'proto3';
    this.#features = this.#featuresOf(defaultFeatures(edition), options);
    for (const declaration of node.declarations) this.#declare(declaration, this.#names);
  }

  /** In the order of the text, those of the file itself first. */
  get problems(): readonly LinkProblem[] {
    return [undefined, ...this.#file.node.declarations].flatMap((declaration) => this.#problems.get(declaration) ?? []);
  }

  /**
   * @param imported what each import of the file leads to, in their order; undefined where it cannot be found.
   * @param isIncomplete whether an import cannot be found, of this file or public in a file that it imports.
   */
  fill(scope: Scope, imported: readonly (File | undefined)[], isIncomplete: boolean): void {
    this.#scope = scope;
    this.#isIncomplete = isIncomplete;
    this.#declaration = undefined;
    this.#file.node.imports.forEach((node, index) => {
      const file = imported[index];
      this.#file.imports.push({ node, file: file?.builtIn === true ? undefined : file });
      if (file === undefined) {
        const written = node.path.text;
        const isItself = `/${this.#file.path}`.endsWith(`/${written}`);
        const message = isItself
          ? `"${written}" is this file itself, which no file can import.`
          : `"${written}" was not found in the repository, so what it declares is not compared.`;
        this.#report('unresolved-import', node.path.span, message, written);
      }
    });
    for (const declaration of this.#file.node.declarations) this.#reportWhereDeclaredElsewhere(declaration, scope);
    this.#fillDeclared();
    for (const declaration of this.#file.node.declarations) {
      this.#declaration = declaration;
      if (declaration.kind === 'extend') this.#fillExtend(declaration, this.#file, this.#names, this.#features);
    }
    this.#groups.clear();
  }

  /**
   * Takes over an edit inside one message or service at the top of the file, if the same types are declared as before, so that
   * whatever refers to them, in this file or another, goes on being right. The tree of the edited text shares all other
   * declarations with the tree before, which has been given up; what was linked of that one is given up here.
   * @returns false where the file has to be linked anew, as then everything has that refers to it. This linker is of no use then.
   */
  update(node: FileNode): boolean {
    const before = this.#file.node;
    const sharesHeader =
      node.imports === before.imports &&
      node.options === before.options &&
      node.package === before.package &&
      node.edition === before.edition;
    const hasExtensions = this.extensions.length > 0;
    if (!sharesHeader || hasExtensions || node.declarations.length !== before.declarations.length) return false;
    const changed = before.declarations.filter((declaration, index) => declaration !== node.declarations[index]);
    this.#file.node = node;
    const [old] = changed;
    if (old === undefined) return true;
    const edited = node.declarations[before.declarations.indexOf(old)];
    return changed.length === 1 && edited !== undefined && this.#replace(old, edited);
  }

  #replace(old: Declaration, edited: Declaration): boolean {
    const isKind = edited.kind === 'message' || edited.kind === 'service';
    if (!isKind || edited.kind !== old.kind || edited.name.text !== old.name.text) return false;
    const type = this.types.get(old.name.text);
    // Of two with one name only the first was declared.
    if (type === undefined || type.node !== old) return false;
    // What else has its name, an enum's value or another file's type, is not looked at again.
    if (this.#problems.get(old)?.some(({ span }) => span === old.name.span)) return false;
    const first = type.kind === 'service' ? 0 : this.declared.indexOf(type);
    const types = type.kind === 'service' ? [] : this.declared.slice(first, first + countTypes(type));
    for (const each of type.kind === 'service' ? [type] : types) {
      const name = this.#relativeName(each);
      this.types.delete(name);
      this.#givenUp.set(name, each);
    }
    this.#problems.delete(old);
    const { messages, services } = this.#file;
    const lengths = [this.declared.length, messages.length, services.length] as const;
    this.#declare(edited, new Names());
    const again = this.declared.slice(lengths[0]);
    // They have their places in these lists already.
    [this.declared.length, messages.length, services.length] = lengths;
    this.#givenUp.clear();
    const areSame = again.length === types.length && again.every((each, index) => each === types[index]);
    // An extension changes the message that it extends, wherever that is.
    const extend = this.#open.some(({ members }) => members.some(({ kind }) => kind === 'extend'));
    if (!areSame || extend) return false;
    this.#fillDeclared();
    this.#groups.clear();
    return true;
  }

  #declare(declaration: Declaration, names: Names): void {
    this.#declaration = declaration;
    switch (declaration.kind) {
      case 'message':
        this.#declareMessage(declaration, declaration.body, this.#file, '', names, this.#features);
        break;
      case 'enum':
        this.#declareEnum(declaration, this.#file, '', names, this.#features);
        break;
      case 'service':
        this.#declareService(declaration, names);
        break;
      case 'extend':
        this.#declareGroups(declaration.body.members, this.#file, '', names, this.#features);
    }
  }

  #fillDeclared(): void {
    for (const open of this.#open) this.#fillMessage(open);
    for (const service of this.#openServices) this.#fillService(service);
    this.#open.length = 0;
    this.#openServices.length = 0;
  }

  #declareMessage(
    node: MessageNode | FieldNode,
    body: Body<MessageMember>,
    parent: Draft<Message> | Draft<File>,
    scope: string,
    names: Names,
    inherited: Features,
  ): void {
    const relativeName = join(scope, node.name.text);
    if (!this.#claim(names, node.name) && this.types.has(relativeName)) return;
    const options = node.kind === 'field' ? optionsOf(node.options) : optionsIn(body.members);
    const features = this.#featuresOf(inherited, options);
    const message = this.#renewed(
      relativeName,
      this.#newMessage(node.name.text, relativeName, parent, options, features),
    );
    message.node = this.#file.builtIn ? undefined : node;
    message.damaged = body.damaged;
    message.messageSet = isTrue(options, 'message_set_wire_format');
    this.types.set(relativeName, message);
    this.declared.push(message);
    parent.messages.push(message);
    if (node.kind === 'field') this.#groups.set(node, message);
    const open: OpenMessage = {
      message,
      declaration: this.#declaration,
      members: body.members,
      scope: relativeName,
      names: new Names(message.fieldsByName),
      features,
    };
    this.#open.push(open);
    for (const member of body.members) {
      switch (member.kind) {
        case 'message':
          this.#declareMessage(member, member.body, message, relativeName, open.names, features);
          break;
        case 'enum':
          this.#declareEnum(member, message, relativeName, open.names, features);
          break;
        case 'field':
          if (member.group !== undefined) this.#declareGroups([member], message, relativeName, open.names, features);
          break;
        case 'oneof':
          this.#declareGroups(member.body.members, message, relativeName, open.names, features);
          break;
        case 'extend':
          this.#declareGroups(member.body.members, message, relativeName, open.names, features);
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

  #declareGroups(
    members: readonly (FieldNode | OptionNode)[],
    parent: Draft<Message> | Draft<File>,
    scope: string,
    names: Names,
    features: Features,
  ): void {
    for (const member of members) {
      if (member.kind === 'field' && member.group !== undefined) {
        this.#declareMessage(member, member.group, parent, scope, names, features);
      }
    }
  }

  #newMessage(
    name: string,
    relativeName: string,
    parent: Message | File,
    options: Map<string, OptionNode>,
    features: Features,
  ): Draft<Message> {
    return {
      kind: 'message',
      name,
      fullName: join(this.package, relativeName),
      file: this.#file,
      options,
      deprecated: isTrue(options, 'deprecated'),
      parent,
      node: undefined,
      fields: [],
      fieldsByNumber: new Map(),
      fieldsByName: new Map(),
      extensionsByNumber: NO_FIELDS,
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

  #declareEnum(
    node: EnumNode,
    parent: Draft<Message> | Draft<File>,
    scope: string,
    names: Names,
    inherited: Features,
  ): void {
    const relativeName = join(scope, node.name.text);
    if (!this.#claim(names, node.name) && this.types.has(relativeName)) return;
    const options = optionsIn(node.body.members);
    const features = this.#featuresOf(inherited, options);
    const declared = this.#renewed<Draft<Enum>>(relativeName, {
      kind: 'enum',
      name: node.name.text,
      fullName: join(this.package, relativeName),
      file: this.#file,
      options,
      deprecated: isTrue(options, 'deprecated'),
      parent,
      node: this.#file.builtIn ? undefined : node,
      values: [],
      valuesByNumber: new Map(),
      valuesByName: new Map(),
      reservedRanges: [],
      reservedNames: NO_NAMES,
      closed: features.enum_type === 'CLOSED',
      jsonFormat: features.json_format,
      damaged: node.body.damaged,
    });
    this.types.set(relativeName, declared);
    this.declared.push(declared);
    parent.enums.push(declared);
    for (const member of node.body.members) {
      if (member.kind === 'reserved') addReservations(declared, member.ranges, member.names);
      if (member.kind !== 'enumValue') continue;
      // Enum values are siblings of their enum, so two enums of one scope can collide.
      if (!this.#claim(names, member.name) && declared.valuesByName.has(member.name.text)) continue;
      const valueOptions = optionsOf(member.options);
      const value: EnumValue = {
        kind: 'enumValue',
        name: member.name.text,
        fullName: join(this.package, join(scope, member.name.text)),
        file: this.#file,
        options: valueOptions,
        deprecated: isTrue(valueOptions, 'deprecated'),
        enum: declared,
        node: member,
        number: member.number?.value ?? NaN,
      };
      declared.values.push(value);
      declared.valuesByName.set(value.name, value);
      if (Number.isNaN(value.number)) continue;
      const taken = declared.valuesByNumber.get(value.number);
      if (taken === undefined) declared.valuesByNumber.set(value.number, value);
      else if (!isTrue(options, 'allow_alias')) this.#reportNumber(value, taken);
    }
  }

  #declareService(node: ServiceNode, names: Names): void {
    if (!this.#claim(names, node.name) && this.types.has(node.name.text)) return;
    const options = optionsIn(node.body.members);
    const service = this.#renewed<Draft<Service>>(node.name.text, {
      kind: 'service',
      name: node.name.text,
      fullName: join(this.package, node.name.text),
      file: this.#file,
      options,
      deprecated: isTrue(options, 'deprecated'),
      node,
      methods: [],
      damaged: node.body.damaged,
    });
    this.types.set(node.name.text, service);
    this.#openServices.push(service);
    this.#file.services.push(service);
  }

  /** Made of what is given, but as the same object as before an edit where there is one. */
  #renewed<T extends Draft<Message> | Draft<Enum> | Draft<Service>>(relativeName: string, fresh: T): T {
    const given = this.#givenUp.get(relativeName);
    if (given?.kind !== fresh.kind) return fresh;
    // Other files' extensions of a message are no part of its text.
    if (given.kind === 'message' && fresh.kind === 'message') fresh.extensionsByNumber = given.extensionsByNumber;
    return Object.assign<object, T>(given, fresh);
  }

  #reportWhereDeclaredElsewhere(declaration: Declaration, scope: Scope): void {
    if (declaration.kind === 'extend' || this.types.get(declaration.name.text)?.node !== declaration) return;
    this.#declaration = declaration;
    const { name } = declaration;
    for (const other of scope.siblings) {
      const rival = other === this ? undefined : other.types.get(name.text);
      if (rival === undefined) continue;
      const message = `"${join(this.package, name.text)}" is already declared in ${rival.file.path}.`;
      this.#report('duplicate-name', name.span, message);
    }
  }

  #fillMessage(open: OpenMessage): void {
    this.#declaration = open.declaration;
    for (const member of open.members) {
      switch (member.kind) {
        case 'field':
          this.#addField(open, member, open.features, undefined);
          break;
        case 'oneof':
          this.#addOneof(open, member);
          break;
        case 'extend':
          this.#fillExtend(member, open.message, open.names, open.features);
          break;
        default:
          break;
      }
    }
  }

  #addOneof(open: OpenMessage, node: OneofNode): void {
    const options = optionsIn(node.body.members);
    const features = this.#featuresOf(open.features, options);
    const { message } = open;
    const oneof: Draft<Oneof> = {
      kind: 'oneof',
      name: node.name.text,
      fullName: `${message.fullName}.${node.name.text}`,
      file: this.#file,
      options,
      deprecated: isTrue(options, 'deprecated'),
      message,
      node,
      fields: [],
    };
    this.#claim(open.names, node.name);
    message.oneofs.push(oneof);
    for (const member of node.body.members) {
      if (member.kind === 'field') this.#addField(open, member, features, oneof);
    }
  }

  #addField(open: OpenMessage, node: FieldNode, inherited: Features, oneof: Draft<Oneof> | undefined): void {
    const { message, scope } = open;
    const field = this.#newField(node, fieldName(node), inherited, {
      message,
      extensionScope: undefined,
      container: message,
      scope,
      oneof,
    });
    const namesake = message.fieldsByName.get(field.name);
    if (open.names.has(field.name))
      this.#reportName(node.name, field.name, namesake && { first: namesake, second: field });
    const nameIsFree = namesake === undefined;
    const taken = Number.isNaN(field.number) ? undefined : message.fieldsByNumber.get(field.number);
    if (taken !== undefined) this.#reportNumber(field, taken);
    if (!nameIsFree && taken !== undefined) return;
    message.fields.push(field);
    oneof?.fields.push(field);
    if (nameIsFree) message.fieldsByName.set(field.name, field);
    if (taken === undefined && !Number.isNaN(field.number)) message.fieldsByNumber.set(field.number, field);
  }

  #fillExtend(node: ExtendNode, container: Draft<Message> | Draft<File>, names: Names, features: Features): void {
    const scope = container.kind === 'file' ? '' : this.#relativeName(container);
    const extendee = this.#resolve(node.extendee, scope);
    const message = extendee?.kind === 'message' ? extendee : undefined;
    for (const member of node.body.members) {
      const field = this.#newField(member, fieldName(member), features, {
        message,
        extensionScope: container,
        container,
        scope,
        oneof: undefined,
      });
      this.#claim(names, member.name, field.name);
      container.extensions.push(field);
      this.extensions.push(field);
      if (message === undefined || Number.isNaN(field.number)) continue;
      const taken = message.extensionsByNumber.get(field.number);
      if (taken !== undefined) this.#reportNumber(field, taken);
      // Whatever another file extends is made anew in the same link, so it is still a draft.
      else addExtension(message as Draft<Message>, field);
    }
  }

  #newField(
    node: FieldNode,
    name: string,
    inherited: Features,
    place: {
      readonly message: Message | undefined;
      readonly extensionScope: Message | File | undefined;
      /** Where map entries and groups are declared. */
      readonly container: Message | File;
      readonly scope: string;
      readonly oneof: Oneof | undefined;
    },
  ): Field {
    const options = optionsOf(node.options);
    const features = this.#featuresOf(inherited, options);
    const isMap = node.map !== undefined;
    const repeated = isMap || node.label?.text === 'repeated';
    const type =
      node.map === undefined
        ? this.#typeOf(node, place.scope)
        : this.#mapEntry(node, node.map, place.container, place.scope, features);
    const isExtension = place.extensionScope !== undefined;
    const fullName = join(place.container.kind === 'file' ? this.package : place.container.fullName, name);
    return {
      kind: 'field',
      name,
      fullName,
      file: this.#file,
      options,
      deprecated: isTrue(options, 'deprecated'),
      message: place.message,
      extensionScope: place.extensionScope,
      node,
      number: node.number?.value ?? NaN,
      repeated,
      type,
      isMap,
      presence: repeated ? 'implicit' : this.#presence(node, type, features, isExtension || place.oneof !== undefined),
      packed: repeated && isPackable(type) && this.#isPacked(options, features),
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

  /** Labels decide in proto2 and proto3, features in editions; without a label proto2 text is broken or old and reads as optional. */
  #presence(node: FieldNode, type: FieldType, features: Features, alwaysExplicit: boolean): Presence {
    if (alwaysExplicit) return 'explicit';
    if (node.label?.text === 'required' || features.field_presence === 'LEGACY_REQUIRED') return 'required';
    if (node.label?.text === 'optional' || type.kind === 'message') return 'explicit';
    return features.field_presence === 'EXPLICIT' ? 'explicit' : 'implicit';
  }

  #isPacked(options: Options, features: Features): boolean {
    const written = this.#hasFeatures ? undefined : options.get('packed')?.value;
    return written?.kind === 'identifier' ? written.text === 'true' : features.repeated_field_encoding === 'PACKED';
  }

  #typeOf(node: FieldNode, scope: string): FieldType {
    if (node.group !== undefined) {
      const message = this.#groups.get(node);
      return message === undefined ? this.#unknown(node.name, scope) : { kind: 'message', message };
    }
    const scalar = SCALAR_TYPES.get(node.type.text);
    if (scalar !== undefined) return scalar;
    const found = this.#resolve(node.type, scope);
    if (found === undefined) return this.#unknown(node.type, scope);
    return found.kind === 'message' ? { kind: 'message', message: found } : { kind: 'enum', enum: found };
  }

  #unknown({ text }: Name, scope: string): UnknownType {
    const name = text.replace(/^\./, '');
    const fullNames = [name];
    if (name === text)
      for (let at = join(this.package, scope); at !== ''; at = parentScope(at)) fullNames.push(`${at}.${name}`);
    return { kind: 'unresolved', name: text, fullNames: fullNames.reverse(), isElsewhere: this.#isIncomplete };
  }

  #mapEntry(
    node: FieldNode,
    map: { readonly key: Name; readonly value: Name },
    container: Message | File,
    scope: string,
    features: Features,
  ): FieldType {
    const name = mapEntryName(node.name.text);
    const entry = this.#newMessage(name, join(scope, name), container, NO_OPTIONS, features);
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
      const field = this.#newField(partNode, partName, features, {
        message: entry,
        extensionScope: undefined,
        container: entry,
        scope,
        oneof: undefined,
      });
      entry.fields.push(field);
      entry.fieldsByName.set(field.name, field);
      entry.fieldsByNumber.set(field.number, field);
    }
    return { kind: 'message', message: entry };
  }

  #fillService(service: Draft<Service>): void {
    this.#declaration = service.node;
    const names = new Names();
    for (const member of service.node.body.members) {
      if (member.kind !== 'method' || !this.#claim(names, member.name)) continue;
      const options = optionsOf(member.options);
      const method: Method = {
        kind: 'method',
        name: member.name.text,
        fullName: `${service.fullName}.${member.name.text}`,
        file: this.#file,
        options,
        deprecated: isTrue(options, 'deprecated'),
        service,
        node: member,
        input: this.#methodType(member.input),
        output: this.#methodType(member.output),
        clientStreaming: member.input.stream !== undefined,
        serverStreaming: member.output.stream !== undefined,
      };
      service.methods.push(method);
    }
  }

  #methodType(type: MethodType): Message | undefined {
    const found = this.#resolve(type.type, '');
    return found?.kind === 'message' ? found : undefined;
  }

  #resolve(name: Name, scope: string): Message | Enum | undefined {
    const found = this.#scope?.resolve(name.text, scope);
    // An empty name stands for a missing one, which the parser has reported.
    if (found === undefined && name.text !== '') {
      const kind = this.#isIncomplete ? 'unresolved-type' : 'undeclared-type';
      const message = this.#isIncomplete
        ? `"${name.text}" is not declared here or in a file that was found, so it is not compared.`
        : `"${name.text}" is not declared here or in an imported file.`;
      this.#report(kind, name.span, message, name.text);
    }
    return found;
  }

  #relativeName({ fullName }: Message | Enum | Service): string {
    return this.package === '' ? fullName : fullName.slice(this.package.length + 1);
  }

  #featuresOf(inherited: Features, options: Options): Features {
    return this.#hasFeatures && options.size > 0 ? overrideFeatures(inherited, options) : inherited;
  }

  /** Whether the name was still free in its scope; reports where it was not. */
  #claim(names: Names, name: Name, text = name.text): boolean {
    if (!names.has(text)) {
      names.add(text);
      return true;
    }
    this.#reportName(name, text);
    return false;
  }

  #reportName(name: Name, text: string, clash?: { readonly first: Field; readonly second: Field }): void {
    const message = `"${text}" is already declared in this scope.`;
    const both = clash && { ...clash, atFirst: { span: clash.first.node.name.span, message } };
    this.#report('duplicate-name', name.span, message, '', both);
  }

  #reportNumber(second: Field | EnumValue, first: Field | EnumValue): void {
    // An extension is known by where it is declared.
    const shown = (member: Field | EnumValue): string =>
      member.kind === 'field' && member.extensionScope !== undefined ? member.fullName : member.name;
    const about = (own: Field | EnumValue, other: Field | EnumValue): Pick<LinkProblem, 'span' | 'message'> => ({
      span: own.node.number?.span ?? own.node.name.span,
      message: `${own.number} is already the number of "${shown(other)}".`,
    });
    const { span, message } = about(second, first);
    this.#report('duplicate-number', span, message, '', { first, second, atFirst: about(first, second) });
  }

  #report(kind: LinkProblem['kind'], span: Span, message: string, name = '', clash?: LinkProblem['clash']): void {
    if (this.#file.builtIn) return;
    const problem = { file: this.#file.path, span, kind, message, name, ...(clash && { clash }) };
    const others = this.#problems.get(this.#declaration);
    if (others === undefined) this.#problems.set(this.#declaration, [problem]);
    else others.push(problem);
  }
}

/** With everything that is declared inside it. */
function countTypes(type: Message | Enum): number {
  if (type.kind === 'enum') return 1;
  return type.messages.reduce((count, inner) => count + countTypes(inner), 1 + type.enums.length);
}

/** The same object while it is being made. */
type Draft<T> = {
  -readonly [K in keyof T]: T[K] extends readonly (infer E)[]
    ? E[]
    : T[K] extends ReadonlyMap<infer Key, infer Value>
      ? Map<Key, Value>
      : T[K];
};

/** The names that are taken in one scope: fields, types, enum values and everything else share it. */
class Names {
  readonly #fields: ReadonlyMap<string, Field>;
  #others: Set<string> | undefined;

  /** @param fields a message's fields by name, which count without being added here: most messages have nothing else. */
  constructor(fields: ReadonlyMap<string, Field> = new Map()) {
    this.#fields = fields;
  }

  has(name: string): boolean {
    return this.#fields.has(name) || (this.#others?.has(name) ?? false);
  }

  add(name: string): void {
    this.#others ??= new Set();
    this.#others.add(name);
  }
}

interface OpenMessage {
  readonly message: Draft<Message>;
  readonly declaration: Declaration | undefined;
  readonly members: readonly MessageMember[];
  /** Its name relative to the package. */
  readonly scope: string;
  readonly names: Names;
  readonly features: Features;
}

const SCALAR_TYPES: ReadonlyMap<string, FieldType> = new Map(
  SCALARS.map((scalar) => [scalar, { kind: 'scalar', scalar }]),
);

/** Shared, because most elements have none, and never added to. */
const NO_OPTIONS = new Map<string, OptionNode>();
const NO_NAMES = new Map<string, Span>();
const NO_FIELDS = new Map<number, Field>();

/** An edition this program has never heard of is taken for the newest it knows, other unknown words for the default. */
function editionOf(node: FileNode): Edition {
  const written = node.edition;
  if (written === undefined) return 'proto2';
  const text = written.value.text;
  if (text === 'proto2' || text === 'proto3' || text === '2023' || text === '2024') return text;
  return written.keyword === 'edition' ? '2024' : 'proto2';
}

function optionsOf(nodes: readonly OptionNode[]): Map<string, OptionNode> {
  if (nodes.length === 0) return NO_OPTIONS;
  const options = new Map<string, OptionNode>();
  for (const node of nodes) if (!options.has(node.name.text)) options.set(node.name.text, node);
  return options;
}

function optionsIn(members: readonly (OptionNode | { readonly kind: string })[]): Map<string, OptionNode> {
  return optionsOf(members.filter((member): member is OptionNode => member.kind === 'option'));
}

function isTrue(options: Options, name: string): boolean {
  const value = options.get(name)?.value;
  return value?.kind === 'identifier' && value.text === 'true';
}

function stringOption(options: Options, name: string): string | undefined {
  const value = options.get(name)?.value;
  return value?.kind === 'string' ? new TextDecoder().decode(value.bytes) : undefined;
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

function addExtension(extendee: Draft<Message>, field: Field): void {
  if (extendee.extensionsByNumber === NO_FIELDS) extendee.extensionsByNumber = new Map();
  extendee.extensionsByNumber.set(field.number, field);
}

/** In a message set, whose numbers are no tags, `max` means more. */
function extensionRange(range: RangeNode, node: ExtensionsNode, messageSet: boolean): NumberRange {
  return { ...range, end: messageSet && range.end === MAX_FIELD_NUMBER ? MAX_MESSAGE_SET_NUMBER : range.end, node };
}

const MAX_FIELD_NUMBER = 2 ** 29 - 1;
const MAX_MESSAGE_SET_NUMBER = 2 ** 31 - 2;

function isPackable(type: FieldType): boolean {
  return type.kind === 'enum' || (type.kind === 'scalar' && type.scalar !== 'string' && type.scalar !== 'bytes');
}

/** A group declares a message under its name and a field under that name in lower case. */
function fieldName(node: FieldNode): string {
  return node.group === undefined ? node.name.text : lowerCase(node.name.text);
}

function lowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** As protoc makes it: underscores go, an ASCII letter after one becomes a capital, nothing else changes. */
function lowerCamelCase(name: string): string {
  if (!name.includes('_')) return name;
  // Code by code, because this runs for every field of every file, and joining pieces of strings leaves much to collect.
  let result = '';
  let codes: number[] = [];
  let capitalize = false;
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at);
    if (code === UNDERSCORE) {
      capitalize = true;
      continue;
    }
    codes.push(capitalize && code >= LOWER_A && code <= LOWER_Z ? code - (LOWER_A - UPPER_A) : code);
    capitalize = false;
    // A call takes only so many arguments, and broken text has names of any length.
    if (codes.length === 1000) {
      result += String.fromCharCode(...codes);
      codes = [];
    }
  }
  return result + String.fromCharCode(...codes);
}

const UNDERSCORE = 95;
const UPPER_A = 65;
const LOWER_A = 97;
const LOWER_Z = 122;

/** `foo_bar` -> `FooBarEntry`. */
function mapEntryName(fieldName: string): string {
  return `${lowerCamelCase(`_${fieldName}`)}Entry`;
}

function parentScope(scope: string): string {
  return scope.slice(0, Math.max(0, scope.lastIndexOf('.')));
}

function join(scope: string, name: string): string {
  return scope === '' ? name : `${scope}.${name}`;
}
