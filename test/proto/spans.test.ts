import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from '../../server/proto/parse.ts';
import { drawEdit } from '../effects/generate.ts';
import { describeFiles, describeTexts } from '../protoc.ts';
import { spanDifferences } from './oracle.ts';

describe('spans equal those of protoc', () => {
  const folder = join(import.meta.dirname, 'fixtures');
  const names = readdirSync(folder).filter((name) => name.endsWith('.proto'));
  const descriptors = new Map(describeFiles(folder, names).file.map((file) => [file.name, file]));

  it.each(names)('%s', (name) => {
    const file = parse(readFileSync(join(folder, name), 'utf8'));
    const descriptor = descriptors.get(name);
    if (descriptor === undefined) throw new Error(`protoc gave no descriptor of ${name}`);
    expect(file.problems).toEqual([]);
    expect(spanDifferences(file, descriptor)).toEqual([]);
    expect(descriptor.sourceCodeInfo?.location.length).toBeGreaterThan(20);
  });

  it('in generated files', () => {
    const texts = fc
      .sample(fc.gen(), { numRuns: 200, seed: 1 })
      .map((draw, index) => drawEdit(draw).new.replace(';', `; package p${String(index)};`));
    const set = describeTexts(Object.fromEntries(texts.map((text, index) => [`${String(index)}.proto`, text])));
    const differences = set.file.flatMap((descriptor) => {
      const text = texts[Number.parseInt(descriptor.name)];
      return text === undefined ? [] : spanDifferences(parse(text), descriptor).map((each) => `${each} in ${text}`);
    });
    expect(differences).toEqual([]);
  });
});
