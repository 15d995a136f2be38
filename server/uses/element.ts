import { type Element as Declared, elementsOf } from '../proto/elements.ts';
import type { FileNode } from '../proto/tree.ts';

/** With everything that its names in generated code depend on. */
export interface Element {
  readonly kind: 'message' | 'enum' | 'service' | 'field' | 'oneof' | 'enum value' | 'method';
  readonly fullName: string;
  readonly name: string;
  readonly package: string;
  /** The messages and groups around the element, outermost first. */
  readonly messages: readonly string[];
  /** The enum of a value, the service of a method, or the oneof of a field. */
  readonly owner: string | undefined;
  /**
   * The type that a method takes: the messages around it, then its own name. Without the package, whose parts begin
   * in lower case.
   */
  readonly input: readonly string[] | undefined;
  /** Code creates messages of `google.protobuf` for many purposes. */
  readonly takesWellKnownType: boolean;
  /** No other method takes the type, so code that creates a value of it probably calls this method. */
  readonly ownInput: boolean;
  /** Several fields or methods of the file have this name. */
  readonly shared: boolean;
  /** By field name; see `messageTypesOfFields`. */
  readonly typesOfFields: ReadonlyMap<string, ReadonlySet<string>>;
  readonly swiftPrefix: string | undefined;
  /** The import path in `go_package`. Undefined for a method whose request is declared in another file. */
  readonly goPackage: string | undefined;
}

/** By full name. The first declaration counts. */
export function elementsIn(file: FileNode): ReadonlyMap<string, Element> {
  const declared = elementsOf(file);
  const inputs = count(declared.flatMap(({ node }) => (node.kind === 'method' ? [node.input.type.text] : [])));
  const members = count(
    declared.flatMap(({ node, name }) => (node.kind === 'field' || node.kind === 'method' ? [name.text] : [])),
  );
  const swiftPrefix = textOption(file, 'swift_prefix');
  const goPackage = textOption(file, 'go_package')?.split(';')[0];
  const messages = new Set(declared.flatMap(({ node, name }) => (node.kind === 'message' ? [name.text] : [])));
  const typesOfFields = messageTypesOfFields(declared);
  const found = new Map<string, Element>();
  for (const element of declared) {
    if (found.has(element.fullName)) continue;
    const { node, name, parent } = element;
    const input = node.kind === 'method' ? node.input.type.text : undefined;
    const takesWellKnownType = input?.includes('google.protobuf.') === true;
    found.set(element.fullName, {
      kind: KINDS[node.kind],
      fullName: element.fullName,
      name: name.text,
      package: file.package?.name.text ?? '',
      messages: messagesAround(parent),
      owner:
        parent !== undefined && OWNERS.has(parent.node.kind) && OWNED.has(node.kind) ? parent.name.text : undefined,
      input: input === undefined ? undefined : typePath(input),
      takesWellKnownType,
      ownInput: input !== undefined && inputs.get(input) === 1 && !takesWellKnownType,
      shared: (members.get(name.text) ?? 0) > 1,
      typesOfFields,
      swiftPrefix,
      // The code around a call names the Go package of the request.
      goPackage: input === undefined || messages.has(lastPart(input)) ? goPackage : undefined,
    });
  }
  return found;
}

/** Without scalars and the enums of the file. Enums of other files look like messages. */
function messageTypesOfFields(declared: readonly Declared[]): ReadonlyMap<string, ReadonlySet<string>> {
  const enums = new Set(declared.flatMap(({ node, name }) => (node.kind === 'enum' ? [name.text] : [])));
  const found = new Map<string, Set<string>>();
  for (const { node, name } of declared) {
    if (node.kind !== 'field') continue;
    const type = node.group === undefined ? lastPart((node.map?.value ?? node.type).text) : name.text;
    // A type in lower case is probably a scalar.
    if (!/^[A-Z]/.test(type) || enums.has(type)) continue;
    const types = found.get(name.text);
    if (types === undefined) found.set(name.text, new Set([type]));
    else types.add(type);
  }
  return found;
}

function textOption({ options }: FileNode, name: string): string | undefined {
  const value = options.find((option) => option.name.text === name)?.value;
  return value?.kind === 'string' ? new TextDecoder().decode(value.bytes) : undefined;
}

function typePath(name: string): readonly string[] {
  const parts = name.split('.').slice(0, -1);
  return [...parts.slice(parts.findLastIndex((part) => !/^[A-Z]/.test(part)) + 1), lastPart(name)];
}

export function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

const KINDS = {
  message: 'message',
  enum: 'enum',
  service: 'service',
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
    if (at.node.kind === 'message' || at.node.kind === 'field') names.unshift(at.name.text);
  return names;
}

function count(names: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const name of names) found.set(name, (found.get(name) ?? 0) + 1);
  return found;
}
