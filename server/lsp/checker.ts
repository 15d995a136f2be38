import type { Project } from '../check/project.ts';

/** The members of `Project` that the server uses. Tests replace them. */
export type Checker = Pick<
  Project,
  | 'root'
  | 'openText'
  | 'closeText'
  | 'otherText'
  | 'invalidate'
  | 'completeWords'
  | 'check'
  | 'textAt'
  | 'releases'
  | 'schemaAround'
  | 'historyOf'
  | 'codeBase'
  | 'moduleOf'
  | 'close'
>;
