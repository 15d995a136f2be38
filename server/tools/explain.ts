import { CannotRun } from '../check/cannot-run.ts';
import { didYouMean } from '../policy/did-you-mean.ts';
import { ruleExplanation, ruleMarkdown } from '../report/rule.ts';
import { RULES } from '../rules/index.ts';
import { inputSchema } from './input.ts';
import type { Tool } from './tool.ts';

export const explain: Tool = {
  name: 'explain',
  title: 'Explain a compatibility rule',
  description: 'Explains what a rule means, who breaks, and what to do instead. Use it to fix a finding of `check`.',
  input: inputSchema({ rule: { type: 'string', description: 'The id of the rule, such as field-renumbered.' } }, [
    'rule',
  ]),
  run: (input) => {
    const rule = RULES.find(({ id }) => id === input['rule']);
    if (rule === undefined) {
      const name = typeof input['rule'] === 'string' ? input['rule'] : '';
      const ids = RULES.map(({ id }) => id);
      throw new CannotRun(`there is no rule ${name}${didYouMean(name, ids)}; the rules are ${ids.join(', ')}.`);
    }
    return Promise.resolve({ text: ruleMarkdown(rule), data: ruleExplanation(rule) });
  },
};
