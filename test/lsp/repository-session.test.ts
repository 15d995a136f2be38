import { TextDocument } from 'vscode-languageserver-textdocument';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { RepositorySession } from '../../server/lsp/repository-session.ts';
import { type Checked, type State, textsOf } from '../../server/lsp/session-state.ts';
import { FakeChecker, result } from './fake-checker.ts';

const DELAY = 150;

/** In milliseconds. */
let took: number;
let states: State[];
let checker: FakeChecker;
let repository: RepositorySession;
let version = 0;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  took = 1;
  states = [];
  checker = new FakeChecker(
    '/nowhere',
    () =>
      new Promise((resolve) => {
        setTimeout(() => {
          resolve(result([]));
        }, took);
      }),
  );
  repository = new RepositorySession(checker, {
    idleDelay: () => DELAY,
    onState: (_repository, state) => states.push(state),
    onGitChange: () => undefined,
  });
  await repository.ready;
});
afterEach(() => {
  repository.close();
  vi.useRealTimers();
});

function edit(): void {
  repository.edit('a.proto', TextDocument.create('file:///nowhere/a.proto', 'proto', ++version, ''));
}

/** Edits. @returns the number of checks that start within this time */
async function checksAfterEdit(milliseconds: number): Promise<number> {
  const before = checker.checks.length;
  edit();
  await vi.advanceTimersByTimeAsync(milliseconds);
  await vi.advanceTimersByTimeAsync(0);
  return checker.checks.length - before;
}

async function rest(): Promise<void> {
  await vi.advanceTimersByTimeAsync(1000);
}

/** Edits until the session knows how long a check takes. */
async function editsTaking(milliseconds: number): Promise<void> {
  took = milliseconds;
  for (let i = 0; i < 4; i++) {
    edit();
    await rest();
  }
}

it('checks at once while most checks are fast', async () => {
  for (const milliseconds of [400, 2, 400, 2]) {
    took = milliseconds;
    expect(await checksAfterEdit(0)).toBe(1);
    await rest();
  }
});

it('waits for a pause in typing while checks are slow', async () => {
  await editsTaking(DELAY);
  expect(await checksAfterEdit(DELAY - 1)).toBe(0);
  // A newer edit restarts the delay.
  expect(await checksAfterEdit(DELAY - 1)).toBe(0);
  took = 2;
  await rest();
  expect(await checksAfterEdit(0)).toBe(1);
});

it('waits at most twice the duration of a check', async () => {
  await editsTaking(20);
  expect(await checksAfterEdit(39)).toBe(0);
  await rest();
  expect(await checksAfterEdit(40)).toBe(1);
});

it('does not delay an urgent request', async () => {
  await editsTaking(50);
  edit();
  const before = checker.checks.length;
  const settled = repository.settled();
  await vi.advanceTimersByTimeAsync(0);
  expect(checker.checks).toHaveLength(before + 1);
  await rest();
  expect(await settled).toMatchObject({ kind: 'checked' });
});

it('delays requests that editors send by themselves', async () => {
  await editsTaking(DELAY);
  edit();
  const before = checker.checks.length;
  const settled = repository.settled(undefined, false);
  await vi.advanceTimersByTimeAsync(DELAY - 1);
  expect(checker.checks).toHaveLength(before);
  await rest();
  expect(await settled).toMatchObject({ kind: 'checked' });
});

it('answers pending requests when it is closed', async () => {
  checker.answer = () => new Promise(() => undefined);
  edit();
  const settled = repository.settled();
  await vi.advanceTimersByTimeAsync(0);
  repository.close();
  expect(await settled).toMatchObject({ kind: 'failed' });
  expect(await repository.settled()).toMatchObject({ kind: 'failed' });
  expect(checker.checks).toHaveLength(1);
});

it('checks again after a pause if a name was being typed', async () => {
  checker.typing = true;
  checker.answer = () => result([], { isTyping: checker.typing });
  await checksAfterEdit(0);
  expect(checker.completions).toBe(0);
  // A newer edit restarts the pause.
  expect(await checksAfterEdit(999)).toBe(1);
  expect(checker.completions).toBe(0);
  const before = checker.checks.length;
  await vi.advanceTimersByTimeAsync(1);
  await vi.advanceTimersByTimeAsync(0);
  expect(checker.completions).toBe(1);
  await rest();
  expect(checker.checks).toHaveLength(before + 1);
});

it('completes a half-typed name on request', async () => {
  checker.typing = true;
  checker.answer = () => result([], { isTyping: checker.typing });
  await checksAfterEdit(0);
  repository.completeWords();
  expect(await repository.settled()).toMatchObject({ result: { modules: [{ isTyping: false }] } });
  repository.completeWords();
  expect(checker.completions).toBe(1);
  checker.typing = true;
  edit();
  repository.completeWords();
  expect(checker.completions).toBe(2);
  expect(await repository.settled()).toMatchObject({ result: { modules: [{ isTyping: false }] } });
});

it('does not restart a running check if no name is half typed', async () => {
  took = 50;
  edit();
  await vi.advanceTimersByTimeAsync(49);
  repository.completeWords();
  await vi.advanceTimersByTimeAsync(1);
  await vi.advanceTimersByTimeAsync(0);
  expect(states).toHaveLength(1);
  expect(checker.checks).toHaveLength(1);
});

it.each([
  ['the editor', false],
  ['a person', true],
])('checks several documents together, even while %s waits', async (_, isUrgent) => {
  await checksAfterEdit(0);
  await rest();
  took = 5;
  const before = checker.checks.length;
  const open = (path: string): void => {
    repository.edit(path, TextDocument.create(`file:///nowhere/${path}`, 'proto', 1, ''));
  };
  const settled = [];
  for (let i = 0; i < 1000; i++) {
    open(`${String(i)}.proto`);
    if (i === 1) settled.push(repository.settled(undefined, isUrgent));
    await vi.advanceTimersByTimeAsync(2);
  }
  await rest();
  // One for the first document, one for the request, one for the others.
  expect(checker.checks.length - before).toBeLessThanOrEqual(3);
  expect(states.at(-1)).toMatchObject({ documents: { size: 1001 } });
  await Promise.all(settled);
});

it('keeps the checked text after an edit', async () => {
  // An edit changes this object.
  const document = TextDocument.create('file:///nowhere/a.proto', 'proto', 1, 'old');
  repository.edit('a.proto', document);
  const state = await checked();
  TextDocument.update(document, [{ text: 'new' }], 2);
  repository.edit('a.proto', document);
  expect(textsOf(state)).toEqual(new Map([['a.proto', 'old']]));
  expect(state.documents.get('a.proto')?.version).toBe(1);
  expect(textsOf(await checked())).toEqual(new Map([['a.proto', 'new']]));
});

async function checked(): Promise<Checked> {
  const settled = repository.settled();
  await rest();
  const state = await settled;
  if (state.kind === 'failed') throw state.error;
  return state;
}

it('checks a single document at once when it is opened', async () => {
  await checksAfterEdit(0);
  await rest();
  const before = checker.checks.length;
  repository.edit('b.proto', TextDocument.create('file:///nowhere/b.proto', 'proto', 1, ''));
  await vi.advanceTimersByTimeAsync(0);
  expect(checker.checks.length - before).toBe(1);
});
