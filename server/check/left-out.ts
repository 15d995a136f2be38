import { unstableMatcher } from '../policy/patterns.ts';
import type { Settings } from '../policy/settings.ts';
import type { LeftOut } from './result.ts';
import { FOREIGN, type Scope } from './scope.ts';
import type { Side } from './side.ts';

/**
 * Tells of the files that nobody looks at, so that silence is not taken for "nothing has changed".
 * @param configuration the file that the settings come from.
 * @param edited an open file says its package.
 */
export function leftOut(
  settings: Settings,
  configuration: string | undefined,
  scope: Scope,
  edited: Side,
): (file: string) => LeftOut | undefined {
  const isUnstable = unstableMatcher(settings);
  return (file) => {
    if (isUnstable(file, edited.openTree(file)?.package?.name.text ?? ''))
      return { by: 'unstable', folder: undefined, configuration };
    if (!scope.leavesOut(file)) return undefined;
    const folder = file
      .split('/')
      .slice(0, -1)
      .find((part) => FOREIGN.includes(part));
    return { by: folder === undefined ? 'files' : 'folder', folder, configuration };
  };
}
