import type { TypeMatching } from '../effects/type-matching.ts';
import type { Enum, Message } from '../schema/model.ts';
import type { Diff } from './pairs.ts';

type Type = Message | Enum;

export function typeMatching({ old, matches: { types }, sameType }: Diff): TypeMatching {
  // Every version has the built-in types.
  const isMatched = (type: Type): boolean =>
    type.file.builtIn || (old.types.get(type.fullName) === type ? types.newOf(type) : types.oldOf(type)) !== undefined;
  const apart = (writer: Type, reader: Type): boolean =>
    types.newOf(writer) === reader || types.oldOf(writer) === reader;
  return {
    apart,
    sameType: (writer, reader) => sameType(writer, reader) || sameType(reader, writer),
    switched: (writer, reader) =>
      !apart(writer, reader) &&
      !areBuiltInNamesakes(writer, reader) &&
      !isEntry(writer) &&
      !isEntry(reader) &&
      isMatched(writer) &&
      isMatched(reader),
  };
}

/** Whether a type is built in and the other one is the same type, which may be in a file of the repository. */
function areBuiltInNamesakes(writer: Type, reader: Type): boolean {
  return (writer.file.builtIn || reader.file.builtIn) && writer.fullName === reader.fullName;
}

/** Map entries are never matched. */
function isEntry(type: Type): boolean {
  return type.kind === 'message' && type.isMapEntry;
}
