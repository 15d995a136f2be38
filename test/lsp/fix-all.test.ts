import { join } from 'node:path';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CodeAction, TextEdit } from 'vscode-languageserver/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Finding } from '../../server/policy/result.ts';
import { type Fixture, judgeTexts, keyOf, readFixtures } from '../rules/fixtures.ts';
import { Client, uriOf } from './client.ts';
import { FakeChecker, result } from './fake-checker.ts';

/** Here, a fix also resolves findings without a safe fix, for example by restoring the whole field. */
const RESOLVES_ANOTHER = new Set([
  'enum-value-number-reused.alias',
  'extension-range-removed.json',
  'field-encoding-changed.masked',
  'field-renamed.type',
  'reservation-violated.taken',
]);

const ROOT = '/fixtures';

let client: Client;
const checkers = new Map<string, FakeChecker>();
beforeAll(async () => {
  client = await Client.inside((directory) => {
    const name = directory.slice(ROOT.length + 1).split('/')[0] ?? '';
    const checker = checkers.get(name);
    return checker === undefined ? Promise.reject(new Error(`no fixture ${name}`)) : Promise.resolve(checker);
  });
});
afterAll(() => client.stop());

const FIXTURES = readFixtures().map((fixture) => [fixture.name, fixture] as const);

describe.each(FIXTURES)('applying all safe fixes of %s', (name, fixture) => {
  const root = join(ROOT, name);
  const judged = (texts: ReadonlyMap<string, string>): readonly Finding[] =>
    judgeTexts(fixture.before, texts, fixture.settings).findings;

  it('resolves their findings, and causes no new findings except about additions', async () => {
    // Otherwise, types of files that are not open yet would count as removed.
    const checker = new FakeChecker(root, (open) => result(judged(new Map([...fixture.after, ...open]))));
    checker.released = new Map(fixture.before);
    checkers.set(fixture.name, checker);
    for (const [file, text] of fixture.after) client.open(join(root, file), text);
    const before = judged(fixture.after);
    let texts: ReadonlyMap<string, string> = fixture.after;
    // A round applies one of several overlapping fixes.
    for (const file of [...fixture.after.keys(), ...fixture.after.keys()]) {
      texts = await applySafeFixes(fixture, file, texts);
      for (const [changed, text] of texts) client.change(join(root, changed), text);
    }
    const after = judged(texts);
    const left = new Set(after.map(keyOf));
    const known = new Set(before.map(keyOf));
    const isSafe = (finding: Finding): boolean => finding.accepted === null && finding.fixes().some(({ safe }) => safe);
    expect(before.filter((finding) => isSafe(finding) && left.has(keyOf(finding))).map(keyOf)).toEqual([]);
    const resolved = before.filter((finding) => !isSafe(finding) && !left.has(keyOf(finding)));
    expect(resolved.map(keyOf).length > 0).toBe(RESOLVES_ANOTHER.has(fixture.name));
    // After an element is restored, its replacement counts as added.
    const worse = after.filter(
      (finding) =>
        !known.has(keyOf(finding)) &&
        finding.rule !== 'message-added' &&
        // Before, the finding about the reused number included the removed alias.
        !(fixture.name === 'enum-value-number-reused.alias' && finding.rule === 'enum-value-removed') &&
        !(finding.rule.endsWith('-added') && before.some(({ element }) => element === finding.element)),
    );
    expect(worse.map(keyOf)).toEqual([]);
    for (const file of fixture.after.keys()) client.closeDocument(join(root, file));
  });
});

async function applySafeFixes(
  { name }: Fixture,
  file: string,
  texts: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const origin = { line: 0, character: 0 };
  const [action] = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
    textDocument: { uri: uriOf(join(ROOT, name, file)) },
    range: { start: origin, end: origin },
    context: { diagnostics: [], only: ['source.fixAll.protoCompat'] },
  });
  const changed = new Map(texts);
  for (const change of action?.edit?.documentChanges ?? []) {
    if (!('textDocument' in change)) continue;
    const path = change.textDocument.uri.slice(uriOf(join(ROOT, name)).length + 1);
    const edits = change.edits as TextEdit[];
    changed.set(path, TextDocument.applyEdits(TextDocument.create('', '', 0, texts.get(path) ?? ''), edits));
  }
  return changed;
}
