import { CONFIGURATION_FILE, readSettings } from './config.ts';

/**
 * A repository's settings: `proto-compat.json`; where there is none, what `buf.yaml` says; else the defaults.
 * @param read the text of a file at the top of the repository, undefined where there is none.
 */
export async function findSettings(
  read: (file: string) => Promise<string | undefined>,
): Promise<ReturnType<typeof readSettings>> {
  const own = await read(CONFIGURATION_FILE);
  if (own !== undefined) return readSettings(own, CONFIGURATION_FILE);
  const buf = await read(BUF_FILE);
  if (buf === undefined) return readSettings('', CONFIGURATION_FILE);
  // Loaded only here: most repositories have no use for a reader of YAML.
  const [{ readBufSettings }, { RULES }] = await Promise.all([import('./buf.ts'), import('../rules/index.ts')]);
  return { ...readBufSettings(buf, BUF_FILE, RULES), places: new Map() };
}

export const BUF_FILE = 'buf.yaml';
