import type { TextDocument } from 'vscode-languageserver-textdocument';

import { type CheckResult, type Module, moduleOf } from '../check/result.ts';
import { type FileProblem, hidesChanges } from '../policy/result.ts';

/** The result of a check. All of it belongs to the same texts. */
export type State = Checked | FailedCheck;

export interface Checked {
  readonly kind: 'checked';
  readonly result: CheckResult;
  /** The open documents that were checked, by path. They never change: an edit makes a new one. */
  readonly documents: ReadonlyMap<string, TextDocument>;
}

/** The check threw: a defect of this program, or an unexpected failure of git. */
export interface FailedCheck {
  readonly kind: 'failed';
  readonly error: unknown;
}

/** The texts of the open documents that were checked, by path. */
export function textsOf({ documents }: Checked): ReadonlyMap<string, string> {
  return new Map([...documents].map(([path, document]) => [path, document.getText()]));
}

/** Whether a name is being typed, so findings are missing until it is complete. */
export function isTyping(state: State): boolean {
  return state.kind === 'checked' && state.result.modules.some((module) => module.isTyping);
}

/** Whether a module's text has a syntax error or a name that is being typed, so that its version is not known. */
export function isHalfTyped(module: Module, result: Pick<CheckResult, 'modules' | 'problems'>): boolean {
  return module.isTyping || unreadableIn(module, result) !== undefined;
}

/** The first problem in a module that may hide a change, such as a syntax error. */
export function unreadableIn(
  module: Module,
  { modules, problems }: Pick<CheckResult, 'modules' | 'problems'>,
): FileProblem | undefined {
  return problems.find((problem) => hidesChanges(problem) && moduleOf({ modules }, problem.file) === module);
}
