import type { Project } from '../check/project.ts';

/**
 * What coding agents can ask. A tool only reads: it answers in the words of the reports, and never changes a file, a ref or a
 * setting.
 */
export interface Tool {
  readonly name: string;
  /** For people: "Check .proto edits". */
  readonly title: string;
  /** For the model: what it answers, and when to ask. */
  readonly description: string;
  readonly input: InputSchema;
  /** @throws CannotRun with a sentence that says why and what to do */
  readonly run: (input: Input, context: ToolContext) => Promise<Answer>;
}

/** The part of JSON Schema that inputs need. Every property is optional unless it is listed. */
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

/** Arguments that fit the tool's schema. */
export type Input = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

export interface Answer {
  /** For the model and for people. */
  readonly text: string;
  /** The same as data. */
  readonly data: object;
}

/** Where a tool looks: the one thing that differs between the editor and a server over stdio. */
export interface ToolContext {
  /**
   * Works on the repository that a folder or file is in.
   * @param given as the agent wrote it; undefined for the repository that is meant without words
   * @throws CannotRun where that is outside of what may be looked at
   */
  readonly withRepository: <T>(given: string | undefined, work: (project: Reader) => Promise<T>) => Promise<T>;
  readonly signal: AbortSignal;
}

/** What a tool may do with a repository. */
export type Reader = Pick<Project, 'root' | 'check' | 'releases' | 'codeBase' | 'moduleOf'>;
