import { stepsOf } from './check.ts';
import { compare, FROM, inputSchema, PATHS, POLICY, REPOSITORY, text, TO } from './input.ts';
import type { Tool } from './tool.ts';

export const next: Tool = {
  name: 'next',
  title: 'Next version of the protocol',
  description:
    'Reports which version the edits since the last release need, and which change forces it. Use it before choosing a version or a tag.',
  input: inputSchema({ repository: REPOSITORY, paths: PATHS, from: FROM, to: TO, policy: POLICY }),
  run: (input, { withRepository, signal }) =>
    withRepository(text(input, 'repository'), async (project) => {
      const result = await compare(project, input, signal);
      const modules = stepsOf(result);
      return {
        text: modules
          .map(
            ({ module, step, because }) =>
              `${module === '' ? '' : `${module} `}${step}${because === null ? '' : `: ${because}`}`,
          )
          .join('\n'),
        data: { repository: project.root, modules },
      };
    }),
};
