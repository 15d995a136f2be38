import process from 'node:process';
import { didYouMean } from '../policy/did-you-mean.ts';
import { ruleExplanation, ruleList, ruleMarkdown, ruleText } from '../report/rule.ts';
import { RULES } from '../rules/index.ts';
import type { RuleInfo } from '../rules/rule.ts';
import { list } from '../rules/words.ts';
import { CannotRun, type Input } from './command.ts';
import { wantsColor } from './project.ts';

/** Needs no repository and no network. */
export function explain(input: Input): Promise<number> {
  const [id, ...more] = input.positionals;
  if (more.length > 0) throw new CannotRun('explain takes one rule at a time.');
  process.stdout.write(render(input.value('format') ?? 'text', id));
  return Promise.resolve(0);
}

function render(format: string, id: string | undefined): string {
  const color = wantsColor(process.stdout);
  const rule = RULES.find((candidate) => candidate.id === id);
  const rules = rule === undefined ? rulesFor(id) : [rule];
  switch (format) {
    case 'json':
      return `${JSON.stringify(rule === undefined ? rules.map(ruleExplanation) : ruleExplanation(rule), undefined, 2)}\n`;
    case 'markdown':
      return rules.map(ruleMarkdown).join('\n');
    default:
      return rule === undefined ? ruleList(rules, { color }) : ruleText(rule, { color });
  }
}

/**
 * All rules, or those that cover a rule of buf.
 * @throws CannotRun if none covers it
 */
function rulesFor(name: string | undefined): readonly RuleInfo[] {
  if (name === undefined) return RULES;
  const covering = RULES.filter(({ buf }) => buf.includes(name));
  if (covering.length > 0) return covering;
  throw new CannotRun(
    `there is no rule ${name}${suggestion(name)}; \`proto-compat explain\` without a name lists all of them.`,
  );
}

/** " (did you mean …?)"; otherwise empty. */
function suggestion(name: string): string {
  const ids = RULES.map(({ id }) => id);
  const near = didYouMean(name, ids);
  if (near !== '') return near;
  const containing = ids.filter((id) => id.includes(name.toLowerCase()));
  return containing.length === 0 || containing.length > 5 ? '' : ` (did you mean ${list(containing, 'or')}?)`;
}
