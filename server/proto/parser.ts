import { leadingComments } from './comments.ts';
import { END, FLOAT, INTEGER, MAX_PROBLEMS, STRING, WORD, type Tokens } from './lexer.ts';
import { integerValue, stringBytes, stringText } from './literal.ts';
import { ENUM, EXTEND, FILE, Layout, MESSAGE, METHOD, ONEOF, SERVICE, type Container } from './layout.ts';
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  CLOSE_PAREN,
  COLON,
  COMMA,
  DOT,
  EQUALS,
  GREATER,
  LESS,
  MINUS,
  OPEN_BRACE,
  OPEN_BRACKET,
  OPEN_PAREN,
  SEMICOLON,
  SLASH,
} from './symbols.ts';
import type {
  Body,
  Declaration,
  EditionNode,
  EnumNode,
  EnumValueNode,
  ExtendNode,
  ExtensionsNode,
  FieldNode,
  ImportNode,
  IntegerLiteral,
  MessageMember,
  MessageNode,
  MethodNode,
  MethodType,
  Name,
  OneofNode,
  OptionField,
  OptionNode,
  OptionValue,
  PackageNode,
  Problem,
  RangeNode,
  ReservedNode,
  ServiceNode,
  Span,
  StatementNode,
} from './tree.ts';

/** What stands in a file. `failed` is set by a strict parser that gave up; the rest is then of no use. */
export interface Parsed {
  failed: boolean;
  edition: EditionNode | undefined;
  package: PackageNode | undefined;
  imports: ImportNode[];
  options: OptionNode[];
  declarations: Declaration[];
  problems: Problem[];
  damagedMembers: boolean;
  damagedHeader: boolean;
}

const NO_OPTIONS: readonly OptionNode[] = [];
const MAX_DEPTH = 100;
/** In place of the token of a `{`: it is missing in front of a body, or with its body. */
const NO_BRACE = -1;
const NO_BODY = -2;
const TOO_DEEP = `This is nested more than ${MAX_DEPTH} levels deep.`;
const MEMBER_EXPECTED = 'Expected a field or another declaration.';
/** For the strict parser, which asks a container only for its context. */
const CONTAINERS: readonly Container[] = Array.from({ length: METHOD + 1 }, (_, context) => ({
  context,
  indent: 0,
  close: -1,
  parent: undefined,
}));
const MAX_FIELD_NUMBER = 536870911;
const MAX_INT32 = 2147483647;

type FileMember = Declaration | EditionNode | PackageNode | ImportNode | OptionNode;

/** A declaration with errors inside. */
export interface Broken {
  readonly node: Declaration;
  readonly problems: readonly Problem[];
}

/** Reads a text from the first word of a declaration to its closing brace; undefined where it is not just one declaration. */
export type ReadBroken = (start: number, end: number, edition: string | undefined) => Broken | undefined;

/**
 * One pass over the tokens. Without a layout it is strict: it gives up at the first error, unless that is inside a declaration
 * that `readBroken` can read. With a layout it is tolerant: it reports, guesses and goes on.
 */
export class Parser {
  readonly #text: string;
  readonly #tokens: Tokens;
  readonly #kinds: Uint8Array;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #layout: Layout | undefined;
  readonly #readBroken: ReadBroken | undefined;
  readonly #problems: Problem[] = [];
  /** The token to be read next. */
  #i = 0;
  /** The first token of the innermost statement that was begun. */
  #first = 0;
  /** Why the statement being read cannot be read further. */
  #failure: Problem | undefined;
  /** Where the part ends that a statement must have to be worth keeping although it failed. */
  #essentialEnd = 0;
  #container: Container = { context: FILE, indent: -1, close: -1, parent: undefined };
  #damaged = false;
  #damagedHeader = false;
  /** How many of the lexer's damaged places lie behind the reader. */
  #damagesSeen = 0;
  #depth = 0;
  /** Of the file that the text belongs to: an edition, `proto2` or `proto3`; undefined where it could not be read. */
  #edition: string | undefined;

  constructor(text: string, tokens: Tokens, edition: string | undefined, how: Layout | ReadBroken) {
    this.#text = text;
    this.#tokens = tokens;
    this.#kinds = tokens.kinds;
    this.#starts = tokens.starts;
    this.#ends = tokens.ends;
    this.#layout = how instanceof Layout ? how : undefined;
    this.#readBroken = how instanceof Layout ? undefined : how;
    this.#edition = edition;
  }

