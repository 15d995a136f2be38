import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import fc, { type GeneratorValue } from 'fast-check';
import { DEFAULT_SETTINGS } from '../../server/policy/settings.ts';
import type { Finding } from '../../server/policy/result.ts';
import { combined } from '../../server/rules/fixes/combine.ts';
import type { Fix } from '../../server/rules/rule.ts';
import { protoc, protocInclude } from '../protoc.ts';
import type { Edit } from './buf-compare.ts';
import { randomEdits, edited, pick } from './random-edits.ts';
import { judgeTexts, keyOf, readFixtures } from './fixtures.ts';

type Texts = ReadonlyMap<string, string>;

/** Random edits, half of them of `RELEASE`, in which many declarations depend on each other. */
export function randomBrokenEdits(seed: number, count: number): Edit[] {
  const released = readFixtures().map(({ before }) => before);
  return [
    ...randomEdits(seed, Math.ceil(count / 2), released),
    ...fc.sample(fc.gen(), { seed, numRuns: Math.floor(count / 2) }).map((draw, index) => {
      let after: Texts = RELEASE;
      for (let left = draw(fc.nat, { max: 3 }); left >= 0; left--)
        after = draw(fc.boolean) ? cutLines(draw, after) : edited(draw, after);
      return { name: `broken case ${String(index)} of seed ${String(seed)}`, before: RELEASE, after };
    }),
  ];
}

function cutLines(draw: GeneratorValue, files: Texts): Texts {
  const path = pick(draw, [...files.keys()]);
  const lines = files.get(path)?.split('\n') ?? [];
  const from = draw(fc.nat, { max: lines.length });
  const to = from + draw(fc.nat, { max: 3 });
  const without = lines.filter((_, index) => index < from || index > to);
  return new Map(files).set(path, without.join('\n'));
}

const RELEASE: Texts = new Map([
  [
    'agent.proto',
    `syntax = "proto3";
package agent;

import "types.proto";
import "google/protobuf/empty.proto";

// What the runtime calls.
service Agent {
  // Starts a container.
  rpc Start(StartRequest) returns (StartResponse);
  rpc Stop(StopRequest) returns (google.protobuf.Empty); // may take long
  rpc Watch(StopRequest) returns (stream Event) {
    option idempotency_level = NO_SIDE_EFFECTS;
  }
}

// A container to start.
message StartRequest {
  // Unique on the host.
  string id = 1;
  // Where its files are.
  types.Mount root = 2; // read-only
  repeated types.Mount mounts = 3;
  /* One of them
     at most. */
  oneof image {
    // A name in a registry.
    string name = 4;
    bytes digest = 5;
  }
  map<string, types.Device> devices = 6;
  types.Mode mode = 7;
  reserved 8, 9;
  reserved "old_name";
}

message StartResponse {
  uint64 pid = 1;
  Event first = 2;
}

message StopRequest {
  string id = 1;
  enum Signal {
    SIGNAL_NONE = 0;
    SIGNAL_TERM = 15;
  }
  Signal signal = 2;
}

message Event {
  types.State state = 1;
  oneof cause {
    string error = 2;
    int32 code = 3;
  }
}
`,
  ],
  [
    'types.proto',
    `syntax = "proto2";
package types;

import "states.proto";

message Mount {
  required string source = 1;
  optional string target = 2 [default = "/"];
  // Types are in states.proto.
  optional State state = 3 [default = READY];
  oneof options {
    string text = 4;
    Flags flags = 5;
  }
  extensions 100 to 199;
}

message Flags {
  repeated int32 bits = 1 [packed = true];
  optional group Extra = 2 {
    optional string name = 1;
  }
}

message Device {
  optional string path = 1;
}

extend Mount {
  optional string label = 100;
}
`,
  ],
  [
    'states.proto',
    `syntax = "proto2";
package types;

// Where a container is.
enum State {
  option allow_alias = true;
  UNKNOWN = 0;
  READY = 1;
  // An alias.
  CREATED = 1;
  RUNNING = 2;
}

enum Mode {
  MODE_NONE = 0;
  MODE_FAST = 1;
}
`,
  ],
]);

interface FixTotals {
  /** Edits that protoc accepts on both sides. */
  edits: number;
  fixes: number;
  /** Edits with all safe fixes at once. */
  together: number;
  readonly wrong: string[];
}

