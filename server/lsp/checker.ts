import type { Project } from '../check/project.ts';

/** What the server uses of `Project`. Tests replace it. */
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
