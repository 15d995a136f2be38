import type { File } from '../schema/model.ts';
import { type FilePair, type MatchedSchemas, pairOf, type ServicePair } from './pairs.ts';
import type { ReportedFiles } from './reported-files.ts';
import type { TypePairs } from './type-pairs.ts';

/** Leaves out files whose text and path are the same. */
export function diffFiles(
  { old, new: edited, matches }: MatchedSchemas,
  types: TypePairs,
  services: readonly ServicePair[],
  reported: ReportedFiles,
): FilePair[] {
  const lostWith = ({ messages, enums, services: declared }: File): FilePair['lost'] => ({
    messages: messages
      .filter((each) => matches.types.newOf(each) === undefined)
      .map((each) => types.message(each, undefined)),
    enums: enums.filter((each) => matches.types.newOf(each) === undefined),
    services: declared.filter((each) => services.some((pair) => pair.status === 'removed' && pair.old === each)),
  });
  const removedOrChanged = [...old.files.values()].flatMap((file): FilePair[] => {
    const now = matches.files.newOf(file);
    if (now === undefined) return [{ ...pairOf<File>(file, undefined), lost: lostWith(file) }];
    const isSame = now.path === file.path && isSameText(now.node.text, file.node.text);
    return isSame ? [] : [{ ...pairOf(file, now), lost: NOTHING }];
  });
  const added = [...edited.files.values()].filter((file) => matches.files.oldOf(file) === undefined);
  const pairs = [...removedOrChanged, ...added.map((file) => ({ ...pairOf<File>(undefined, file), lost: NOTHING }))];
  return pairs.filter((pair) => reported.reportsOnVersions(pair.old, pair.new) === 'changes');
}

const NOTHING: FilePair['lost'] = { messages: [], enums: [], services: [] };

/** Git may convert line ends, and some editors add a byte order mark. */
function isSameText(a: string, b: string): boolean {
  if (a === b) return true;
  const plain = (text: string): string => text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  return (a.includes('\r') || b.includes('\r') || a.charCodeAt(0) !== b.charCodeAt(0)) && plain(a) === plain(b);
}
