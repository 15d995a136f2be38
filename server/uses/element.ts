import { type Element as Declared, elementsOf } from '../proto/elements.ts';
import type { FileNode } from '../proto/tree.ts';

/** What of a schema element decides which names generators give it. */
export interface Element {
  readonly kind: 'message' | 'enum' | 'service' | 'field' | 'oneof' | 'enum value' | 'method';
  /** As findings name it. */
  readonly fullName: string;
  readonly name: string;
  readonly package: string;
  /** The messages around it, outermost first; of a field or oneof the last one has it. */
  readonly messages: readonly string[];
  /** The enum of a value, the service of a method, the oneof of a field. */
  readonly owner: string | undefined;
  /** The simple names of the types that a method takes and gives. */
  readonly input: string | undefined;
  /** No other method of the file takes the same type, so that whoever makes one calls this method. */
  readonly ownInput: boolean;
  /** Other messages of the file have a field of this name, or other services a method. */
  readonly shared: boolean;
  /** `swift_prefix`, where the file has one. */
  readonly swiftPrefix: string | undefined;
}

/** The declarations of a file that have a name in generated code. Of two with one full name the first counts. */
export function describe(file: FileNode): ReadonlyMap<string, Element> {
  const declared = elementsOf(file).filter(({ node }) => node.kind !== 'extend');
  const inputs = count(declared.flatMap(({ node }) => (node.kind === 'method' ? [node.input.type.text] : [])));
  const members = count(
    declared.flatMap(({ node, name }) => (node.kind === 'field' || node.kind === 'method' ? [name.text] : [])),
  );
  const swift = file.options.find(({ name }) => name.text === 'swift_prefix')?.value;
  const found = new Map<string, Element>();
  for (const element of declared) {
    if (found.has(element.fullName)) continue;
    const { node, name, parent } = element;
    const input = node.kind === 'method' ? node.input.type.text : undefined;
    found.set(element.fullName, {
      kind: KINDS[node.kind],
      fullName: element.fullName,
      name: name.text,
      package: file.package?.name.text ?? '',
      messages: messagesAround(parent),
      owner:
        parent !== undefined && OWNERS.has(parent.node.kind) && OWNED.has(node.kind) ? parent.name.text : undefined,
      input: input === undefined ? undefined : lastPart(input),
      ownInput: input !== undefined && inputs.get(input) === 1 && !input.includes('google.protobuf.'),
      shared: (members.get(name.text) ?? 0) > 1,
      swiftPrefix: swift?.kind === 'string' ? new TextDecoder().decode(swift.bytes) : undefined,
    });
  }
  return found;
}

/** The full name of the innermost declaration around an offset; undefined between declarations. */
export function nameAt(file: FileNode, offset: number): string | undefined {
  return elementsOf(file).findLast(({ node }) => node.span.start <= offset && offset <= node.span.end)?.fullName;
}

/** The last part of a dotted name. */
export function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

const KINDS = {
  message: 'message',
  enum: 'enum',
  service: 'service',
  extend: 'message',
  field: 'field',
  oneof: 'oneof',
  enumValue: 'enum value',
  method: 'method',
} as const satisfies Record<Declared['node']['kind'], Element['kind']>;

const OWNERS: ReadonlySet<string> = new Set(['enum', 'service', 'oneof']);
const OWNED: ReadonlySet<string> = new Set(['enumValue', 'method', 'field']);

function messagesAround(parent: Declared | undefined): string[] {
  const names: string[] = [];
  for (let at = parent; at !== undefined; at = at.parent)
    // A group is a field whose type has its name.
    if (at.node.kind === 'message' || at.node.kind === 'field') names.unshift(at.name.text);
  return names;
}

function count(names: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const name of names) found.set(name, (found.get(name) ?? 0) + 1);
  return found;
}
