import type { TextDocument } from 'vscode-languageserver-textdocument';

import { type CheckResult, type Module, moduleOf } from '../check/result.ts';
import { type FileProblem, hidesChanges } from '../policy/result.ts';

export type State = Checked | FailedCheck;

export interface Checked {
  readonly kind: 'checked';
  readonly result: CheckResult;
  /** As they were checked, by path. */
  readonly documents: ReadonlyMap<string, TextDocument>;
}

/** The check threw an error, or the session was closed. Problems with git are in a `CheckResult` instead. */
export interface FailedCheck {
  readonly kind: 'failed';
  readonly error: unknown;
}

export function textsOf({ documents }: Checked): ReadonlyMap<string, string> {
  return new Map([...documents].map(([path, document]) => [path, document.getText()]));
}

/** Findings about a name that is being typed are missing until it is complete. */
export function isTyping(state: State): boolean {
  return state.kind === 'checked' && state.result.modules.some((module) => module.isTyping);
}

/** Whether a module's version is unknown, because a name is being typed or a problem may hide a change. */
export function isHalfTyped(module: Module, result: Pick<CheckResult, 'modules' | 'problems'>): boolean {
  return module.isTyping || unreadableIn(module, result) !== undefined;
}

export function unreadableIn(
  module: Module,
  { modules, problems }: Pick<CheckResult, 'modules' | 'problems'>,
): FileProblem | undefined {
  return problems.find((problem) => hidesChanges(problem) && moduleOf({ modules }, problem.file) === module);
}
