import type { Project } from '../check/project.ts';

/** A tool never changes a file, a ref or a setting. */
export interface Tool {
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** For the model: what the tool reports, and when to call it. */
  readonly description: string;
  readonly input: InputSchema;
  /** @throws CannotRun with a sentence that says why and what to do */
  readonly run: (input: Input, context: ToolContext) => Promise<Answer>;
}

export interface InputSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
  readonly additionalProperties: false;
}

export type Property =
  | { readonly type: 'string'; readonly description: string; readonly enum?: readonly string[] }
  | { readonly type: 'boolean'; readonly description: string }
  | { readonly type: 'array'; readonly description: string; readonly items: { readonly type: 'string' } };

/** Matches the tool's schema. */
export type Input = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

export interface Answer {
  /** For the model and for people. */
  readonly text: string;
  /** For programs. Its level of detail can differ from the text's. */
  readonly data: object;
}

export interface ToolContext {
  /**
   * @param given as the agent wrote it; undefined for the default repository
   * @throws CannotRun if it is outside the allowed folders
   */
  readonly withRepository: <T>(given: string | undefined, work: (project: Reader) => Promise<T>) => Promise<T>;
  readonly signal: AbortSignal;
}

export type Reader = Pick<Project, 'root' | 'check' | 'releases' | 'codeBase' | 'moduleOf'>;
