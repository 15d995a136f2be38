import type { TypeMatching } from '../effects/type-matching.ts';
import type { Enum, Message } from '../schema/model.ts';
import type { Diff } from './pairs.ts';

type Type = Message | Enum;

export function typeMatching({ old, matches, sameType }: Diff): TypeMatching {
  const newOf = (type: Type): Type | undefined =>
    type.kind === 'message' ? matches.messages.newOf(type) : matches.enums.newOf(type);
  const oldOf = (type: Type): Type | undefined =>
    type.kind === 'message' ? matches.messages.oldOf(type) : matches.enums.oldOf(type);
  const isMatched = (type: Type): boolean =>
    (old.types.get(type.fullName) === type ? newOf(type) : oldOf(type)) !== undefined;
  const apart = (writer: Type, reader: Type): boolean =>
    writer.kind === reader.kind && (newOf(writer) === reader || oldOf(writer) === reader);
  return {
    apart,
    sameType: (writer, reader) => sameType(writer, reader) || sameType(reader, writer),
    switched: (writer, reader) =>
      !apart(writer, reader) && !isEntry(writer) && !isEntry(reader) && isMatched(writer) && isMatched(reader),
  };
}

/** Map entries are not declared, so they are not matched. */
function isEntry(type: Type): boolean {
  return type.kind === 'message' && type.isMapEntry;
}
