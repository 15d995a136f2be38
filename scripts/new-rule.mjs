/**
 * Creates a rule: writes its file with TODOs and its fixture, and adds it to the catalogue. Without arguments, prints the kinds of elements.
 *
 *   node scripts/new-rule.mjs field-something            the id starts with the kind of element
 *   node scripts/new-rule.mjs option something-changed   with the kind `option`, whatever the id starts with
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { ROOT } from './install.mjs';
import { KINDS, ruleText } from './rule-template.mjs';

const [first, second] = process.argv.slice(2);
const id = second ?? first;
const kind = second === undefined ? kindOf(id) : first;
if (id === undefined || kind === undefined || KINDS[kind] === undefined || !/^[a-z]+(?:-[a-z0-9]+)+$/.test(id)) {
  fail(
    `node scripts/new-rule.mjs [KIND] ID: the id is an element and what happened to it, as in field-renumbered; the kind is one of ${Object.keys(KINDS).join(', ')}. For rules about files, reservations and extension ranges, copy a similar rule in server/rules/catalogue/.`,
  );
}

const rule = `server/rules/catalogue/${id}.ts`;
const fixture = `test/fixtures/rules/${id}`;
if (existsSync(path.join(ROOT, rule))) fail(`${rule} already exists.`);

write(rule, ruleText(id, kind));
addToCatalogue();
const proto = `syntax = "proto3";
package grpc;

service AgentService {
  rpc CreateContainer(CreateContainerRequest) returns (CreateContainerResponse);
}

message CreateContainerRequest {
  string container_id = 1;
}

message CreateContainerResponse {
  int64 pid = 1;
}
`;
write(`${fixture}/before.proto`, proto);
write(`${fixture}/after.proto`, `// bump: none, 1.4.0 -> 1.4.0\n${proto}`);
console.log(`
1. Make the change in ${fixture}/after.proto, and similar edits that must not be reported.
2. Fill in the TODOs in ${rule}.
3. UPDATE=1 npx vitest run test/rules/rules.test.ts -t ${id}
   writes the findings below the lines of after.proto. Check that they are what you expect, and nothing else.
4. npx vitest run test/rules test/policy/config.test.ts -u
   tests the catalogue, and adds the rule to docs/rules.md and the configuration's schema.
5. npx eslint --fix ${rule} && npx prettier --write ${rule} server/rules/index.ts && npm run verify
   reports what is left to do, such as the number of rules in docs/comparison.md.
`);

/** @param {string | undefined} name */
function kindOf(name) {
  return Object.keys(KINDS)
    .sort((a, b) => b.length - a.length)
    .find((each) => name?.startsWith(`${each.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}-`));
}

/** Adds the rule after the last one whose name starts with the same word, or at the end. */
function addToCatalogue() {
  const file = 'server/rules/index.ts';
  const lines = readFileSync(path.join(ROOT, file), 'utf8').split('\n');
  const name = (id ?? '').replace(/-(.)/g, (_, /** @type {string} */ letter) => letter.toUpperCase());
  const line = `import ${name} from './catalogue/${id}.ts';`;
  const isRuleImport = (/** @type {string} */ text) => /^import \w+ from '\.\/catalogue\//.test(text);
  const after = lines.findIndex((text) => !isRuleImport(text) || text.localeCompare(line) > 0);
  lines.splice(after, 0, line);
  const start = lines.findIndex((text) => text.startsWith('const CHECKED'));
  const end = lines.indexOf('];', start);
  const word = /^[a-z]+/.exec(name)?.[0] ?? '';
  const same = lines.findLastIndex((text, at) => at > start && at < end && text.startsWith(`  ${word}`));
  lines.splice(same < 0 ? end : same + 1, 0, `  ${name},`);
  writeFileSync(path.join(ROOT, file), lines.join('\n'));
  console.log(file);
}

/**
 * @param {string} file
 * @param {string} text
 */
function write(file, text) {
  const target = path.join(ROOT, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
  console.log(file);
}

/**
 * @param {string} why
 * @returns {never}
 */
function fail(why) {
  console.error(why);
  process.exit(2);
}
