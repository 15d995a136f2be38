import { type CheckResult, isBaseline, type Module, moduleOf } from '../check/result.ts';
import type { FileProblem, Finding } from '../policy/result.ts';
import versionTooLow from '../rules/catalogue/version-too-low.ts';
import { type Failing, failing } from './failing.ts';
import { numbered } from './fingerprint.ts';
import { xml } from './plain.ts';
import { details } from './text.ts';
import { counts, declaration, place, remarks, versionStep } from './words.ts';

/**
 * A suite for each module, with a test for each finding and problem, and one for the version. The report is valid in
 * the schemas of Ant and of Jenkins. Ant's requires a `timestamp` and has no `skipped`.
 * @param options.failOn the value of `--fail-on`
 * @param options.now the time of the check
 */
export function junit(result: CheckResult, options: { readonly failOn: string; readonly now: Date }): string {
  const suites = result.modules.map((module, index) => suite(module, index, result, options));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('')}</testsuites>\n`;
}

function suite(
  module: Module,
  index: number,
  result: CheckResult,
  { failOn, now }: { readonly failOn: string; readonly now: Date },
): string {
  const { findings } = module;
  const problems = result.problems.filter(({ file }) => moduleOf(result, file).prefix === module.prefix);
  const failed = failing({ findings, problems }, failOn);
  const tests = [
    versionTest(module),
    ...withUniqueNames(findings.map((finding) => findingTest(finding, result, failed))),
    ...withUniqueNames(problems.map((problem) => problemTest(problem, failed))),
  ];
  const count = (outcome: Test['outcome']): number => tests.filter((test) => test.outcome === outcome).length;
  const properties = {
    baseline: isBaseline(module.baseline) ? module.baseline.ref : module.baseline.message,
    policy: result.policy,
    bump: module.bump,
    'next-version': module.nextVersion ?? '',
  };
  const name = module.prefix === '' ? 'proto-compat' : `proto-compat ${module.prefix}`;
  const attributes = [
    attribute('id', String(index)),
    attribute('name', name),
    attribute('package', 'proto-compat'),
    attribute('timestamp', now.toISOString().replace(/\.\d+Z$/, '')),
    attribute('hostname', 'localhost'),
    attribute('tests', String(tests.length)),
    attribute('failures', String(count('failure'))),
    attribute('errors', String(count('error'))),
    attribute('time', '0'),
  ];
  return [
    `  <testsuite ${attributes.join(' ')}>\n`,
    '    <properties>\n',
    ...Object.entries(properties).map(
      ([key, value]) => `      <property ${attribute('name', key)} ${attribute('value', value)}/>\n`,
    ),
    '    </properties>\n',
    ...tests.map(shown),
    `    <system-out>${[`${versionStep(module)}; ${counts(findings)}`, ...remarks(module, result)].map(xml).join('\n')}</system-out>\n`,
    '    <system-err></system-err>\n',
    '  </testsuite>\n',
  ].join('');
}

interface Test {
  readonly group: string;
  readonly name: string;
  readonly outcome: 'passed' | 'failure' | 'error';
  readonly type: string;
  readonly message: string;
  readonly lines: readonly string[];
}

/** A version file that is too low has its own finding, so this test is only about `--declared`. */
function versionTest(module: Module): Test {
  const { declaredVersion } = module;
  const isTooLow = declaredVersion?.file.startsWith('--') === true && !declaredVersion.sufficient;
  const declared = declaration(module) ?? '';
  return {
    group: 'proto-compat',
    name: `${module.prefix === '' ? '' : `${module.prefix}: `}${versionStep(module)}`,
    outcome: isTooLow ? 'failure' : 'passed',
    type: versionTooLow.id,
    message: declared,
    lines: [declared],
  };
}

/** Services count two tests with the same name as one. */
function withUniqueNames(tests: readonly Test[]): Test[] {
  const keys = tests.map(({ group, name }) => `${group}\n${name}`);
  const unique = numbered(keys, (key, number) => `${key} (${number})`);
  return tests.map((test, index) => ({ ...test, name: unique[index]?.slice(test.group.length + 1) ?? test.name }));
}

function findingTest(finding: Finding, result: CheckResult, failed: Failing): Test {
  return {
    group: finding.file,
    name: `${finding.rule} ${finding.element}`,
    outcome: failed.findings.includes(finding) ? 'failure' : 'passed',
    type: finding.rule,
    message: finding.message,
    lines: [`${place(finding)}: ${finding.message}`, ...details(finding, result)],
  };
}

function problemTest(problem: FileProblem, failed: Failing): Test {
  return {
    group: problem.file,
    name: `${problem.kind}: ${problem.message}`,
    outcome: failed.problems.includes(problem) ? 'error' : 'passed',
    type: problem.kind,
    message: problem.message,
    lines: [`${place(problem)}: ${problem.message}`],
  };
}

function shown({ group, name, outcome, type, message, lines }: Test): string {
  const head = `    <testcase ${attribute('classname', group)} ${attribute('name', name)} time="0"`;
  if (outcome === 'passed') return `${head}/>\n`;
  const why = `<${outcome} ${attribute('type', type)} ${attribute('message', message)}>`;
  return `${head}>\n      ${why}${lines.map(xml).join('\n')}</${outcome}>\n    </testcase>\n`;
}

/** The XML type `token` allows no leading or trailing spaces. */
function attribute(name: string, value: string): string {
  return `${name}="${xml(value).trim()}"`;
}
