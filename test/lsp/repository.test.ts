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

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  took = 1;
  told = [];
  checker = new FakeChecker(
    '/nowhere',
    () =>
      new Promise((resolve) => {
        setTimeout(() => {
          resolve(result([]));
        }, took);
      }),
  );
  repository = new Repository(
    checker,
    () => DELAY,
    (_repository, state) => told.push(state),
    () => undefined,
  );
  await repository.ready;
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
  // What is due by now has begun.
  await vi.advanceTimersByTimeAsync(0);
  return checker.asked.length - before;
}

/** Lets everything that is under way end. */
async function rest(): Promise<void> {
  await vi.advanceTimersByTimeAsync(1000);
}

/** Edits, with checks that take so long, until it is known that they do. */
async function editsTaking(milliseconds: number): Promise<void> {
  took = milliseconds;
  for (let i = 0; i < 4; i++) {
    edit();
    await rest();
  }
}

it('checks at once while checks are fast, the first slow one and one hiccup included', async () => {
  for (const milliseconds of [400, 2, 400, 2]) {
    took = milliseconds;
    expect(await checksWithin(0)).toBe(1);
    await rest();
  }
});

it('waits until the keys rest once checks are slow, and is fast again when they are', async () => {
  await editsTaking(DELAY);
  expect(await checksWithin(DELAY - 1)).toBe(0);
  // A newer edit begins the wait anew.
  expect(await checksWithin(DELAY - 1)).toBe(0);
  took = 2;
  await rest();
  expect(await checksWithin(0)).toBe(1);
});

it('waits no longer than twice what a check takes', async () => {
  await editsTaking(20);
  expect(await checksWithin(39)).toBe(0);
  await rest();
  expect(await checksWithin(40)).toBe(1);
});

it('does not let a question wait for the keys to rest', async () => {
  await editsTaking(50);
  edit();
  const before = checker.asked.length;
  const settled = repository.settled();
  await vi.advanceTimersByTimeAsync(0);
  expect(checker.asked).toHaveLength(before + 1);
  await rest();
  expect(await settled).toMatchObject({ kind: 'checked' });
});

it('lets what editors ask by themselves wait with it', async () => {
  await editsTaking(DELAY);
  edit();
  const before = checker.asked.length;
  const settled = repository.settled(undefined, false);
  await vi.advanceTimersByTimeAsync(DELAY - 1);
  expect(checker.asked).toHaveLength(before);
  await rest();
  expect(await settled).toMatchObject({ kind: 'checked' });
});

it('answers those who ask while it is closed', async () => {
  checker.answer = () => new Promise(() => undefined);
  edit();
  const settled = repository.settled();
  await vi.advanceTimersByTimeAsync(0);
  repository.close();
  expect(await settled).toMatchObject({ kind: 'failed' });
  expect(await repository.settled()).toMatchObject({ kind: 'failed' });
  expect(checker.asked).toHaveLength(1);
});
