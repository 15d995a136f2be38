import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { rangeOf } from '../../server/proto/position.ts';
import type {
  Body,
  EnumNode,
  FieldNode,
  FileNode,
  MessageMember,
  MessageNode,
  OptionNode,
  Span,
} from '../../server/proto/tree.ts';

/** Describes the differences between a tree and protoc's source info of the same text. */
export function spanDifferences(file: FileNode, descriptor: FileDescriptorProto): string[] {
  const ours = treeRanges(file);
  const theirs = protocRanges(descriptor, file.text);
  const spans = new Set(theirs.values());
  const part = (path: string) =>
    `${path} is ${ours.get(path) ?? 'missing'} in the tree, but ${theirs.get(path) ?? 'missing'} in protoc's source info`;
  return [
    ...[...ours].filter(([path, range]) => theirs.get(path) !== range).map(([path]) => part(path)),
    ...[...theirs.keys()].filter((path) => COMPARED.test(path) && !ours.has(path)).map(part),
    ...optionsOf(file)
      .filter(({ span }) => !spans.has(rangeText(file, span)))
      .map(({ name, span }) => `option ${name.text} at ${rangeText(file, span)} is missing in protoc's source info`),
  ];
}

/** The paths in protoc's source info that the tree must have, too. */
const COMPARED =
  /^(2|12|3,\d+|4,\d+(,3,\d+)*(,(2|5|6|8|9|10),\d+|,4,\d+(,(2|4|5),\d+)?)?|5,\d+(,(2|4|5),\d+)?|6,\d+(,2,\d+)?|7,\d+)$/;

function rangeText(file: FileNode, span: Span): string {
  const { start, end } = rangeOf(file, span);
  return `${start.line}:${start.character}-${end.line}:${end.character}`;
}

function protocRanges(descriptor: FileDescriptorProto, text: string): Map<string, string> {
  const lines = text.split('\n');
  const ranges = new Map<string, string>();
  for (const { path, span } of descriptor.sourceCodeInfo?.location ?? []) {
    const [startLine = 0, startColumn = 0, third = 0, fourth] = span;
    const endLine = fourth === undefined ? startLine : third;
    const endColumn = fourth ?? third;
    const start = `${startLine}:${utf16Column(lines[startLine] ?? '', startColumn)}`;
    const end = `${endLine}:${utf16Column(lines[endLine] ?? '', endColumn)}`;
    const key = path.join();
    if (!ranges.has(key)) ranges.set(key, `${start}-${end}`);
  }
  return ranges;
}

/** protoc counts bytes, and a tab advances to the next multiple of 8. */
function utf16Column(line: string, column: number): number {
  let bytes = 0;
  let units = 0;
  for (const character of line) {
    if (bytes >= column) break;
    bytes = character === '\t' ? bytes + 8 - (bytes % 8) : bytes + Buffer.byteLength(character);
    units += character.length;
  }
  return units;
}