  file(): Parsed {
    const parsed: Parsed = {
      failed: false,
      edition: undefined,
      package: undefined,
      imports: [],
      options: [],
      declarations: [],
      problems: this.#problems,
      damagedMembers: false,
      damagedHeader: false,
    };
    for (const member of this.#members(() => this.#fileMember())) {
      switch (member.kind) {
        case 'edition':
          parsed.edition ??= member;
          break;
        case 'package':
          if (parsed.package === undefined) parsed.package = member;
          else {
            this.#report(member.span, 'A file has one `package` statement only.');
            this.#damagedHeader = true;
          }
          break;
        case 'import':
          parsed.imports.push(member);
          break;
        case 'option':
          parsed.options.push(member);
          break;
        default:
          parsed.declarations.push(member);
      }
    }
    const firstDeclaration = parsed.declarations[0]?.span.start ?? Infinity;
    const isComplete = parsed.package !== undefined && parsed.edition !== undefined;
    if ((this.#tokens.damage[0] ?? Infinity) < firstDeclaration && !isComplete) this.#damagedHeader = true;
    this.#seeDamage(Infinity);
    parsed.failed = this.#failure !== undefined;
    parsed.damagedMembers = this.#damaged;
    parsed.damagedHeader = this.#damagedHeader;
    return parsed;
  }

  /** The message of a strict parser's first error. */
  get reason(): Problem | undefined {
    return this.#failure;
  }

  // Statements of a file

  readonly #fileMember = (): FileMember | undefined => {
    const first = this.#i;
    const reported = this.#problems.length;
    const node = this.#fileStatement(first);
    return this.#failure === undefined ? node : (this.#brokenDeclaration(first, reported) ?? node);
  };

  /** Strict: what `readBroken` makes of a declaration that failed, if counting braces says where it ends. */
  #brokenDeclaration(first: number, reported: number): Declaration | undefined {
    const end = this.#readBroken === undefined ? -1 : this.#endOfBlock(first);
    if (end < 0 || this.#failure === undefined) return undefined;
    const read = this.#readBroken?.(this.#starts[first] ?? 0, this.#ends[end] ?? 0, this.#edition);
    if (read === undefined) return undefined;
    this.#problems.length = reported;
    for (const problem of read.problems.length > 0 ? read.problems : [this.#failure]) this.#add(problem);
    this.#failure = undefined;
    this.#damaged = false;
    this.#i = end + 1;
    return { ...read.node, leadingComments: this.#leading(first) };
  }

  /** The `}` of a declaration's block by counting; -1 where there is none. */
  #endOfBlock(first: number): number {
    let depth = 0;
    for (let i = first; ; i++) {
      const kind = this.#kind(i);
      if (kind === OPEN_BRACE) depth++;
      else if (kind === CLOSE_BRACE && --depth <= 0) return depth === 0 ? i : -1;
      else if (kind === END || (kind === SEMICOLON && depth === 0)) return -1;
    }
  }

  #fileStatement(first: number): FileMember | undefined {
    switch (this.#letter(first)) {
      case 109: // m
        if (this.#is(first, 'message')) return this.#message(first, undefined);
        break;
      case 101: // e
        if (this.#is(first, 'enum')) return this.#enumeration(first, undefined);
        if (this.#is(first, 'extend')) return this.#extend(first);
        if (this.#is(first, 'edition')) return this.#editionStatement(first, 'edition');
        if (this.#is(first, 'export')) return this.#visible(first);
        break;
      case 115: // s
        if (this.#is(first, 'service')) return this.#service(first);
        if (this.#is(first, 'syntax')) return this.#editionStatement(first, 'syntax');
        break;
      case 105: // i
        if (this.#is(first, 'import')) return this.#importStatement(first);
        break;
      case 108: // l
        if (this.#is(first, 'local')) return this.#visible(first);
        break;
      case 111: // o
        if (this.#is(first, 'option')) return this.#optionStatement(first);
        break;
      case 112: // p
        if (this.#is(first, 'package')) return this.#packageStatement(first);
        break;
    }
    const guessed = this.#guessBlock(first);
    if (guessed?.kind === 'message' || guessed?.kind === 'enum' || guessed?.kind === 'service') return guessed;
    this.#fail('Expected a declaration: `message`, `enum`, `service`, `extend`, `import`, `option` or `package`.');
  }

  #editionStatement(first: number, keyword: 'syntax' | 'edition'): EditionNode | undefined {
    this.#i = first + 1;
    this.#edition = undefined;
    if (!this.#expect(EQUALS, `Expected \`=\` after \`${keyword}\`.`)) return undefined;
    const value = this.#string(
      `Expected a string after \`${keyword} =\`, for instance "${keyword === 'syntax' ? 'proto3' : '2023'}".`,
    );
    if (value === undefined) return undefined;
    this.#edition = value.text;
    if (first > 0) {
      const message = `The \`${keyword}\` statement must be the first one of the file.`;
      // Declarations on its two sides are read differently, which an edit of one of them could not know.
      if (this.#layout === undefined) this.#fail(message);
      else this.#report(this.#spanFrom(first), message);
    }
    const known =
      keyword === 'syntax'
        ? value.text === 'proto2' || value.text === 'proto3'
        : value.text === '2023' || value.text === '2024';
    if (!known) this.#report(value.span, `Unknown ${keyword} "${value.text}".`);
    const node: EditionNode = {
      kind: 'edition',
      keyword,
      value,
      span: this.#spanFrom(first),
      leadingComments: this.#leading(first),
    };
    return this.#finish(node, value.span.end, `the \`${keyword}\` statement`);
  }

  #packageStatement(first: number): PackageNode | undefined {
    this.#i = first + 1;
    const name = this.#dotted('Expected a name after `package`.');
    if (name === undefined) return undefined;
    const node: PackageNode = {
      kind: 'package',
      name,
      span: this.#spanFrom(first),
      leadingComments: this.#leading(first),
    };
    return this.#finish(node, name.span.end, 'the `package` statement');
  }

  #importStatement(first: number): ImportNode | undefined {
    this.#i = first + 1;
    let modifier: ImportNode['modifier'];
    if (this.#kind(this.#i) === WORD) {
      if (this.#is(this.#i, 'public')) modifier = 'public';
      else if (this.#is(this.#i, 'weak')) modifier = 'weak';
      else if (this.#is(this.#i, 'option')) modifier = 'option';
      if (modifier !== undefined) this.#i++;
    }
    const path = this.#string('Expected a path in quotes after `import`.');
    if (path === undefined) return undefined;
    const node: ImportNode = {
      kind: 'import',
      modifier,
      path,
      span: this.#spanFrom(first),
      leadingComments: this.#leading(first),
    };
    return this.#finish(node, path.span.end, 'the `import` statement');
  }

  /** `export message`, `local enum`. */
  #visible(first: number): MessageNode | EnumNode | undefined {
    const visibility = this.#nameAt(first);
    const next = first + 1;
    if (this.#is(next, 'message')) return this.#message(first, visibility, next + 1);
    if (this.#is(next, 'enum')) return this.#enumeration(first, visibility, next + 1);
    this.#i = next;
    this.#fail(`Expected \`message\` or \`enum\` after \`${visibility.text}\`.`);
  }

  #isVisible(first: number): boolean {
    return this.#kind(first + 2) === WORD && (this.#is(first + 1, 'message') || this.#is(first + 1, 'enum'));
  }

  #checkVisibility(visibility: Name | undefined): void {
    if (visibility === undefined || this.#edition === undefined || this.#edition === '2024') return;
    this.#report(visibility.span, `\`${visibility.text}\` needs edition 2024.`);
  }

  // Messages

  #message(first: number, visibility: Name | undefined, nameToken = first + 1): MessageNode | undefined {
    this.#i = nameToken;
    const name = this.#blockName(first, 'message');
    if (name === undefined) return undefined;
    this.#checkVisibility(visibility);
    const body = this.#body(first, 'Message', name, MESSAGE, this.#messageMember);
    if (body === undefined) return undefined;
    return {
      kind: 'message',
      visibility,
      name,
      body,
      span: this.#spanFrom(first),
      leadingComments: this.#leading(first),
    };
  }

  readonly #messageMember = (): MessageMember | undefined => {
    const first = this.#i;
    switch (this.#letter(first)) {
      case 109: // m
        if (this.#is(first, 'message')) return this.#message(first, undefined);
        break;
      case 101: // e
        if (this.#is(first, 'enum')) return this.#enumeration(first, undefined);
        if (this.#is(first, 'extend')) return this.#extend(first);
        if (this.#is(first, 'extensions')) return this.#extensions(first);
        if (this.#is(first, 'export') && this.#isVisible(first)) return this.#visible(first);
        break;
      case 108: // l
        if (this.#is(first, 'local') && this.#isVisible(first)) return this.#visible(first);
        break;
      case 111: // o
        if (this.#is(first, 'oneof')) return this.#oneof(first);
        if (this.#is(first, 'option')) return this.#optionStatement(first);
        break;
      case 114: // r
        if (this.#is(first, 'reserved')) return this.#reserved(first, MAX_FIELD_NUMBER);
        break;
    }
    const guessed = this.#guessBlock(first);
    if (guessed?.kind === 'message' || guessed?.kind === 'enum' || guessed?.kind === 'oneof') return guessed;
    return this.#field(first);
  };

  #oneof(first: number, nameToken = first + 1): OneofNode | undefined {
    this.#i = nameToken;
    const name = this.#blockName(first, 'oneof');
    if (name === undefined) return undefined;
    const body = this.#body(first, 'Oneof', name, ONEOF, this.#oneofMember);
    if (body === undefined) return undefined;
    // The fields of a oneof are the message's.
    if (body.damaged) this.#damaged = true;
    if (body.members.length === 0 && !body.damaged) this.#report(name.span, `Oneof \`${name.text}\` has no fields.`);
    return { kind: 'oneof', name, body, span: this.#spanFrom(first), leadingComments: this.#leading(first) };
  }

  readonly #oneofMember = (): FieldNode | OptionNode | undefined => {
    const first = this.#i;
    return this.#is(first, 'option') ? this.#optionStatement(first) : this.#field(first);
  };

  #extend(first: number): ExtendNode | undefined {
    this.#i = first + 1;
    const extendee = this.#typeName('Expected the name of a message after `extend`.');
    if (extendee === undefined) return undefined;
    const body = this.#body(first, 'Extend', extendee, EXTEND, this.#extendMember);
    if (body === undefined) return undefined;
    if (body.members.length === 0 && !body.damaged)
      this.#report(extendee.span, `This \`extend ${extendee.text}\` has no fields.`);
    return { kind: 'extend', extendee, body, span: this.#spanFrom(first), leadingComments: this.#leading(first) };
  }

  readonly #extendMember = (): FieldNode | undefined => this.#field(this.#i);

  #field(first: number): FieldNode | undefined {
    this.#i = first;
    const context = this.#container.context;
    let label: Name | undefined;
    if (this.#isLabel(first)) {
      label = this.#nameAt(first);
      this.#i++;
    }
    let type: Name | undefined;
    let map: FieldNode['map'];
    let isGroup = false;
    if (this.#is(this.#i, 'map') && this.#kind(this.#i + 1) === LESS) {
      const start = this.#i;
      if (label !== undefined && (this.#layout === undefined || this.#startsLine(start))) {
        // The label is of a field that is just being typed, above this one.
        this.#fail(`Expected a type after \`${label.text}\`.`);
        return;
      }
      map = this.#mapTypes();
      if (map === undefined) return undefined;
      type = { text: `map<${map.key.text}, ${map.value.text}>`, span: this.#spanFrom(start) };
    } else if (this.#is(this.#i, 'group')) {
      isGroup = true;
      type = this.#nameAt(this.#i++);
    } else {
      type = this.#typeName(label === undefined ? MEMBER_EXPECTED : `Expected a type after \`${label.text}\`.`);
      if (type === undefined) return undefined;
    }
    if (this.#kind(this.#i) !== WORD || this.#startsNextStatement(this.#i)) {
      this.#fail(`Expected a field name after the type \`${type.text}\`.`);
      return;
    }
    const name = this.#nameAt(this.#i++);
    const number = this.#number('field', name, false);
    let options = NO_OPTIONS;
    let group: FieldNode['group'];
    if (number !== undefined) {
      if (number.value > MAX_FIELD_NUMBER || number.value === 0) {
        this.#report(number.span, `Field numbers go from 1 to ${MAX_FIELD_NUMBER}.`);
      }
      if (this.#kind(this.#i) === OPEN_BRACKET) options = this.#fieldOptions();
      if (isGroup && this.#failure === undefined) {
        group = this.#body(first, 'Group', name, MESSAGE, this.#messageMember);
        if (group === undefined) return undefined;
      }
    }
    this.#checkLabel(label, type, name, context, map !== undefined);
    if (isGroup) this.#checkGroup(type, name);
    const node: FieldNode = {
      kind: 'field',
      label,
      type,
      map,
      name,
      number,
      options,
      group,
      span: this.#spanFrom(first),
      leadingComments: this.#leading(first),
    };
    if (group !== undefined) return node;
    return this.#finish(node, name.span.end, 'field', name);
  }

  #isLabel(token: number): boolean {
    const letter = this.#letter(token);
    if (letter === 111) return this.#is(token, 'optional');
    return letter === 114 && (this.#is(token, 'repeated') || this.#is(token, 'required'));
  }

  #mapTypes(): { key: Name; value: Name } | undefined {
    this.#i += 2;
    const key = this.#typeName('Expected the type of the keys after `map<`.');
    if (key === undefined) return undefined;
    if (!this.#expect(COMMA, 'Expected `,` between the types of a map.')) return undefined;
    const value = this.#typeName('Expected the type of the values.');
    if (value === undefined) return undefined;
    if (!this.#expect(GREATER, 'Expected `>` after the types of a map.')) return undefined;
    return { key, value };
  }

  /** What protoc's own parser says about labels. */
  #checkLabel(label: Name | undefined, type: Name, name: Name, context: number, isMap: boolean): void {
    if (this.#edition === undefined) return;
    if (isMap && context === ONEOF) this.#report(type.span, 'A oneof cannot hold a map.');
    if (label === undefined) {
      if (this.#edition === 'proto2' && context !== ONEOF && !isMap) {
        const message = `Field \`${name.text}\` needs \`optional\`, \`repeated\` or \`required\` in proto2.`;
        this.#add({ span: { ...type.span }, message, needsLabel: true });
      }
    } else if (context === ONEOF) {
      this.#report(label.span, 'Fields of a oneof have no label.');
    } else if (isMap) {
      this.#report(label.span, 'Map fields have no label.');
    } else if (label.text === 'required' && this.#edition !== 'proto2') {
      this.#report(
        label.span,
        this.#edition === 'proto3'
          ? 'proto3 has no required fields.'
          : 'Editions have `features.field_presence = LEGACY_REQUIRED` in place of `required`.',
      );
    } else if (label.text === 'optional' && this.#edition !== 'proto2' && this.#edition !== 'proto3') {
      this.#report(label.span, 'Editions have `features.field_presence` in place of `optional`.');
    }
  }

  #checkGroup(type: Name, name: Name): void {
    if (this.#edition !== 'proto2' && this.#edition !== undefined) {
      this.#report(
        type.span,
        this.#edition === 'proto3'
          ? 'proto3 has no groups.'
          : 'Editions have `features.message_encoding = DELIMITED` in place of groups.',
      );
    }
    const letter = name.text.charCodeAt(0);
    if (letter < 65 || letter > 90)
      this.#report(name.span, `The name of a group must begin with a capital letter: \`${name.text}\`.`);
  }

  #reserved(first: number, max: number): ReservedNode | undefined {
    this.#i = first + 1;
    const ranges: RangeNode[] = [];
    const names: Name[] = [];
    const kind = this.#kind(this.#i);
    if (kind === STRING || (kind === WORD && !this.#is(this.#i, 'max'))) this.#reservedNames(names);
    else this.#ranges(ranges, max, 'Expected a number, or a name in quotes, after `reserved`.');
    if (ranges.length === 0 && names.length === 0) return undefined;
    const end = this.#ends[this.#i - 1] ?? 0;
    const node: ReservedNode = {
      kind: 'reserved',
      ranges,
      names,
      span: this.#spanFrom(first),
      leadingComments: this.#leading(first),
    };
    const lastEnd = ranges.at(-1)?.span.end ?? names.at(-1)?.span.end ?? end;
    return this.#finish(node, lastEnd, 'the `reserved` statement');
  }

  #reservedNames(names: Name[]): void {
    for (;;) {
      let name: Name | undefined;
      if (this.#kind(this.#i) === WORD && !(this.#startsLine(this.#i) && this.#continuesElsewhere(this.#i))) {
        name = this.#nameAt(this.#i++);
        if (this.#edition === 'proto2' || this.#edition === 'proto3')
          this.#report(name.span, `Put reserved names in quotes: "${name.text}".`);
      } else {
        name = this.#string('Expected a reserved name.');
        if (name === undefined) return;
        if (this.#edition !== undefined && this.#edition !== 'proto2' && this.#edition !== 'proto3') {
          this.#report(name.span, `Editions have reserved names without quotes: ${name.text}.`);
        } else if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name.text)) {
          this.#report(name.span, `"${name.text}" is no valid name.`);
        }
      }
      names.push(name);
      if (this.#kind(this.#i) !== COMMA) return;
      this.#i++;
    }
  }

  #ranges(ranges: RangeNode[], max: number, message: string): void {
    for (;;) {
      const first = this.#i;
      const start = this.#rangeEnd(max, message, false);
      if (start === undefined) return;
      let end = start;
      if (this.#is(this.#i, 'to')) {
        this.#i++;
        const last = this.#rangeEnd(max, 'Expected a number or `max` after `to`.', true);
        if (last === undefined) return;
        end = last;
      }
      const range: RangeNode = { start, end, span: this.#spanFrom(first) };
      if (end < start) this.#report(range.span, 'This range ends before it starts.');
      ranges.push(range);
      if (this.#kind(this.#i) !== COMMA) return;
      this.#i++;
      message = 'Expected a number after `,`.';
    }
  }

  #rangeEnd(max: number, message: string, allowMax: boolean): number | undefined {
    if (allowMax && this.#is(this.#i, 'max')) {
      this.#i++;
      return max;
    }
    return this.#integer(message, max === MAX_INT32)?.value;
  }

  #extensions(first: number): ExtensionsNode | undefined {
    this.#i = first + 1;
    const ranges: RangeNode[] = [];
    this.#ranges(ranges, MAX_FIELD_NUMBER, 'Expected a number after `extensions`.');
    if (ranges.length === 0) return undefined;
    const end = this.#ends[this.#i - 1] ?? 0;
    const options =
      this.#failure === undefined && this.#kind(this.#i) === OPEN_BRACKET ? this.#fieldOptions() : NO_OPTIONS;
    const node: ExtensionsNode = {
      kind: 'extensions',
      ranges,
      options,
      span: this.#spanFrom(first),
      leadingComments: this.#leading(first),
    };
    return this.#finish(node, Math.min(end, ranges.at(-1)?.span.end ?? end), 'the `extensions` statement');
  }

  // Enums

  #enumeration(first: number, visibility: Name | undefined, nameToken = first + 1): EnumNode | undefined {
    this.#i = nameToken;
    const name = this.#blockName(first, 'enum');
    if (name === undefined) return undefined;
    this.#checkVisibility(visibility);
    const body = this.#body(first, 'Enum', name, ENUM, this.#enumMember);
    if (body === undefined) return undefined;
    return { kind: 'enum', visibility, name, body, span: this.#spanFrom(first), leadingComments: this.#leading(first) };
  }

  readonly #enumMember = (): EnumValueNode | OptionNode | ReservedNode | undefined => {
    const first = this.#i;
    if (this.#is(first, 'option')) return this.#optionStatement(first);
    if (this.#is(first, 'reserved')) return this.#reserved(first, MAX_INT32);
    if (this.#kind(first) !== WORD) {
      this.#fail('Expected an enum value, `option` or `reserved`.');
      return;
    }
    this.#i++;
    const name = this.#nameAt(first);
    const number = this.#number('enum value', name, true);
    const options = number !== undefined && this.#kind(this.#i) === OPEN_BRACKET ? this.#fieldOptions() : NO_OPTIONS;
    const node: EnumValueNode = {
      kind: 'enumValue',
      name,
      number,
      options,
      span: this.#spanFrom(first),
      leadingComments: this.#leading(first),
    };
    return this.#finish(node, name.span.end, 'enum value', name);
  };

  // Services

  #service(first: number, nameToken = first + 1): ServiceNode | undefined {
    this.#i = nameToken;
    const name = this.#blockName(first, 'service');
    if (name === undefined) return undefined;
    const body = this.#body(first, 'Service', name, SERVICE, this.#serviceMember);
    if (body === undefined) return undefined;
    return { kind: 'service', name, body, span: this.#spanFrom(first), leadingComments: this.#leading(first) };
  }

  readonly #serviceMember = (): MethodNode | OptionNode | undefined => {
    const first = this.#i;
    if (this.#is(first, 'rpc')) return this.#method(first);
    if (this.#is(first, 'option')) return this.#optionStatement(first);
    this.#fail('Expected `rpc` or `option`.');
  };

  #method(first: number): MethodNode | undefined {
    this.#i = first + 1;
    const name = this.#blockName(first, 'rpc');
    if (name === undefined) return undefined;
    const input = this.#methodType(`Expected \`(\` and the request's type after \`rpc ${name.text}\`.`);
    if (input === undefined) return undefined;
    if (!this.#is(this.#i, 'returns')) {
      this.#fail(`Expected \`returns\` after the request's type of \`${name.text}\`.`);
      return;
    }
    this.#i++;
    const output = this.#methodType("Expected `(` and the response's type after `returns`.");
    if (output === undefined) return undefined;
    const end = this.#ends[this.#i - 1] ?? 0;
    let options = NO_OPTIONS;
    if (this.#kind(this.#i) === OPEN_BRACE) {
      const body = this.#body(first, 'Method', name, METHOD, this.#methodMember);
      if (body === undefined) return undefined;
      // A method has no body in the tree that could say so.
      if (body.damaged) this.#damaged = true;
      options = body.members;
    }
    const node: MethodNode = {
      kind: 'method',
      name,
      input,
      output,
      options,
      span: this.#spanFrom(first),
      leadingComments: this.#leading(first),
    };
    return this.#kind(this.#i - 1) === CLOSE_BRACE ? node : this.#finish(node, end, 'method', name);
  }

  #methodType(message: string): MethodType | undefined {
    if (!this.#expect(OPEN_PAREN, message)) return undefined;
    const stream = this.#is(this.#i, 'stream') ? this.#nameAt(this.#i++) : undefined;
    const type = this.#typeName('Expected the name of a message.');
    if (type === undefined) return undefined;
    if (!this.#expect(CLOSE_PAREN, `Expected \`)\` after \`${type.text}\`.`)) return undefined;
    return { stream, type };
  }

  readonly #methodMember = (): OptionNode | undefined => {
    const first = this.#i;
    if (this.#is(first, 'option')) return this.#optionStatement(first);
    this.#fail('Expected `option`.');
  };

  // Options

  #optionStatement(first: number): OptionNode | undefined {
    this.#i = first + 1;
    const node = this.#option(first);
    return node === undefined ? undefined : this.#finish(node, node.value.span.end, 'the option');
  }

  /** The options in brackets behind a field; those that could be read where `failure` is set. */
  #fieldOptions(): readonly OptionNode[] {
    this.#i++;
    const options: OptionNode[] = [];
    for (;;) {
      const option = this.#option(this.#i);
      if (option === undefined) return options;
      options.push(option);
      if (this.#kind(this.#i) !== COMMA) break;
      this.#i++;
    }
    this.#expect(CLOSE_BRACKET, 'Expected `,` or `]` after this option.');
    return options;
  }

  /** `name = value`, the first token being `first`. */
  #option(first: number): OptionNode | undefined {
    const name = this.#optionName();
    if (name === undefined) return undefined;
    if (!this.#expect(EQUALS, `Expected \`=\` after the option \`${name.text}\`.`)) return undefined;
    const kind = this.#kind(this.#i);
    if (kind === OPEN_BRACKET || kind === LESS) {
      this.#fail('Expected the value of the option.');
      return;
    }
    const value = this.#value('Expected the value of the option.');
    if (value === undefined) return undefined;
    if (value.kind === 'identifier' && kind === MINUS && value.text !== '-inf' && value.text !== '-nan') {
      this.#fail('Only a number, `inf` or `nan` can follow `-`.');
      return;
    }
    return { kind: 'option', name, value, span: this.#spanFrom(first), leadingComments: this.#leading(first) };
  }

  #optionName(): Name | undefined {
    const first = this.#i;
    let text = '';
    for (;;) {
      if (this.#kind(this.#i) === OPEN_PAREN) {
        this.#i++;
        const name = this.#typeName('Expected the name of an option after `(`.');
        if (name === undefined) return undefined;
        if (!this.#expect(CLOSE_PAREN, `Expected \`)\` after \`${name.text}\`.`)) return undefined;
        text += `(${name.text})`;
      } else if (this.#kind(this.#i) === WORD && !(this.#i > this.#first && this.#startsNextStatement(this.#i))) {
        text += this.#textOf(this.#i++);
      } else {
        this.#fail('Expected the name of an option.');
        return;
      }
      if (this.#kind(this.#i) !== DOT) break;
      this.#i++;
      text += '.';
    }
    return { text, span: this.#spanFrom(first) };
  }

  #value(message: string): OptionValue | undefined {
    const first = this.#i;
    switch (this.#kind(first)) {
      case STRING:
        return this.#bytes();
      case WORD:
        if (this.#startsNextStatement(first)) break;
        this.#i++;
        return { kind: 'identifier', text: this.#textOf(first), span: this.#spanFrom(first) };
      case INTEGER:
      case FLOAT:
        this.#i++;
        return { kind: 'number', text: this.#textOf(first), span: this.#spanFrom(first) };
      case MINUS: {
        const kind = this.#kind(first + 1);
        if (kind !== WORD && kind !== INTEGER && kind !== FLOAT) {
          this.#fail('Expected a number after `-`.');
          return;
        }
        this.#i += 2;
        const text = `-${this.#textOf(first + 1)}`;
        return kind === WORD
          ? { kind: 'identifier', text, span: this.#spanFrom(first) }
          : { kind: 'number', text, span: this.#spanFrom(first) };
      }
      case OPEN_BRACE:
      case LESS:
        return this.#nested(() => this.#messageValue());
      case OPEN_BRACKET:
        return this.#nested(() => this.#listValue());
    }
    this.#fail(message);
  }

  #nested(read: () => OptionValue | undefined): OptionValue | undefined {
    if (this.#depth >= MAX_DEPTH) {
      this.#fail(TOO_DEEP);
      return;
    }
    this.#depth++;
    const value = read();
    this.#depth--;
    return value;
  }

  #bytes(): OptionValue | undefined {
    const first = this.#i++;
    let bytes = stringBytes(this.#text, this.#starts[first] ?? 0, this.#ends[first] ?? 0);
    while (this.#kind(this.#i) === STRING) {
      const more = stringBytes(this.#text, this.#starts[this.#i] ?? 0, this.#ends[this.#i] ?? 0);
      const joined = new Uint8Array(bytes.length + more.length);
      joined.set(bytes);
      joined.set(more, bytes.length);
      bytes = joined;
      this.#i++;
    }
    return { kind: 'string', bytes, span: this.#spanFrom(first) };
  }

  /** A message in text format, `{ … }` or `< … >`. */
  #messageValue(): OptionValue | undefined {
    const first = this.#i++;
    const close = this.#kind(first) === LESS ? GREATER : CLOSE_BRACE;
    const fields: OptionField[] = [];
    while (this.#kind(this.#i) !== close) {
      const name = this.#valueFieldName(close);
      if (name === undefined) return undefined;
      const colon = this.#kind(this.#i) === COLON;
      if (colon) this.#i++;
      const kind = this.#kind(this.#i);
      if (!colon && kind !== OPEN_BRACE && kind !== LESS && kind !== OPEN_BRACKET) {
        this.#fail(`Expected \`:\` after \`${name.text}\`.`);
        return;
      }
      const value = this.#value(`Expected a value for \`${name.text}\`.`);
      if (value === undefined) return undefined;
      fields.push({ name, value });
      const separator = this.#kind(this.#i);
      if (separator === COMMA || separator === SEMICOLON) this.#i++;
    }
    this.#i++;
    return { kind: 'message', fields, span: this.#spanFrom(first) };
  }

  #valueFieldName(close: number): Name | undefined {
    const first = this.#i;
    if (this.#kind(first) === WORD) {
      this.#i++;
      return this.#nameAt(first);
    }
    if (this.#kind(first) !== OPEN_BRACKET) {
      this.#fail(`Expected the name of a field, or \`${String.fromCharCode(close)}\`.`);
      return;
    }
    this.#i++;
    let text = '[';
    for (;;) {
      const kind = this.#kind(this.#i);
      if (kind === CLOSE_BRACKET && text.length > 1) break;
      if (kind !== WORD && kind !== DOT && kind !== SLASH && kind !== MINUS && kind !== INTEGER) {
        this.#fail('Expected the name of an extension, or an address with a type, between `[` and `]`.');
        return;
      }
      text += this.#textOf(this.#i++);
    }
    this.#i++;
    return { text: `${text}]`, span: this.#spanFrom(first) };
  }

  #listValue(): OptionValue | undefined {
    const first = this.#i++;
    const values: OptionValue[] = [];
    while (this.#kind(this.#i) !== CLOSE_BRACKET) {
      const value = this.#value('Expected a value, or `]`.');
      if (value === undefined) return undefined;
      values.push(value);
      if (this.#kind(this.#i) !== COMMA) break;
      this.#i++;
      if (this.#kind(this.#i) === CLOSE_BRACKET) {
        this.#fail('Expected a value after `,`.');
        return;
      }
    }
    if (!this.#expect(CLOSE_BRACKET, 'Expected `,` or `]`.')) return undefined;
    return { kind: 'list', values, span: this.#spanFrom(first) };
  }

  // Blocks

  #body<M extends StatementNode>(
    first: number,
    what: string,
    owner: Name,
    context: number,
    read: () => M | undefined,
  ): Body<M> | undefined {
    const brace = this.#openBrace(first, what, owner);
    if (brace === undefined) return undefined;
    if (brace.token === NO_BODY) {
      this.#damaged = true;
      return { members: [], damaged: true, span: { start: brace.start, end: brace.start } };
    }
    if (this.#depth >= MAX_DEPTH) {
      this.#fail(TOO_DEEP);
      return;
    }
    this.#depth++;
    this.#seeDamage(brace.start);
    const outer = this.#container;
    const outerDamaged = this.#damaged;
    this.#damaged = false;
    this.#container = this.#layout?.container(context, first, brace.token, outer) ?? CONTAINERS[context] ?? outer;
    const members = this.#members(read);
    const close = this.#i;
    const atEnd = this.#closeBrace(what, owner);
    const end = this.#ends[this.#i - 1] ?? 0;
    this.#seeDamage(end);
    // The members that were read in between may have set it, which the compiler cannot see.
    const damaged = (this.#damaged as boolean) || atEnd || (this.#i === close && this.#isDamagedBefore(close));
    this.#container = outer;
    this.#damaged = outerDamaged || atEnd;
    this.#depth--;
    if (this.#layout === undefined && this.#failure !== undefined) return undefined;
    return { members, damaged, span: { start: brace.start, end } };
  }

  /** Reads `{`. Tolerant: it may stand behind words that do not belong there, or be missing in front of an indented body. */
  #openBrace(first: number, what: string, owner: Name): { token: number; start: number } | undefined {
    const token = this.#i;
    const start = this.#starts[token] ?? 0;
    if (this.#kind(token) === OPEN_BRACE) {
      this.#i++;
      return { token, start };
    }
    const message = `Expected \`{\` after ${what.toLowerCase()} \`${owner.text}\`.`;
    const layout = this.#layout;
    if (layout === undefined) {
      this.#fail(message);
      return;
    }
    for (let i = token; this.#kind(i) !== END && layout.onOneLine(token - 1, i); i++) {
      if (this.#kind(i) === OPEN_BRACE) {
        this.#report(this.#spanOf(token), message);
        this.#i = i + 1;
        return { token: i, start: this.#starts[i] ?? 0 };
      }
    }
    if (!layout.isFirstOnLine(token) && this.#kind(token) !== END) {
      this.#fail(message);
      return;
    }
    this.#report(this.#spanOf(token - 1), message);
    const end = this.#ends[token - 1] ?? 0;
    const hasBody = this.#kind(token) !== END && layout.indentOf(token) > layout.indentOf(first);
    return hasBody ? { token: NO_BRACE, start } : { token: NO_BODY, start: end };
  }

  /** Reads `}` where it belongs to the container. Returns whether the text ended before. */
  #closeBrace(what: string, owner: Name): boolean {
    const kind = this.#kind(this.#i);
    if (
      kind === CLOSE_BRACE &&
      (this.#layout === undefined || this.#layout.closing(this.#i, this.#container) === 'own')
    ) {
      this.#i++;
      return false;
    }
    const message = `Expected \`}\`: ${what.toLowerCase()} \`${owner.text}\` is not closed.`;
    if (this.#layout === undefined) this.#fail(message);
    else this.#report(this.#missingBrace(this.#layout), message);
    return kind === END;
  }

  /** Where a `}` is missing: behind what is in the container by its indentation, where it is most likely being typed. */
  #missingBrace(layout: Layout): Span {
    const last = this.#spanOf(this.#i - 1);
    const comment = layout.lastComment(this.#i, this.#container);
    return comment === undefined ? last : { start: comment.end - 1, end: comment.end };
  }

  /** The statements up to the container's end, which is not read. */
  #members<M extends StatementNode>(read: () => M | undefined): M[] {
    const layout = this.#layout;
    const container = this.#container;
    const members: M[] = [];
    const allowsEmpty = (container.context & (ONEOF | EXTEND)) === 0;
    for (;;) {
      const first = this.#i;
      const kind = this.#kinds[first];
      if (kind === END) return members;
      if (kind === CLOSE_BRACE) {
        if (layout === undefined ? container.context !== FILE : layout.closing(first, container) !== 'stray')
          return members;
        if (layout === undefined) {
          this.#fail('Unexpected `}`.');
          return members;
        }
        this.#report(this.#spanOf(first), 'Unexpected `}`.');
        this.#closedEarly(members);
        this.#i++;
        continue;
      }
      if (kind === SEMICOLON && (allowsEmpty || layout !== undefined)) {
        if (!allowsEmpty) this.#report(this.#spanOf(first), 'Unexpected `;`.');
        this.#i++;
        continue;
      }
      if (layout?.leaves(first, container)) return members;
      this.#first = first;
      const node = read();
      if (this.#failure === undefined) {
        if (node !== undefined) members.push(node);
        continue;
      }
      if (layout === undefined) return members;
      if (container.context === FILE) this.#headerMayBeLost(first, members);
      if ((layout.looksLike(first) & container.context) === 0) this.#closedEarly(members);
      this.#recover(first, layout);
      const limit = this.#i > first ? (this.#starts[this.#i] ?? 0) : 0;
      if (node !== undefined && this.#essentialEnd <= limit) members.push(this.#trimmed(node, limit));
    }
  }

  // What broken statements leave behind

  /** Goes on behind a statement that failed: at its end, or at the first line in it that looks like a statement of its own. */
  #recover(first: number, layout: Layout): void {
    const kinds = this.#kinds;
    const container = this.#container;
    const failed = Math.max(this.#i, first);
    if (this.#failure !== undefined) this.#report(this.#failure.span, this.#failure.message);
    this.#failure = undefined;
    this.#damaged = true;
    const indent = layout.indentOf(first);
    let braces = 0;
    let brackets = 0;
    for (let i = first; ; i++) {
      const kind = kinds[i];
      if (kind === END) {
        this.#i = i;
        return;
      }
      const mayStart = layout.isFirstOnLine(i)
        ? !(brackets > 0 && layout.indentOf(i) > indent)
        : i >= failed && kinds[i - 1] !== DOT && layout.onOneLine(first, i);
      if (i > first && mayStart && this.#startsStatement(i, layout)) {
        this.#i = i;
        return;
      }
      if (kind === OPEN_BRACE && i > first) {
        const close = layout.close(first, i);
        if (close < 0 || (container.close >= 0 && close >= container.close)) {
          braces++;
        } else {
          i = close;
          if (braces === 0 && i >= failed) {
            this.#i = i + 1;
            return;
          }
        }
      } else if (kind === CLOSE_BRACE) {
        if (braces > 0 && !layout.dedents(i, first)) {
          braces--;
          if (braces === 0 && i >= failed) {
            this.#i = i + 1;
            return;
          }
        } else if (layout.closing(i, container) !== 'stray') {
          this.#i = i;
          return;
        }
      } else if (kind === OPEN_BRACKET) {
        brackets++;
      } else if (kind === CLOSE_BRACKET) {
        brackets--;
      } else if (kind === SEMICOLON && i >= failed && braces === 0) {
        this.#i = i + 1;
        return;
      }
    }
  }

  #startsStatement(token: number, layout: Layout): boolean {
    const kinds = layout.looksLike(token);
    return kinds !== 0 && ((kinds & this.#container.context) !== 0 || layout.leaves(token, this.#container));
  }

  /** Tolerant: whether a word is the first of a line with a statement of its own, so that the one before is unfinished. */
  #startsNextStatement(token: number): boolean {
    return this.#layout?.isFirstOnLine(token) === true && this.#startsStatement(token, this.#layout);
  }

  /** Cuts off what a failed statement took from the statements behind it. */
  #trimmed<M extends StatementNode>(node: M, limit: number): M {
    node.span.end = this.#ends[this.#i - 1] ?? limit;
    if ('options' in node && node.options.length > 0)
      return { ...node, options: node.options.filter((option) => option.span.end <= limit) };
    return node;
  }

  /** Tolerant: reads a block whose keyword is missing or misspelt, as what its first statement says it is. */
  #guessBlock(first: number): MessageNode | EnumNode | ServiceNode | OneofNode | undefined {
    const keyword = this.#layout?.guessKeyword(first, this.#container.context);
    if (keyword === undefined) return undefined;
    this.#report(this.#spanOf(first), `Expected \`${keyword}\`.`);
    this.#damaged = true;
    const name = this.#kind(first + 1) === WORD ? first + 1 : first;
    if (keyword === 'message') return this.#message(first, undefined, name);
    if (keyword === 'enum') return this.#enumeration(first, undefined, name);
    return keyword === 'service' ? this.#service(first, name) : this.#oneof(first, name);
  }

  /** `syntax`, `edition` and `package` stand above all declarations: what cannot be read there may have been one of them. */
  #headerMayBeLost(first: number, members: readonly StatementNode[]): void {
    const isHeader = this.#is(first, 'package') || this.#is(first, 'syntax') || this.#is(first, 'edition');
    const hasDeclaration = members.some((member) => 'body' in member);
    const isComplete =
      members.some((member) => member.kind === 'package') && members.some((member) => member.kind === 'edition');
    if (isHeader || (!hasDeclaration && !isComplete)) this.#damagedHeader = true;
  }

  /** Damage that the lexer found up to an offset belongs to the container being read. */
  #seeDamage(end: number): void {
    const { damage } = this.#tokens;
    for (; (damage[this.#damagesSeen] ?? Infinity) < end; this.#damagesSeen++) this.#damaged = true;
  }

  /** Whether the lexer found damage between what has been read and a token: where a block is not closed, its rest may be behind. */
  #isDamagedBefore(token: number): boolean {
    return (this.#tokens.damage[this.#damagesSeen] ?? Infinity) < (this.#starts[token] ?? 0);
  }

  /** What stands behind the last block may have belonged into it, and its own `}` may have been that of a block in it. */
  #closedEarly(members: readonly StatementNode[]): void {
    const last = members.findLast((member) => 'body' in member);
    if (last !== undefined) damage(last);
  }

  /** Ends a statement with its `;`. Returns the node even where that fails: it is kept if `essentialEnd` was read. */
  #finish<M extends StatementNode>(node: M, essentialEnd: number, what: string, name?: Name): M {
    if (this.#failure === undefined) {
      if (this.#kinds[this.#i] === SEMICOLON) {
        this.#i++;
        node.span.end = this.#ends[this.#i - 1] ?? 0;
        return node;
      }
      const message = `Expected \`;\` after ${what}${name === undefined ? '' : ` \`${name.text}\``}.`;
      const layout = this.#layout;
      const next = this.#kind(this.#i);
      if (
        layout !== undefined &&
        (next === END ||
          next === CLOSE_BRACE ||
          layout.isFirstOnLine(this.#i) ||
          this.#startsStatement(this.#i, layout))
      ) {
        this.#report(this.#spanOf(this.#i - 1), message);
        return node;
      }
      this.#fail(message);
    }
    this.#essentialEnd = essentialEnd;
    return node;
  }

  // Parts of statements

  /** `= number`. Undefined with a failure where there is none. */
  #number(what: string, name: Name, signed: boolean): IntegerLiteral | undefined {
    if (this.#kinds[this.#i] === EQUALS) {
      this.#i++;
      return this.#integer(`Expected a number after \`${name.text} =\`.`, signed);
    }
    const message = `Expected \`=\` and a number after ${what} \`${name.text}\`.`;
    if (this.#layout === undefined || this.#kind(this.#i) !== INTEGER || this.#layout.isFirstOnLine(this.#i)) {
      this.#fail(message);
      return;
    }
    this.#report(this.#spanOf(this.#i), message);
    return this.#integer(message, signed);
  }

  #integer(message: string, signed: boolean): IntegerLiteral | undefined {
    const first = this.#i;
    const negative = signed && this.#kind(first) === MINUS;
    const token = negative ? first + 1 : first;
    if (this.#kinds[token] !== INTEGER) {
      this.#fail(message);
      return;
    }
    this.#i = token + 1;
    const magnitude = integerValue(this.#textOf(token));
    const value = negative && magnitude !== 0 ? -magnitude : magnitude;
    const span = this.#spanFrom(first);
    if (value > MAX_INT32 || value < -MAX_INT32 - 1) this.#report(span, 'This number is out of range.');
    return { value, span };
  }

  /** The name of a block or method, which stands on the line of its keyword. */
  #blockName(first: number, keyword: string): Name | undefined {
    const token = this.#layout?.blockName(this.#i) ?? this.#i;
    if (this.#kind(token) === WORD && !(this.#startsLine(token) && this.#continuesElsewhere(token))) {
      if (token > this.#i) this.#report(this.#spanOf(this.#i), `Expected a name after \`${keyword}\`.`);
      this.#i = token + 1;
      return this.#nameAt(token);
    }
    if (keyword === 'oneof' && this.#layout !== undefined && this.#kind(token) === OPEN_BRACE) {
      // The fields are the message's own, whatever the oneof is called.
      this.#report(this.#spanOf(first), 'Expected a name after `oneof`.');
      this.#damaged = true;
      const end = this.#ends[first] ?? 0;
      return { text: '', span: { start: end, end } };
    }
    this.#fail(`Expected a name after \`${keyword}\`.`);
  }

  /** A word, or words with dots between them. */
  #dotted(message: string): Name | undefined {
    const first = this.#i;
    if (this.#kinds[first] !== WORD) {
      this.#fail(message);
      return;
    }
    return this.#typeName(message);
  }

  /** A dotted name with or without a dot in front. */
  #typeName(message: string): Name | undefined {
    const kinds = this.#kinds;
    const starts = this.#starts;
    const ends = this.#ends;
    const first = this.#i;
    let i = kinds[first] === DOT ? first + 1 : first;
    if (kinds[i] !== WORD || (first > this.#first && this.#startsNextStatement(first))) {
      this.#i = i;
      this.#fail(message);
      return;
    }
    while (kinds[i + 1] === DOT) {
      i += 2;
      if (kinds[i] !== WORD || this.#startsNextStatement(i)) {
        this.#i = i;
        this.#fail('Expected a name after `.`.');
        return;
      }
    }
    this.#i = i + 1;
    const start = starts[first] ?? 0;
    const end = ends[i] ?? 0;
    let length = 0;
    for (let n = first; n <= i; n++) length += (ends[n] ?? 0) - (starts[n] ?? 0);
    let text = '';
    if (length === end - start) text = this.#text.slice(start, end);
    else for (let n = first; n <= i; n++) text += this.#textOf(n);
    return { text, span: { start, end } };
  }

  /** A string, or several in a row, which count as one. */
  #string(message: string): Name | undefined {
    const first = this.#i;
    if (this.#kind(first) !== STRING) {
      this.#fail(message);
      return;
    }
    let text = '';
    for (; this.#kind(this.#i) === STRING; this.#i++)
      text += stringText(this.#text, this.#starts[this.#i] ?? 0, this.#ends[this.#i] ?? 0);
    return { text, span: this.#spanFrom(first) };
  }

  #expect(kind: number, message: string): boolean {
    if (this.#kind(this.#i) === kind) {
      this.#i++;
      return true;
    }
    this.#fail(message);
    return false;
  }

  // Tokens

  #kind(token: number): number {
    return this.#kinds[token] ?? END;
  }

  #is(token: number, word: string): boolean {
    const start = this.#starts[token] ?? 0;
    return (
      (this.#ends[token] ?? 0) - start === word.length &&
      this.#kinds[token] === WORD &&
      this.#text.startsWith(word, start)
    );
  }

  /** The character code of the first letter of a word; 0 for other tokens. */
  #letter(token: number): number {
    return this.#kinds[token] === WORD ? this.#text.charCodeAt(this.#starts[token] ?? 0) : 0;
  }

  #textOf(token: number): string {
    return this.#text.slice(this.#starts[token], this.#ends[token]);
  }

  #nameAt(token: number): Name {
    const start = this.#starts[token] ?? 0;
    const end = this.#ends[token] ?? 0;
    return { text: this.#text.slice(start, end), span: { start, end } };
  }

  #spanOf(token: number): Span {
    return { start: this.#starts[token] ?? 0, end: this.#ends[token] ?? 0 };
  }

  /** From a token to the last one read. */
  #spanFrom(first: number): Span {
    return { start: this.#starts[first] ?? 0, end: this.#ends[this.#i - 1] ?? 0 };
  }

  #leading(first: number): Span | undefined {
    return leadingComments(this.#text, this.#tokens, first);
  }

  #startsLine(token: number): boolean {
    return this.#layout?.isFirstOnLine(token) ?? false;
  }

  /** Tolerant: whether a word at the beginning of a line is rather the start of a statement than a part of the one before. */
  #continuesElsewhere(token: number): boolean {
    return this.#layout !== undefined && this.#layout.looksLike(token) !== 0;
  }

  // Problems

  #fail(message: string): undefined {
    if (this.#failure !== undefined) return undefined;
    const token = this.#i;
    const atLineEnd = this.#kind(token) === END || this.#startsLine(token);
    this.#failure = { span: this.#spanOf(atLineEnd && token > this.#first ? token - 1 : token), message };
    return undefined;
  }

  #report(span: Span, message: string): void {
    this.#add({ span: { start: span.start, end: span.end }, message });
  }

  #add(problem: Problem): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(problem);
  }
}

/** Says of a block, and of all in it, that something may be missing there. */
function damage(statement: StatementNode): void {
  if (!('body' in statement)) return;
  const body: { damaged: boolean; readonly members: readonly StatementNode[] } = statement.body;
  body.damaged = true;
  for (const member of body.members) damage(member);
}
