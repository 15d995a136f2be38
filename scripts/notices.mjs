import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './install.mjs';

/**
 * The licences of all bundled libraries.
 * @param {readonly import('esbuild').Metafile[]} bundles
 * @returns {string}
 * @throws {Error} if a library contains no licence
 */
export function thirdPartyNotices(bundles) {
  const inputs = bundles.flatMap((bundle) => Object.keys(bundle.inputs));
  const folders = new Set(
    inputs.flatMap((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []),
  );
  const notices = [...folders].map((folder) => notice(path.join(ROOT, folder))).sort();
  return ['Proto Compat contains these libraries.', ...new Set(notices)].join(SEPARATOR) + '\n';
}

/**
 * @param {string} notices the text of third-party-notices.txt
 * @returns {readonly (readonly [string, string])[]} names and versions
 */
export function librariesIn(notices) {
  return notices.split(SEPARATOR).flatMap((text) => {
    const [, name, version] = /^(\S+) (\d+\.\d+\.\d+\S*)\n/.exec(text) ?? [];
    return name === undefined || version === undefined ? [] : [/** @type {const} */ ([name, version])];
  });
}

const SEPARATOR = '\n\n---\n\n';

/** @param {string} folder */
function notice(folder) {
  const { name, version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${String(name)} contains no licence.`);
  return `${String(name)} ${String(version)}\n\n${readFileSync(path.join(folder, file), 'utf8').trim()}`;
}
