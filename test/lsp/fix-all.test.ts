import { join } from 'node:path';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CodeAction, TextEdit } from 'vscode-languageserver/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Finding } from '../../server/policy/result.ts';
import { type Fixture, judgeTexts, readFixtures } from '../rules/fixtures.ts';
import { Client, uriOf } from './client.ts';
import { FakeChecker, result } from './fake-checker.ts';

/** What is restored in them gives another finding, which has no safe way out of its own, its number or name back as well. */
const WITH_OTHERS = new Set([
  'enum-value-number-reused.alias',
  'extension-range-removed.json',
  'field-renamed.type',
  'reservation-violated.taken',
]);

/** No fixture is a file there. */
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

describe.each(readFixtures())('restoring all of $name that is safe', (fixture) => {
  const root = join(ROOT, fixture.name);
  const judged = (texts: ReadonlyMap<string, string>): readonly Finding[] =>
    judgeTexts(fixture.before, texts, fixture.settings).findings;

  it('makes those findings go away, no other, and adds none', async () => {
    const checker = new FakeChecker(root, (texts) => result(judged(texts)));
    checker.released = new Map(fixture.before);
    checkers.set(fixture.name, checker);
    for (const [file, text] of fixture.after) client.open(join(root, file), text);
    const before = judged(fixture.after);
    let texts: ReadonlyMap<string, string> = fixture.after;
    // One file after the other, as an editor does on save. What gets into each other's way takes another time.
    for (const file of [...fixture.after.keys(), ...fixture.after.keys()]) {
      texts = await restored(fixture, file, texts);
      for (const [changed, text] of texts) client.change(join(root, changed), text);
    }
    const after = judged(texts);
    const left = new Set(after.map(keyOf));
    const known = new Set(before.map(keyOf));
    const isSafe = (finding: Finding): boolean => finding.accepted === null && finding.fixes().some(({ safe }) => safe);
    expect(before.filter((finding) => isSafe(finding) && left.has(keyOf(finding))).map(keyOf)).toEqual([]);
    const gone = before.filter((finding) => !isSafe(finding) && !left.has(keyOf(finding)));
    expect(gone.map(keyOf).length > 0).toBe(WITH_OTHERS.has(fixture.name));
    // What is back makes an addition of what had taken its place, or of the message that nothing uses any more.
    const worse = after.filter(
      (finding) =>
        !known.has(keyOf(finding)) &&
        finding.rule !== 'message-added' &&
        // The alias went with the name whose number was reused, and was told with it.
        !(fixture.name === 'enum-value-number-reused.alias' && finding.rule === 'enum-value-removed') &&
        !(finding.rule.endsWith('-added') && before.some(({ element }) => element === finding.element)),
    );
    expect(worse.map(keyOf)).toEqual([]);
    for (const file of fixture.after.keys()) client.shut(join(root, file));
  });
});

async function restored(
  { name }: Fixture,
  file: string,
  texts: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const none = { line: 0, character: 0 };
  const [action] = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
    textDocument: { uri: uriOf(join(ROOT, name, file)) },
    range: { start: none, end: none },
    context: { diagnostics: [], only: ['source.fixAll.protoCompat'] },
  });
  const changed = new Map(texts);
  for (const change of action?.edit?.documentChanges ?? []) {
    if (!('textDocument' in change)) continue;
    const path = change.textDocument.uri.slice(uriOf(join(ROOT, name)).length + 1);
    // This server sends no snippets.
    const edits = change.edits as TextEdit[];
    changed.set(path, TextDocument.applyEdits(TextDocument.create('', '', 0, texts.get(path) ?? ''), edits));
  }
  return changed;
}

/** The same finding before and after. */
function keyOf({ rule, element, baseline, message }: Finding): string {
  return `${rule} ${baseline === null ? `${element} ${/`[^`]*`/.exec(message)?.[0] ?? ''}` : JSON.stringify(baseline)}`;
}
