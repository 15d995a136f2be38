import { diffOptions } from '../diff/options.ts';
import type { Diff, OptionOwner, Reports } from '../diff/pairs.ts';
import { typeMatching } from '../diff/type-matching.ts';
import type { Pairings } from '../effects/effect.ts';
import { accept } from './fixes/accept.ts';
import { rulesOn } from './index.ts';
import type { Change, Context, Fix, Rule, RuleInfo, SubjectKind, Subjects, Witness } from './rule.ts';
import { witnessOf } from './witnesses/witness.ts';

export interface Changes {
  readonly diff: Diff;
  readonly found: readonly Found[];
}

export interface Found {
  readonly rule: RuleInfo;
  readonly change: Change;
  readonly reports: Reports;
  readonly fixes: () => readonly Fix[];
  /** May load protobufjs. Without a pairing, the worst loss is shown. */
  readonly witness: (pairing?: keyof Pairings<unknown>) => Witness | undefined;
}

/** The findings of all rules. */
export function findChanges(diff: Diff, { words, encodings }: Pick<Context, 'words' | 'encodings'>): Changes {
  const context: Context = { diff, words, encodings, types: typeMatching(diff) };
  const found: Found[] = [];
  visit(diff, (kind, pair, reports) => {
    for (const rule of BY_KIND[kind]) {
      const change = rule.check(pair, context);
      if (change === undefined) continue;
      found.push({
        rule,
        change,
        reports,
        fixes: () => [...(rule.fixes?.(pair, context) ?? []), ...accept(rule, change, context)],
        witness: (pairing) => witnessOf(rule, pair, change, context, pairing),
      });
    }
  });
  return { diff, found };
}

type Look = <K extends SubjectKind>(kind: K, pair: Subjects[K], reports: Reports) => void;

const BY_KIND: { readonly [K in SubjectKind]: readonly Rule<K>[] } = {
  file: rulesOn('file'),
  message: rulesOn('message'),
  field: rulesOn('field'),
  oneof: rulesOn('oneof'),
  enum: rulesOn('enum'),
  enumValue: rulesOn('enumValue'),
  service: rulesOn('service'),
  method: rulesOn('method'),
  reservation: rulesOn('reservation'),
  extensionRange: rulesOn('extensionRange'),
  option: rulesOn('option'),
};

function visit(diff: Diff, look: Look): void {
  const each = <K extends SubjectKind>(kind: K, pairs: readonly Subjects[K][], reports: Reports): void => {
    for (const pair of pairs) look(kind, pair, reports);
  };
  const eachWithOptions = <K extends SubjectKind>(
    kind: K,
    pairs: readonly (Subjects[K] & OptionOwner)[],
    reports: Reports,
  ): void => {
    for (const pair of pairs) {
      look(kind, pair, reports);
      if (pair.status === 'kept') each('option', diffOptions(pair.old, pair.new, pair), reports);
    }
  };
  eachWithOptions('file', diff.files, 'changes');
  for (const message of diff.messages) {
    const { fields, oneofs, reservations, extensionRanges, reports } = message;
    eachWithOptions('message', [message], reports);
    eachWithOptions('field', fields, reports);
    eachWithOptions('oneof', oneofs, reports);
    each('reservation', reservations, reports);
    each('extensionRange', extensionRanges, reports);
  }
  eachWithOptions('field', diff.extensions, 'changes');
  for (const type of diff.enums) {
    eachWithOptions('enum', [type], type.reports);
    eachWithOptions('enumValue', type.values, type.reports);
    each('reservation', type.reservations, type.reports);
  }
  for (const service of diff.services) {
    const { methods, reports } = service;
    eachWithOptions('service', [service], reports);
    eachWithOptions(
      'method',
      methods.filter(({ differs }) => differs),
      reports,
    );
  }
}
