import type { Enum, File, Message } from '../schema/model.ts';
import { type FileMatches, inPackage } from './declarations.ts';
import { groupBy } from '../schema/group-by.ts';
import type { TypeVersions } from './pairs.ts';
import { sameUses, type ServiceMatch } from './services.ts';
import { ALIKE_IN_USE, Candidates, memberKeys, similarity } from './similar-types.ts';

type Type = Message | Enum;

/** Looks for the new version of a removed type. */
export type Find = (removed: Type) => Type | undefined;

/** The type with the same name in the renamed package, or in the package to which a service of the file moved. */
export function findInRenamedPackage(
  added: readonly Type[],
  files: FileMatches,
  services: readonly ServiceMatch[],
): Find {
  const byFullName = groupBy(added, ({ fullName }) => fullName);
  const movedFiles = new Map(services.map((service) => [service.old.file, service.new.file]));
  const inPackageOf = (type: Type, file: File | undefined): Type | undefined => {
    if (file === undefined || file.package === type.file.package) return undefined;
    const namesakes = byFullName.get(inPackage(type.fullName, type.file.package, file.package)) ?? [];
    return namesakes.find((other) => other.file === file) ?? namesakes[0];
  };
  return (type) => inPackageOf(type, files.newOf(type.file)) ?? inPackageOf(type, movedFiles.get(type.file));
}

/** The only similar type with the same simple name. */
export function findMoved(added: readonly Type[], found: TypeVersions): Find {
  const candidates = new Candidates(added, ({ name }) => name);
  return (type) => candidates.onlySimilar(type, type.name, (other) => found.oldOf(other) === undefined);
}

/** The type that the same method uses now, if the scope or the simple name is the same. Less similarity suffices. */
export function findInSameMethod(services: readonly ServiceMatch[], files: FileMatches, found: TypeVersions): Find {
  const uses = groupBy(services.flatMap(sameUses), (use) => use.old);
  const isSameScope = (a: Type, b: Type): boolean =>
    a.parent.kind === 'file' || b.parent.kind === 'file'
      ? a.parent.kind === b.parent.kind && (a.file.package === b.file.package || files.newOf(a.file) === b.file)
      : found.newOf(a.parent) === b.parent;
  return (type) =>
    (type.kind === 'message' ? uses.get(type) : undefined)
      ?.map((use) => use.new)
      .find(
        (now) =>
          found.oldOf(now) === undefined &&
          similarity(type, now) >= ALIKE_IN_USE &&
          (type.name === now.name || isSameScope(type, now)),
      );
}

/** The only similar type in the same scope. */
export function findRenamed(added: readonly Type[], files: FileMatches, found: TypeVersions): Find {
  const candidates = new Candidates(added, ({ parent, file }) => (parent.kind === 'file' ? file.package : parent));
  return (type) => {
    if (memberKeys(type).size === 0) return undefined;
    const { parent, file } = type;
    const scope = parent.kind === 'message' ? found.newOf(parent) : (files.newOf(file)?.package ?? file.package);
    if (scope === undefined) return undefined;
    return candidates.onlySimilar(type, scope, (other) => found.oldOf(other) === undefined);
  };
}