/** The ranges of a tree's nodes by protoc's paths, which consist of indexes and field numbers of descriptor.proto. */
function treeRanges(file: FileNode): Map<string, string> {
  const ranges = new Map<string, string>();
  const put = (path: string, at: { readonly span: Span } | undefined) => {
    if (at !== undefined) ranges.set(path, rangeText(file, at.span));
  };
  const scalars = /^(double|float|u?int(32|64)|sint(32|64)|s?fixed(32|64)|bool|string|bytes)$/;

  function field(path: string, node: FieldNode): void {
    put(path, node);
    put(`${path},1`, node.name);
    put(`${path},3`, node.number);
    put(`${path},4`, node.label);
    if (node.type.text === 'group') put(`${path},5`, node.type);
    else put(`${path},${scalars.test(node.type.text) ? 5 : 6}`, node.type);
  }

  function nested(path: string, members: readonly MessageMember[]): void {
    const counts = new Map<string, number>();
    const next = (list: string) => {
      const n = counts.get(list) ?? 0;
      counts.set(list, n + 1);
      return `${path},${list},${n}`;
    };
    const addFields = (list: string, fields: readonly FieldNode[]) => {
      for (const node of fields) {
        field(next(list), node);
        if (node.map !== undefined) next('3');
        if (node.group !== undefined) {
          group(next('3'), node, node.group);
        }
      }
    };
    for (const member of members) {
      switch (member.kind) {
        case 'field':
          addFields('2', [member]);
          break;
        case 'message':
          message(next('3'), member);
          break;
        case 'enum':
          enumeration(next('4'), member);
          break;
        case 'oneof': {
          const at = next('8');
          put(at, member);
          put(`${at},1`, member.name);
          addFields('2', fieldsOf(member.body));
          break;
        }
        case 'extend':
          addFields('6', member.body.members);
          break;
        case 'extensions':
          for (const range of member.ranges) put(next('5'), range);
          break;
        case 'reserved':
          for (const range of member.ranges) put(next('9'), range);
          for (const name of member.names) put(next('10'), name);
          break;
        case 'option':
          break;
      }
    }
  }

  function group(path: string, node: FieldNode, body: Body<MessageMember>): void {
    put(path, node);
    put(`${path},1`, node.name);
    nested(path, body.members);
  }

  /** protoc excludes `export` and `local` from a declaration. */
  function withoutVisibility(node: MessageNode | EnumNode): { span: Span } {
    if (node.visibility === undefined) return node;
    return { span: { start: file.text.indexOf(node.kind, node.visibility.span.end), end: node.span.end } };
  }

  function message(path: string, node: MessageNode): void {
    put(path, withoutVisibility(node));
    put(`${path},1`, node.name);
    nested(path, node.body.members);
  }

  function enumeration(path: string, node: EnumNode): void {
    put(path, withoutVisibility(node));
    put(`${path},1`, node.name);
    let values = 0;
    let ranges = 0;
    let names = 0;
    for (const member of node.body.members) {
      if (member.kind === 'enumValue') {
        const at = `${path},2,${values++}`;
        put(at, member);
        put(`${at},1`, member.name);
        put(`${at},2`, member.number);
      } else if (member.kind === 'reserved') {
        for (const range of member.ranges) put(`${path},4,${ranges++}`, range);
        for (const name of member.names) put(`${path},5,${names++}`, name);
      }
    }
  }

  put('12', file.edition);
  put('2', file.package);
  let imports = 0;
  for (const node of file.imports) if (node.modifier !== 'option') put(`3,${imports++}`, node);
  const counts = { message: 0, enum: 0, service: 0 };
  let extensions = 0;
  for (const node of file.declarations) {
    if (node.kind === 'message') message(`4,${counts.message++}`, node);
    else if (node.kind === 'enum') enumeration(`5,${counts.enum++}`, node);
    else if (node.kind === 'extend') {
      for (const member of node.body.members) {
        field(`7,${extensions++}`, member);
        if (member.group !== undefined) group(`4,${counts.message++}`, member, member.group);
      }
    } else {
      const path = `6,${counts.service++}`;
      put(path, node);
      put(`${path},1`, node.name);
      let methods = 0;
      for (const method of node.body.members) {
        if (method.kind !== 'method') continue;
        const at = `${path},2,${methods++}`;
        put(at, method);
        put(`${at},1`, method.name);
        put(`${at},2`, method.input.type);
        put(`${at},3`, method.output.type);
        put(`${at},5`, method.input.stream);
        put(`${at},6`, method.output.stream);
      }
    }
  }
  return ranges;
}

function fieldsOf(body: Body<MessageMember>): FieldNode[] {
  return body.members.filter((member) => member.kind === 'field');
}

/** All options, except those whose whole text has no span in protoc's source info. */
function optionsOf(node: object): OptionNode[] {
  const found: OptionNode[] = [];
  for (const value of Object.values<unknown>({ ...node })) {
    if (typeof value !== 'object' || value === null) continue;
    if (isOption(value) && !WITHOUT_SPAN.test(value.name.text)) found.push(value);
    else found.push(...optionsOf(value));
  }
  return found;
}

const WITHOUT_SPAN = /^(default|verification|declaration|features\.(enforce_naming_style|default_symbol_visibility))$/;

function isOption(value: object): value is OptionNode {
  return 'kind' in value && value.kind === 'option';
}
