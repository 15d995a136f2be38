import { asCannotRun, CannotRun } from '../check/cannot-run.ts';
import { list } from '../rules/words.ts';
import { check } from './check.ts';
import { explain } from './explain.ts';
import { parseInput } from './input.ts';
import { matrix } from './matrix.ts';
import { next } from './next.ts';
import type { Answer, Tool, ToolContext } from './tool.ts';
import { uses } from './uses.ts';

export const TOOLS: readonly Tool[] = [check, explain, next, matrix, uses];

/** @throws CannotRun with a sentence for the agent, or the signal's reason */
export async function runTool(name: string, input: unknown, context: ToolContext): Promise<Answer> {
  const tool = TOOLS.find((candidate) => candidate.name === name);
  if (tool === undefined)
    throw new CannotRun(`there is no tool ${name}; the tools are ${list(TOOLS.map((one) => one.name))}.`);
  try {
    return await tool.run(parseInput(tool, input), context);
  } catch (error) {
    throw asCannotRun(error);
  }
}
