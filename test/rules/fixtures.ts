import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { diff } from '../../server/diff/diff.ts';
import type { Finding } from '../../server/policy/result.ts';
import { type ComparedWith, judge, type Judgement, wordsOf } from '../../server/policy/judge.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../server/policy/settings.ts';
import { parse } from '../../server/proto/parse.ts';
import { findChanges } from '../../server/rules/run.ts';
import { link } from '../../server/schema/link.ts';
import type { Schema } from '../../server/schema/model.ts';

/*
 * A fixture has `before.proto` and `after.proto`, or folders `before` and `after`. Comments in the edited text are its expectations: the
 * bump at the top, and each finding below its position.
 */

/** This module is also bundled into other folders. */
const FIXTURES = resolve('test/fixtures/rules');
const VERSION = '1.4.0';

export interface Fixture {
  /** The folder: the rule's id, or `ID.CASE`. */
  readonly name: string;
  readonly rule: string;
  readonly before: ReadonlyMap<string, string>;
  /** Without the expectations. */
  readonly after: ReadonlyMap<string, string>;
  /** With the expectations. `file` is the path on disk. */
  readonly expected: ReadonlyMap<string, { readonly file: string; readonly text: string }>;
  readonly settings: Settings;
}

export function readFixtures(): Fixture[] {
  return readdirSync(FIXTURES).map((name) => readFixture(name.split('.')[0] ?? name, name));
}

function readFixture(rule: string, name: string): Fixture {
  const folder = join(FIXTURES, name);
  const settings = join(folder, 'settings.json');
  const expected = readSide(folder, 'after');
  return {
    name,
    rule,
    before: new Map([...readSide(folder, 'before')].map(([path, { text }]) => [path, text])),
    after: new Map([...expected].map(([path, { text }]) => [path, withoutExpectations(text)])),
    expected,
    settings: {
      ...DEFAULT_SETTINGS,
      ...(existsSync(settings) ? (JSON.parse(readFileSync(settings, 'utf8')) as Partial<Settings>) : {}),
    },
  };
}

function readSide(folder: string, side: 'before' | 'after'): Map<string, { file: string; text: string }> {
  const single = join(folder, `${side}.proto`);
  if (existsSync(single)) return new Map([['agent.proto', { file: single, text: readFileSync(single, 'utf8') }]]);
  const many = join(folder, side);
  const files = readdirSync(many, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(many, path)).isFile(),
  );
  return new Map(
    files.sort().map((path) => [path, { file: join(many, path), text: readFileSync(join(many, path), 'utf8') }]),
  );
}

const EXPECTATION = /^(?:\/\/ (?:bump|elsewhere|problem): |\s*\/\/ *(?:\^+|<) |\s*\/\/ *\| ).*(?:\n|$)/gm;

function withoutExpectations(text: string): string {
  return text.replace(EXPECTATION, '');
}

export function schemaOf(files: ReadonlyMap<string, string>): Schema {
  return link(new Map([...files].map(([path, text]) => [path, parse(text)])));
}

export function judgeTexts(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  settings: Settings,
): Judgement {
  return judgeSchemas(schemaOf(before), schemaOf(after), settings, { ref: VERSION, version: VERSION });
}

/** Identifies a finding before and after a fix, which may have renamed the element. */
export function keyOf({ rule, element, baseline, message }: Finding): string {
  if (baseline === null) return `${rule} ${element} ${/`[^`]*`/.exec(message)?.[0] ?? ''}`;
  // The ranges of one declaration have the same position.
  return `${rule} ${JSON.stringify(baseline)} ${rule === 'extension-range-removed' ? message : ''}`;
}

export function judgeSchemas(old: Schema, edited: Schema, settings: Settings, release: ComparedWith): Judgement {
  const { stored, encodings } = settings;
  const changes = findChanges(diff(old, edited, { stored }), { words: wordsOf(settings, release), encodings });
  return judge(changes, settings, release, []);
}

/** The edited texts with every finding below its position. */
export function render(
  after: ReadonlyMap<string, string>,
  judgement: Judgement,
  settings: Settings,
): Map<string, string> {
  const { bump, nextVersion, findings, problems } = judgement;
  const header = [
    `// bump: ${bump}, ${VERSION} -> ${String(nextVersion)}`,
    ...findings
      .filter(({ file }) => !after.has(file))
      .flatMap((one) => [`// elsewhere: ${one.file} ${headline(one, settings)}`, `// | ${one.message}`]),
    ...problems.map(({ range, message }) => `// problem: line ${String(range.start.line)}, ${message}`),
  ];
  return new Map(
    [...after].map(([path, text], index) => {
      const lines = text.split('\n');
      const rendered = lines.flatMap((line, number) => {
        const here = findings.filter(({ file, range }) => file === path && range.start.line === number);
        return [line, ...here.flatMap((one) => [marker(line, one, settings), `${indent(one)}| ${one.message}`])];
      });
      return [path, [...(index === 0 ? header : []), ...rendered].join('\n')];
    }),
  );
}

function marker(line: string, finding: Finding, settings: Settings): string {
  const { start, end } = finding.range;
  const stop = end.line === start.line ? end.character : line.length;
  const carets = start.character < 2 ? '< ' : `${'^'.repeat(Math.max(stop - start.character, 1))} `;
  return indent(finding) + carets + headline(finding, settings);
}

/** A caret in a comment cannot point at the first two columns, so `marker` writes `<` for them. */
function indent({ range }: Finding): string {
  return `//${' '.repeat(Math.max(range.start.character - 2, 0))}`;
}

function headline(
  { severity, rule, element, class: kind, effects, accepted }: Finding,
  { encodings }: Settings,
): string {
  const parts = encodings.map((encoding) => {
    const { oldClientNewServer, newClientOldServer } = effects[encoding];
    return `${encoding === 'json' ? 'json ' : ''}P1 ${oldClientNewServer}, P2 ${newClientOldServer}`;
  });
  return `${severity} ${rule} ${element}: ${parts.join('; ')}, ${kind}${accepted === null ? '' : ` (accepted: ${accepted.reason})`}`;
}
