import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { makeRepository } from '../git/repository.ts';
import { isStep, readSteps } from './step.ts';

const made = makeRepository({ folder: 'owner+agent' });
afterEach(() => {
  made.remove();
});

test('a clone that git cannot read gets a line with the error, and only such clones are audited again', () => {
  const text = (field: string): string =>
    `syntax = "proto3";\npackage agent;\nimport "elsewhere/missing.proto";\nmessage Request {\n  ${field}\n}\nmessage Response {}\n` +
    'service Agent {\n  rpc Start(Request) returns (Response);\n}\n';
  made.commit({ 'agent.proto': text('string host = 1;') });
  made.tag('1.0.0');
  made.commit({ 'agent.proto': text('bytes name = 2;') });
  made.tag('1.1.0');
  const broken = path.join(made.temporary, 'owner+broken');
  mkdirSync(broken);
  const output = path.join(made.temporary, 'steps.jsonl');
  const run = (...clones: string[]): string =>
    execFileSync(process.execPath, ['scripts/run.mjs', 'test/census/census.ts', '--output', output, ...clones], {
      encoding: 'utf8',
      stdio: 'pipe',
    });

  run(broken, made.directory);
  const lines = readSteps(readFileSync(output, 'utf8'));
  expect(lines.filter((line) => !isStep(line))).toEqual([
    { repository: 'owner/agent', head: made.git('rev-parse', 'HEAD').trim(), releases: 2 },
    { repository: 'owner/broken', head: '', releases: 0, error: expect.stringContaining('rev-parse') as unknown },
  ]);
  expect(lines.filter(isStep)).toMatchObject([
    { from: '1.0.0', to: '1.1.0', declared: 'minor', required: 'major', tooLow: true, breaks: { 'field-removed': 1 } },
  ]);

  made.commit({ 'agent.proto': text('bytes other = 3;') });
  made.tag('1.2.0');
  run(broken, made.directory);
  expect(readSteps(readFileSync(output, 'utf8'))).toEqual(lines);
});