/**
 * Applies each fix alone, and then the first safe fixes of all findings together. protoc must accept the result, and no comment may be
 * duplicated. A single fix must also remove its finding, or leave it as expected.
 */
export async function applyFixes(edits: readonly Edit[]): Promise<FixTotals> {
  const totals: FixTotals = { edits: 0, fixes: 0, together: 0, wrong: [] };
  const queue = [...edits];
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let edit = queue.shift(); edit !== undefined; edit = queue.shift()) await applyAll(edit, totals);
    }),
  );
  return totals;
}

async function applyAll({ name, before, after, settings = DEFAULT_SETTINGS }: Edit, totals: FixTotals): Promise<void> {
  if ((await protocError(before)) !== undefined || (await protocError(after)) !== undefined) return;
  totals.edits++;
  const { findings } = judgeTexts(before, after, settings);
  const all = findings.map((finding) => ({ finding, fixes: finding.fixes() }));
  const check = async (
    what: string,
    fixes: readonly Fix[],
    problemWith: (left: readonly Finding[]) => string,
  ): Promise<void> => {
    const texts = withEdits(after, combined(fixes).map(explained));
    const problem =
      (await protocError(texts)) ??
      duplicatedComment(before, after, texts) ??
      problemWith(judgeTexts(before, texts, settings).findings);
    if (problem !== '')
      totals.wrong.push([`${name}: ${what}: ${problem}`, show(before), show(after), show(texts)].join('\n'));
  };
  for (const { finding, fixes } of all) {
    for (const fix of fixes) {
      totals.fixes++;
      await check(`${finding.rule} ${finding.element}: ${fix.title}`, [fix], (left) => {
        const mine = left.find((other) => keyOf(other) === keyOf(finding));
        return mine === undefined || isExpected(fix, mine) ? '' : `still found: ${mine.message}`;
      });
    }
  }
  const safe = all.flatMap(({ fixes }) => fixes.find((fix) => fix.safe) ?? []);
  if (safe.length === 0) return;
  totals.together++;
  await check(`all of ${safe.map(({ title }) => title).join('; ')}`, safe, () => '');
}

function explained(edit: Fix['edits'][number]): Fix['edits'][number] {
  return edit.placeholder === undefined ? edit : { ...edit, text: edit.text.replace(edit.placeholder, 'agreed') };
}

/** A comment that is more frequent than in the release and in the edit. */
function duplicatedComment(before: Texts, after: Texts, texts: Texts): string | undefined {
  const [old, edited, now] = [before, after, texts].map(commentsOf);
  for (const [comment, count] of now ?? [])
    if (count > Math.max(old?.get(comment) ?? 0, edited?.get(comment) ?? 0))
      return `a comment is duplicated: ${comment}`;
  return undefined;
}

function commentsOf(texts: Texts): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts.values())
    for (const [comment] of text.matchAll(/\/\/(?! proto-compat:).*|\/\*[^]*?\*\//g))
      counts.set(comment.trim(), (counts.get(comment.trim()) ?? 0) + 1);
  return counts;
}

/** Whether the fix may leave its finding like this. */
function isExpected({ title }: Fix, left: Finding): boolean {
  if (title.endsWith('(the break remains)')) return left.message.includes('was removed and reserved');
  if (title.endsWith(' in JSON')) return left.class === 'source';
  return title.startsWith('Accept') && left.accepted !== null;
}

export function withEdits(texts: Texts, edits: Fix['edits']): Texts {
  const made = new Map(texts);
  for (const edit of edits
    .map((each, index) => ({ ...each, index }))
    .sort((a, b) => b.span.start - a.span.start || b.index - a.index)) {
    const text = made.get(edit.file) ?? '';
    made.set(edit.file, text.slice(0, edit.span.start) + edit.text + text.slice(edit.span.end));
  }
  return made;
}

function show(texts: Texts): string {
  return [...texts].map(([path, text]) => `--- ${path}\n${text}`).join('\n');
}

const run = promisify(execFile);

/** Undefined if protoc accepts the files. */
async function protocError(texts: Texts): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'proto-compat-fixes-'));
  try {
    for (const [path, text] of texts) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    await run(protoc, ['-I.', `-I${protocInclude}`, `--descriptor_set_out=${join(folder, 'set')}`, ...texts.keys()], {
      cwd: folder,
    });
    return undefined;
  } catch (error) {
    return error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
