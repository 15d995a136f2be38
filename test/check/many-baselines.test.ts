import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Project } from '../../server/check/project.ts';
import { makeRepository, type TestRepository } from '../git/repository.ts';

let made: TestRepository;
let project: Project;
beforeEach(async () => {
  made = makeRepository();
  made.commit({ 'a.proto': textOf(0) });
  project = await Project.open(made.directory);
});
afterEach(() => {
  project.close();
  made.remove();
});

test('memory does not grow with the number of baselines', { timeout: 60_000 }, async () => {
  const compare = async (from: number, to: number): Promise<void> => {
    for (let n = from; n < to; n++) {
      made.commit({ 'a.proto': textOf(n) });
      made.git('tag', '--force', '1.0.0');
      project.invalidate();
      project.openText('a.proto', textOf(n).replace('  string changing', '  bool changing'));
      const { findings } = await project.check();
      expect(findings.map(({ rule }) => rule)).toEqual(['field-type-changed']);
    }
  };
  await compare(1, 6);
  const before = usedHeap();
  await compare(6, 26);
  // Each baseline needs about two megabytes.
  expect(usedHeap() - before).toBeLessThan(15_000_000);
});

/** Versions differ in several places, so none is parsed as an edit of another. */
function textOf(version: number): string {
  const fields = Array.from({ length: 2000 }, (_, n) => `  string field_number_${n} = ${n + 2};\n`);
  return `// Version ${version}.\nsyntax = "proto3";\npackage p;\nmessage M {\n  string changing_${version} = 1;\n${fields.join('')}}\n`;
}

/** In bytes, after garbage collection. */
function usedHeap(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('Node.js does not expose the garbage collector.');
  for (let n = 0; n < 2; n++) Reflect.apply(collect, undefined, []);
  return process.memoryUsage().heapUsed;
}
