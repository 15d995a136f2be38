import type { CheckOptions } from '../../server/check/check-options.ts';
import type { CheckResult } from '../../server/check/result.ts';
import type { Checker } from '../../server/lsp/checker.ts';
import { parse } from '../../server/proto/parse.ts';
import { link } from '../../server/schema/link.ts';
import type { Finding, Range } from '../../server/policy/result.ts';
import { type Given, resultWith } from '../check/results.ts';

export function result(findings: readonly Finding[], other: Given = {}): CheckResult {
  const isChanged = findings.length > 0;
  return resultWith({
    bump: isChanged ? 'major' : 'none',
    nextVersion: isChanged ? '2.0.0' : '1.0.0',
    forcedBy: findings[0],
    findings,
    ...other,
  });
}

export function finding(file: string, range: Range, other: Partial<Finding> = {}): Finding {
  const effects = { oldClientNewServer: 'dropped', newClientOldServer: 'absent' } as const;
  return {
    rule: 'field-removed',
    element: 'demo.Request.name',
    file,
    range,
    baseline: { file, range },
    severity: 'error',
    class: 'regression',
    broken: { oldClientNewServer: true, newClientOldServer: true },
    bump: 'major',
    effects: { binary: effects, json: effects, source: 'breaks' },
    sourceBreaks: ['go', 'python', 'rust', 'ts'],
    witness: () => null,
    message: 'demo.Request.name was removed.',
    accepted: null,
    fixes: () => [],
    ...other,
  };
}

/** A checker without files and git. `answer` computes the result from the open texts. */
export class FakeChecker implements Checker {
  readonly root: string;
  readonly texts = new Map<string, string>();
  /** Texts of open files other than `.proto`. */
  readonly others = new Map<string, string>();
  readonly checks: CheckOptions[] = [];
  invalidations = 0;
  /** How often `completeWords` was called. */
  completions = 0;
  typing = false;
  closed = false;
  /** By path, the same in every commit. */
  released = new Map<string, string>();
  answer: (texts: ReadonlyMap<string, string>, options: CheckOptions) => CheckResult | Promise<CheckResult>;

  /** Of the releases, highest first. */
  versions: readonly string[] = ['1.0.0', '0.9.0'];

  constructor(root: string, answer: FakeChecker['answer']) {
    this.root = root;
    this.answer = answer;
  }

  openText(path: string, text: string): void {
    this.texts.set(path, text);
  }
  closeText(path: string): void {
    this.texts.delete(path);
  }
  otherText(path: string, text: string | undefined): void {
    if (text === undefined) this.others.delete(path);
    else this.others.set(path, text);
  }
  invalidate(): void {
    this.invalidations++;
  }
  completeWords(): boolean {
    this.completions++;
    const wasTyping = this.typing;
    this.typing = false;
    return wasTyping;
  }
  async check(options: CheckOptions = {}): Promise<CheckResult> {
    this.checks.push(options);
    return this.answer(new Map(this.texts), options);
  }
  textAt(_commit: string, path: string): Promise<string | undefined> {
    return Promise.resolve(this.released.get(path));
  }
  /** Links only the open texts. */
  schemaAround(): ReturnType<Checker['schemaAround']> {
    const schema = link(new Map([...this.texts].map(([path, text]) => [path, parse(text)])));
    return Promise.resolve({ schema, isWhole: true });
  }
  historyOf(): ReturnType<Checker['historyOf']> {
    return Promise.resolve([]);
  }
  releases(): ReturnType<Checker['releases']> {
    return Promise.resolve(
      this.versions.map((version) => ({ ref: version, version, prefix: '', commit: version, date: 0 })),
    );
  }
  codeBase(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
  moduleOf(): Promise<string | undefined> {
    return Promise.resolve('');
  }
  close(): void {
    this.closed = true;
  }
}
