import { type Edition, knownEdition } from '../../proto/edition.ts';
import type { Declaration, FieldNode, FileNode, MessageMember, Name, Span } from '../../proto/tree.ts';
import { defaultFeatures, type Features, overrideFeatures } from '../features.ts';
import type { Enum, EnumValue, Field, File, LinkProblem, Message, Options, Service } from '../model.ts';
import { optionsOf } from '../options.ts';
import type { Scope } from '../scope.ts';
import { Names } from './names.ts';

/** An object of the schema, while it can be changed. */
export type Draft<T> = {
  -readonly [K in keyof T]: T[K] extends readonly (infer E)[]
    ? E[]
    : K extends ListView
      ? T[K]
      : T[K] extends ReadonlyMap<infer Key, infer Value>
        ? Map<Key, Value>
        : T[K];
};

/** These are views of lists; see `MemberMap`. */
type ListView = 'fieldsByNumber' | 'fieldsByName' | 'valuesByNumber' | 'valuesByName';

export type DraftType = Draft<Message> | Draft<Enum> | Draft<Service>;

/** A message without its fields, oneofs and extensions. */
export interface OpenMessage {
  readonly message: Draft<Message>;
  readonly declaration: Declaration | undefined;
  readonly members: readonly MessageMember[];
  readonly scope: string;
  readonly names: Names;
  readonly features: Features;
}

export class LinkedFile {
  readonly file: Draft<File>;
  readonly package: string;
  /** By name relative to the package. */
  readonly types = new Map<string, DraftType>();
  /** Also nested types, but no map entries. */
  readonly declared: (Draft<Message> | Draft<Enum>)[] = [];
  /** Also those that are declared in messages. */
  readonly extensions: Field[] = [];
  readonly features: Features;
  readonly names = new Names();
  /** By top-level declaration; undefined means the imports. */
  readonly reported = new Map<Declaration | undefined, LinkProblem[]>();
  /** To be filled. */
  readonly open: OpenMessage[] = [];
  readonly openServices: Draft<Service>[] = [];
  /** By the node of the group's field. */
  readonly groups = new Map<FieldNode, Draft<Message>>();
  /** By name relative to the package: the objects to reuse for an edit. */
  readonly replaced = new Map<string, DraftType>();
  /** The key of `reported` for new problems. */
  declaration: Declaration | undefined;
  scope: Scope | undefined;
  isIncomplete = false;
  /** True in editions. */
  readonly hasFeatures: boolean;

  constructor(path: string, node: FileNode, builtIn: boolean) {
    const edition = editionOf(node);
    const options = optionsOf(node.options);
    this.package = node.package?.name.text ?? '';
    this.hasFeatures = edition !== 'proto2' && edition !== 'proto3';
    this.features = this.featuresOf(defaultFeatures(edition), options);
    this.file = {
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
      jsonFormat: this.features.json_format,
      builtIn,
    };
  }

  relativeName({ fullName }: Message | Enum | Service): string {
    return this.package === '' ? fullName : fullName.slice(this.package.length + 1);
  }

  featuresOf(inherited: Features, options: Options): Features {
    return this.hasFeatures && options.size > 0 ? overrideFeatures(inherited, options) : inherited;
  }

  resolve(name: Name, scope: string): Message | Enum | undefined {
    const found = this.scope?.resolve(name.text, scope);
    // The parser reported an empty name.
    if (found === undefined && name.text !== '') {
      const kind = this.isIncomplete ? 'unresolved-type' : 'undeclared-type';
      const message = this.isIncomplete
        ? `"${name.text}" is not declared in this file or in an imported file that was found, so it is not compared.`
        : `"${name.text}" is not declared here or in an imported file.`;
      this.report(kind, name.span, message, name.text);
    }
    return found;
  }

  /** Reports a problem and returns false if the name is already taken. */
  claim(names: Names, name: Name, text = name.text): boolean {
    if (!names.has(text)) {
      names.add(text);
      return true;
    }
    this.reportName(name, text);
    return false;
  }

  reportName(name: Name, text: string, clash?: { readonly first: Field; readonly second: Field }): void {
    const message = `"${text}" is already declared in this scope.`;
    const both = clash && { ...clash, atFirst: { span: clash.first.node.name.span, message } };
    this.report('duplicate-name', name.span, message, '', both);
  }

  reportNumber(second: Field | EnumValue, first: Field | EnumValue): void {
    // For an extension, the short name can be that of a field.
    const shown = (member: Field | EnumValue): string =>
      member.kind === 'field' && member.extensionScope !== undefined ? member.fullName : member.name;
    const about = (own: Field | EnumValue, other: Field | EnumValue): Pick<LinkProblem, 'span' | 'message'> => ({
      span: own.node.number?.span ?? own.node.name.span,
      message: `The number ${own.number} is already used by "${shown(other)}".`,
    });
    const { span, message } = about(second, first);
    this.report('duplicate-number', span, message, '', { first, second, atFirst: about(first, second) });
  }

  report(kind: LinkProblem['kind'], span: Span, message: string, name = '', clash?: LinkProblem['clash']): void {
    if (this.file.builtIn) return;
    const problem = { file: this.file.path, span, kind, message, name, ...(clash && { clash }) };
    const others = this.reported.get(this.declaration);
    if (others === undefined) this.reported.set(this.declaration, [problem]);
    else others.push(problem);
  }
}

/** An unknown edition counts as the newest known one, an unknown or missing syntax as proto2. */
function editionOf(node: FileNode): Edition {
  const written = node.edition;
  if (written === undefined) return 'proto2';
  return knownEdition(written.value.text) ?? (written.keyword === 'edition' ? '2024' : 'proto2');
}
