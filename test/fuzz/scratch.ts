import { Comparison } from '../../server/check/comparison.ts';
import { OpenTexts } from '../../server/check/open-texts.ts';
import { ParseCache } from '../../server/check/parse-cache.ts';
import type { Plan } from '../../server/check/plan.ts';
import type { CheckResult } from '../../server/check/result.ts';
import { resultOf, runModule } from '../../server/check/run.ts';
import { Side } from '../../server/check/side.ts';
import { Ownership } from '../../server/sources/ownership.ts';
import { readSettings } from '../../server/policy/config.ts';
import { DEFAULT_SETTINGS } from '../../server/policy/settings.ts';
import type { Corpus } from './corpus.ts';

/** A check in memory from scratch: without git, earlier results and incremental parsing or linking. */
export async function scratch(corpus: Corpus, open: ReadonlyMap<string, string>): Promise<CheckResult> {
  const { settings, problems, places } =
    corpus.configuration === null
      ? { settings: DEFAULT_SETTINGS, problems: [], places: new Map() }
      : readSettings(corpus.configuration, 'proto-compat.json');
  const texts = new OpenTexts(new ParseCache());
  for (const [path, text] of open) texts.set(path, text);
  const [last, ...older] = corpus.releases.map(({ tag, files }) => ({ tag, version: tag.slice(1), files })).reverse();
  if (last === undefined) throw new Error('A corpus has at least one release.');
  const edited = sideOf(last.files, texts);
  const comparing = (old: Side, other: Side): Comparison =>
    new Comparison(old, other, {
      module: { prefix: '', prefixes: new Set(['']) },
      importRoots: settings.importRoots,
      isNamed: false,
      ownership: (files) => new Ownership(settings, files),
    });
  const baseline = { ref: last.tag, version: last.version, commit: '', prefix: '', note: undefined };
  const module: Plan['modules'][number] = {
    prefix: '',
    baseline,
    countedFrom: last.version,
    edited,
    old: undefined,
    comparison: comparing(sideOf(last.files), edited),
    older: older.slice(0, settings.skew - 1).map(({ version, files }) => ({
      version,
      commit: '',
      comparison: comparing(sideOf(files), edited),
      past: comparing(sideOf(files), sideOf(last.files)),
    })),
    declared: undefined,
  };
  const plan: Plan = {
    settings,
    problems,
    places,
    versionFiles: [],
    branch: 'main',
    edited: undefined,
    complete: true,
    isolated: false,
    hasDependencies: false,
    unstable: () => undefined,
    modules: [module],
  };
  return resultOf(plan, [await runModule(plan, module, [...open.keys()], undefined)], null);
}

function sideOf(files: Readonly<Record<string, string>>, open?: OpenTexts): Side {
  const texts = new Map(Object.entries(files));
  return new Side(
    {
      // A text is its own id.
      list: () => Promise.resolve(texts),
      read: (path) => Promise.resolve(texts.get(path)),
      problems: () => new Map(),
    },
    new ParseCache(),
    open,
  );
}
