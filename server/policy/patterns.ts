import { globMatcher, globProblem } from './glob.ts';
import type { Settings, Severity } from './settings.ts';

/**
 * The last glob that matches a path decides; `!` in front excludes the path. A path without a match is excluded, unless
 * the first glob has a `!`. An invalid glob matches nothing.
 */
export function pathMatcher(globs: readonly string[]): (path: string) => boolean {
  let known = MATCHERS.get(globs);
  if (known === undefined) {
    known = cached(newMatcher(globs));
    MATCHERS.set(globs, known);
  }
  return known;
}

/** A matrix of releases matches the same paths thousands of times. */
const MATCHERS = new WeakMap<readonly string[], (path: string) => boolean>();
const MOST_PATHS = 20_000;

function cached(matches: (path: string) => boolean): (path: string) => boolean {
  const known = new Map<string, boolean>();
  return (path) => {
    let found = known.get(path);
    if (found === undefined) {
      if (known.size >= MOST_PATHS) known.clear();
      found = matches(path);
      known.set(path, found);
    }
    return found;
  };
}

function newMatcher(globs: readonly string[]): (path: string) => boolean {
  const steps = globs.map((glob) => {
    const negated = glob.startsWith('!');
    const pattern = negated ? glob.slice(1) : glob;
    return { test: globProblem(pattern) === undefined ? globMatcher(pattern) : () => false, negated };
  });
  const start = steps[0]?.negated === true;
  return (path) => {
    let matched = start;
    for (const { test, negated } of steps) if (matched === negated && test(path)) matched = !negated;
    return matched;
  };
}

/**
 * An entry of `unstable` with a slash or the ending `.proto` is a glob of files. Any other entry is a pattern of
 * packages, which matches the whole name or its last part.
 */
export function unstableMatcher({
  unstable,
}: Pick<Settings, 'unstable'>): (path: string, packageName: string) => boolean {
  const isFile = (entry: string): boolean => entry.includes('/') || entry.endsWith('.proto');
  const files = pathMatcher(unstable.filter(isFile));
  const packages = pathMatcher(unstable.filter((entry) => !isFile(entry)));
  return (path, packageName) =>
    files(path) ||
    (packageName !== '' && (packages(packageName) || packages(packageName.slice(packageName.lastIndexOf('.') + 1))));
}

export function severityMatcher({
  rules,
  overrides,
}: Pick<Settings, 'rules' | 'overrides'>): (rule: string, path: string) => Severity | 'off' | undefined {
  const layers = [{ files: ['**'], rules }, ...overrides].reverse().map((layer) => ({
    matches: pathMatcher(layer.files),
    severities: new Map(Object.entries(layer.rules)),
  }));
  return (rule, path) =>
    layers.find(({ matches, severities }) => severities.has(rule) && matches(path))?.severities.get(rule);
}
