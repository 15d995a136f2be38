import type { Words } from '../rules/rule.ts';
import type { Settings } from './settings.ts';

/**
 * The names that messages use.
 * @param baseline the version, or the ref where it is no release.
 */
export function wordsOf({ roles }: Settings, baseline: string): Words {
  return { client: roles?.client ?? 'the client', server: roles?.server ?? 'the server', baseline };
}
