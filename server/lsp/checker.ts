import type { Project } from '../check/project.ts';

/** The part of `Project` that the server uses, as an interface so that tests can replace it. */
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
