import { TextDocument } from 'vscode-languageserver-textdocument';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { Repository, type State } from '../../server/lsp/repository.ts';
import { FakeChecker, result } from './fake-checker.ts';

const DELAY = 150;

let took: number;
let told: State[];
let checker: FakeChecker;
let repository: Repository;
let version = 0;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  took = 1;
  told = [];
  checker = new FakeChecker('/nowhere', async () => {
    await vi.advanceTimersByTimeAsync(took);
    return result([]);
  });
  repository = new Repository(
    checker,
    () => DELAY,
    (_repository, state) => told.push(state),
    () => undefined,
  );
});
afterEach(() => {
  repository.close();
  vi.useRealTimers();
});

function edit(): void {
  repository.edit('a.proto', TextDocument.create('file:///nowhere/a.proto', 'proto', ++version, ''));
}

/** Edits and lets a time pass. @returns how many checks began meanwhile. */
async function checksWithin(milliseconds: number): Promise<number> {
  const before = checker.asked.length;
  edit();
  await vi.advanceTimersByTimeAsync(milliseconds);
  return checker.asked.length - before;
}

it('checks at once while checks are fast, the first slow one and one hiccup included', async () => {
  took = 400;
  expect(await checksWithin(0)).toBe(1);
  took = 2;
  expect(await checksWithin(0)).toBe(1);
  took = 400;
  expect(await checksWithin(0)).toBe(1);
  expect(await checksWithin(0)).toBe(1);
});

it('waits until the keys rest once checks are slow, and is fast again when they are', async () => {
  took = 50;
  for (let i = 0; i < 4; i++) {
    await checksWithin(DELAY);
    await vi.advanceTimersByTimeAsync(DELAY);
  }
  expect(await checksWithin(DELAY - 1)).toBe(0);
  // A newer edit begins the wait anew.
  expect(await checksWithin(DELAY - 1)).toBe(0);
  took = 2;
  await vi.advanceTimersByTimeAsync(DELAY);
  expect(await checksWithin(0)).toBe(1);
});

it('does not let a question wait for the keys to rest', async () => {
  took = 50;
  for (let i = 0; i < 4; i++) {
    await checksWithin(DELAY);
    await vi.advanceTimersByTimeAsync(DELAY);
  }
  edit();
  const settled = repository.settled();
  await vi.advanceTimersByTimeAsync(took);
  expect(await settled).toMatchObject({ kind: 'checked' });
});

it('lets what editors ask by themselves wait with it', async () => {
  took = 50;
  for (let i = 0; i < 4; i++) {
    await checksWithin(DELAY);
    await vi.advanceTimersByTimeAsync(DELAY);
  }
  edit();
  const before = checker.asked.length;
  const settled = repository.settled(undefined, false);
  await vi.advanceTimersByTimeAsync(DELAY - 1);
  expect(checker.asked).toHaveLength(before);
  await vi.advanceTimersByTimeAsync(1);
  expect(await settled).toMatchObject({ kind: 'checked' });
});

it('answers those who ask while it is closed', async () => {
  checker.answer = () => new Promise(() => undefined);
  edit();
  const settled = repository.settled();
  repository.close();
  expect(await settled).toMatchObject({ kind: 'failed' });
  expect(await repository.settled()).toMatchObject({ kind: 'failed' });
  expect(checker.asked).toHaveLength(1);
});
