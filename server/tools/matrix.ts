import { CannotRun } from '../check/cannot-run.ts';
import { matrix as compareAll, type Matrix } from '../check/matrix.ts';
import { groupsOf } from '../report/matrix-groups.ts';
import { matrixText } from '../report/matrix.ts';
import { count } from '../rules/words.ts';
import { inputSchema, POLICY, REPOSITORY, text } from './input.ts';
import type { Tool } from './tool.ts';

/** Successive releases with equal schemas share a row and a column. */
const MAX_SCHEMAS = 12;

export const matrix: Tool = {
  name: 'matrix',
  title: 'Version skew matrix',
  description:
    'Compares each of the newest releases as the client with each of them as the server. The working tree counts as the newest. Use it to find out which deployed versions still work together.',
  input: inputSchema({
    repository: REPOSITORY,
    module: {
      type: 'string',
      description:
        "The prefix of the module's tags, such as api/. By default the module whose tags have no prefix, or the only one.",
    },
    policy: POLICY,
  }),
  run: (input, { withRepository, signal }) =>
    withRepository(text(input, 'repository'), async (project) => {
      const prefixes = [...new Set((await project.releases()).map(({ prefix }) => prefix))];
      const prefix = selectedPrefix(text(input, 'module'), prefixes);
      const whole = await compareAll(project, { policy: text(input, 'policy'), prefix, pending: true, signal });
      const { found, left } = newest(whole);
      const groups = groupsOf(found.versions);
      return {
        text: `${matrixText(found, { color: false })}${left === 0 ? '' : `${count(left, 'older release')} omitted.\n`}`,
        data: {
          repository: project.root,
          versions: groups.map(({ label }) => label),
          // Other pairs have the effect `exact`.
          affected: groups.flatMap((client) =>
            groups.flatMap((server) => {
              const cell = found.cells[client.first * found.versions.length + server.first];
              if (cell === undefined || cell.effect === 'exact') return [];
              const { effect, findings, broken } = cell;
              return [{ client: client.label, server: server.label, effect, findings, broken }];
            }),
          ),
          leftOut: left,
        },
      };
    }),
};

function selectedPrefix(module: string | undefined, prefixes: readonly string[]): string {
  const names = prefixes.map((prefix) => prefix || '.').join(', ');
  if (prefixes.length === 0) throw new CannotRun('there is no release to compare; tag one, as in `git tag 1.0.0`.');
  const [only = ''] = prefixes.length === 1 ? prefixes : [];
  const wanted = module ?? only;
  const prefix = /^[./]*$/.test(wanted) ? '' : wanted.replace(/(?<!\/)\/*$/, '/');
  if (!prefixes.includes(prefix)) throw new CannotRun(`choose one of the modules with \`module\`: ${names}.`);
  return prefix;
}

function newest(whole: Matrix): { readonly found: Matrix; readonly left: number } {
  const last = whole.versions.at(-1)?.schema ?? 0;
  const left = whole.versions.filter(({ schema }) => schema <= last - MAX_SCHEMAS).length;
  const cells = whole.cells
    .filter(({ client, server }) => client >= left && server >= left)
    .map((cell) => ({ ...cell, client: cell.client - left, server: cell.server - left }));
  // The text of `leftOut` names flags of the command, which a tool doesn't have.
  return { found: { ...whole, versions: whole.versions.slice(left), leftOut: 0, cells }, left: left + whole.leftOut };
}
