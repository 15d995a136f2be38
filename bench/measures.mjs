import { activation } from './measures/activation.mjs';
import { codeActions } from './measures/code-actions.mjs';
import { growth } from './measures/growth.mjs';
import { history } from './measures/history.mjs';
import { mass } from './measures/mass.mjs';
import { memory } from './measures/memory.mjs';
import { parser } from './measures/parser.mjs';
import { size } from './measures/size.mjs';
import { start } from './measures/start.mjs';
import { typing } from './measures/typing.mjs';
import { uses } from './measures/uses.mjs';
import { workspace } from './measures/workspace.mjs';

export { realRepository } from './measures/real-repository.mjs';

/** In the order in which they run. */
export const measures = [
  typing,
  start,
  activation,
  history,
  uses,
  workspace,
  mass,
  codeActions,
  memory,
  growth,
  parser,
  size,
];
