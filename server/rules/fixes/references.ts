import type { ExtendNode, Name } from '../../proto/tree.ts';
import type { Enum, Field, File, Message, Method, Schema } from '../../schema/model.ts';

export interface TypeUse {
  readonly type: Message | Enum;
  readonly name: Name;
}

/** With the names as written. */
export function typesUsed(element: Field | Method): TypeUse[] {
  if (element.kind === 'method') {
    const { input, output, node } = element;
    return [
      ...(input ? [{ type: input, name: node.input.type }] : []),
      ...(output ? [{ type: output, name: node.output.type }] : []),
    ];
  }
  const { type, node } = element;
  if (type.kind === 'enum') return [{ type: type.enum, name: node.type }];
  if (type.kind !== 'message' || node.group !== undefined) return [];
  if (!type.message.isMapEntry || node.map === undefined) return [{ type: type.message, name: node.type }];
  const value = type.message.fieldsByNumber.get(2)?.type;
  if (value?.kind === 'message') return [{ type: value.message, name: node.map.value }];
  return value?.kind === 'enum' ? [{ type: value.enum, name: node.map.value }] : [];
}

interface Reference {
  readonly file: File;
  readonly used: Message | Enum;
  readonly name: Name;
}

/** Includes references to types nested in it; `depth` says how many levels deep. Collected once per schema. */
export function referencesTo(
  type: Message | Enum,
  schema: Schema,
): readonly (Reference & { readonly depth: number })[] {
  let known = REFERENCES.get(schema);
  if (known === undefined) {
    known = new Map();
    for (const reference of references(schema.files.values())) {
      let at = reference.used;
      for (let depth = 0; ; depth += 1) {
        const found = known.get(at);
        if (found === undefined) known.set(at, [{ ...reference, depth }]);
        else found.push({ ...reference, depth });
        if (at.parent.kind !== 'message') break;
        at = at.parent;
      }
    }
    REFERENCES.set(schema, known);
  }
  return known.get(type) ?? [];
}

const REFERENCES = new WeakMap<Schema, Map<Message | Enum, (Reference & { readonly depth: number })[]>>();

export function references(all: Iterable<File>): Reference[] {
  const found: Reference[] = [];
  const files = [...all];
  for (const field of fieldsIn(files)) {
    if (field.node.group === undefined)
      found.push(...typesUsed(field).map(({ type, name }) => ({ file: field.file, used: type, name })));
  }
  for (const file of files) {
    for (const { node, field } of extendsIn(file)) {
      if (field.message !== undefined) found.push({ file, used: field.message, name: node.extendee });
    }
    for (const method of file.services.flatMap(({ methods }) => methods)) {
      found.push(...typesUsed(method).map(({ type, name }) => ({ file, used: type, name })));
    }
  }
  return found;
}

export function fieldsIn(files: Iterable<File>): Field[] {
  const inMessage = ({ fields, extensions, messages }: Message): Field[] => [
    ...fields,
    ...extensions,
    ...messages.flatMap(inMessage),
  ];
  return [...files].flatMap((file) => [...file.messages.flatMap(inMessage), ...file.extensions]);
}

/** Each with one of its extensions. */
function extendsIn(file: File): { readonly node: ExtendNode; readonly field: Field }[] {
  const inScope = (nodes: readonly { readonly kind: string }[], extensions: readonly Field[]) =>
    nodes.flatMap((node) => {
      if (!isExtend(node)) return [];
      const field = extensions.find(({ node: { span } }) => node.span.start <= span.start && span.end <= node.span.end);
      return field === undefined ? [] : [{ node, field }];
    });
  const inMessage = ({ node, extensions, messages }: Message): ReturnType<typeof inScope> => [
    ...inScope((node?.kind === 'field' ? node.group : node?.body)?.members ?? [], extensions),
    ...messages.flatMap(inMessage),
  ];
  return [...inScope(file.node.declarations, file.extensions), ...file.messages.flatMap(inMessage)];
}

function isExtend(node: { readonly kind: string }): node is ExtendNode {
  return node.kind === 'extend';
}
