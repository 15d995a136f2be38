import { Project } from '../../server/check/project.ts';
import type { CheckResult } from '../../server/check/result.ts';
import { PROBLEM_SEVERITIES } from '../../server/policy/result.ts';
import { makeRepository } from '../git/repository.ts';
import { keys, type State } from './keys.ts';

export interface Change {
  readonly name: string;
  readonly file: string;
  readonly before: string;
  readonly after: string;
  /** Other `.proto` files of the repository, before the commit. */
  readonly others: Readonly<Record<string, string>>;
}

/** An error is false if neither the text before the change nor the text after it has this error. */
export interface Count {
  /** States in which a declaration may be half typed. */
  states: number;
  /** Those with a false error on a line that isn't being typed. */
  elsewhere: number;
  /** Those with a false breaking change. */
  breaks: number;
  readonly examples: Example[];
}

export interface Example {
  readonly change: string;
  readonly kind: 'elsewhere' | 'break';
  readonly what: string;
  readonly text: string;
  readonly line: number;
}

export function noAlarms(): Count {
  return { states: 0, elsewhere: 0, breaks: 0, examples: [] };
}

/** Types a change key by key in a project whose last release is the text before it, and counts false alarms. */
export async function measure(change: Change, closesBrackets: boolean, count: Count): Promise<void> {
  const { check, close } = await openFile(change);
  try {
    let resting = await check(change.before);
    let pending: { state: State; found: Alarm[] }[] = [];
    for (const state of keys(change.before, change.after, closesBrackets)) {
      const found = await check(state.text, state.isComplete);
      if (!state.isComplete) {
        pending.push({ state, found });
        continue;
      }
      const known = new Set([...resting, ...found].map(({ key }) => key));
      for (const each of pending) {
        count.states++;
        const fresh = each.found.filter(({ key }) => !known.has(key));
        const elsewhere = fresh.find(
          ({ file, line }) => file !== change.file || line < each.state.first || line > each.state.last,
        );
        const broken = fresh.find(({ isBreak }) => isBreak);
        const example = (kind: Example['kind'], { line, key, message }: Alarm): void => {
          const what = `${line + 1}: ${key} ${message}`;
          count.examples.push({ change: change.name, kind, what, text: each.state.text, line: each.state.last });
        };
        if (elsewhere !== undefined) {
          count.elsewhere++;
          example('elsewhere', elsewhere);
        }
        if (broken !== undefined) {
          count.breaks++;
          example('break', broken);
        }
      }
      pending = [];
      resting = found;
    }
  } finally {
    close();
  }
}

/** Opens a project. Its last release has all the files. */
export async function openFile({ before, file, others }: Pick<Change, 'before' | 'file' | 'others'>): Promise<{
  /** @param hasPaused whether typing has paused, so that a name at the last key is complete. */
  check: (text: string, hasPaused?: boolean) => Promise<Alarm[]>;
  type: (text: string) => void;
  save: () => void;
  close: () => void;
}> {
  const repository = makeRepository();
  repository.commit({ ...others, [file]: before });
  repository.tag('1.0.0');
  const project = await Project.open(repository.directory);
  return {
    check: async (text, hasPaused = false) => {
      project.openText(file, text);
      const result = await project.check();
      if (!hasPaused) return alarms(result);
      project.completeWords();
      return alarms(await project.check());
    },
    type: (text) => {
      project.openText(file, text);
    },
    save: () => {
      project.invalidate();
    },
    close: () => {
      project.close();
      repository.remove();
    },
  };
}

export interface Alarm {
  readonly key: string;
  readonly file: string;
  readonly line: number;
  readonly isBreak: boolean;
  readonly message: string;
}

/** What an editor shows as an error, except undeclared names. */
function alarms(result: CheckResult): Alarm[] {
  return [
    ...result.problems
      // A name may be used before its declaration is typed.
      .filter(({ kind }) => PROBLEM_SEVERITIES[kind] === 'error' && kind !== 'undeclared-type')
      .map(({ kind, file, range, message }) => ({
        key: `${kind} ${message}`,
        file,
        line: range.start.line,
        isBreak: false,
        message: '',
      })),
    ...result.findings
      .filter(({ severity }) => severity === 'error')
      .map(({ rule, element, file, range, message }) => ({
        key: `${rule} ${element}`,
        file,
        line: range.start.line,
        isBreak: true,
        message,
      })),
  ];
}
