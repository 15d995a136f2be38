import { CannotRun } from '../check/cannot-run.ts';
import { usedJson, usesText } from '../report/uses.ts';
import { Uses } from '../uses/uses.ts';
import { inputSchema, REPOSITORY, text } from './input.ts';
import type { Tool } from './tool.ts';

export const uses: Tool = {
  name: 'uses',
  title: 'Who uses a schema element',
  description:
    'Lists the code that uses an element of the schema, such as a method, a message or a field: for each release, and for the working tree with locations. Use it before removing or changing an element. It only searches the code of this repository.',
  input: inputSchema(
    {
      element: {
        type: 'string',
        description: 'The full name, such as grpc.AgentService.AddSwapPath, or its last parts.',
      },
      repository: REPOSITORY,
    },
    ['element'],
  ),
  run: (input, { withRepository, signal }) =>
    withRepository(text(input, 'repository'), async (project) => {
      const base = await project.codeBase();
      if (base === undefined)
        throw new CannotRun('there is no git repository to search; name a folder of a repository.');
      const search = await Uses.open(base);
      try {
        const name = text(input, 'element') ?? '';
        const elements = await search.elementsNamed(name);
        if (elements.length === 0)
          throw new CannotRun(
            `there is no element ${name}, neither in the working tree nor in a release; give a full name such as grpc.AgentService.AddSwapPath, or its last parts.`,
          );
        const found = await search.history(elements, { signal });
        return {
          text: usesText(found, { color: false }),
          data: {
            repository: project.root,
            elements: found.map(({ element, versions }) => ({
              element: element.fullName,
              kind: element.kind,
              // The last version is the working tree. In a bare repository, it is the highest release.
              uses: versions.at(-1)?.by.map(usedJson) ?? [],
              usedAt: versions
                .filter(({ by }) => by.some(({ places, tests }) => places.length + tests.length > 0))
                .map(({ at }) => at?.version ?? null),
            })),
          },
        };
      } finally {
        search.close();
      }
    }),
};
