import type { File, Schema } from '../schema/model.ts';
import type { FileMatches } from './declarations.ts';
import { type FilePair, pairOf, type ServicePair, type TypeVersions } from './pairs.ts';
import type { ReportedFiles } from './reported-files.ts';
import type { TypePairs } from './type-pairs.ts';

export function diffFiles(
  old: Schema,
  edited: Schema,
  files: FileMatches,
  types: TypeVersions,
  make: TypePairs,
  services: readonly ServicePair[],
  reported: ReportedFiles,
): FilePair[] {
  const nothing: FilePair['lost'] = { messages: [], enums: [], services: [] };
  const pairs: FilePair[] = [];
  for (const file of old.files.values()) {
    const now = files.newOf(file);
    if (now === undefined) {
      const lost = {
        messages: file.messages.flatMap((message) =>
          types.newOf(message) === undefined ? make.message(message, undefined) : [],
        ),
        enums: file.enums.filter((type) => types.newOf(type) === undefined),
        services: services.flatMap((pair) => (pair.status === 'removed' && pair.old.file === file ? [pair.old] : [])),
      };
      pairs.push({ ...pairOf<File>(file, undefined), lost });
    } else if (!isSameText(now.node.text, file.node.text) || now.path !== file.path) {
      pairs.push({ ...pairOf(file, now), lost: nothing });
    }
  }
  for (const file of edited.files.values())
    if (files.oldOf(file) === undefined) pairs.push({ ...pairOf<File>(undefined, file), lost: nothing });
  return pairs.filter((pair) => reported.reportsOnVersions(pair.old, pair.new) === 'changes');
}

/** Git may convert line ends, and some editors add a byte order mark. */
function isSameText(a: string, b: string): boolean {
  if (a === b) return true;
  const plain = (text: string): string => text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  return (a.includes('\r') || b.includes('\r') || a.charCodeAt(0) !== b.charCodeAt(0)) && plain(a) === plain(b);
}
