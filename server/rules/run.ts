import { diffOptions } from '../diff/options.ts';
import type { Diff, OptionOwner } from '../diff/pairs.ts';
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
  readonly reports: Diff['reports'];
  readonly fixes: () => readonly Fix[];
  /** Computed by each call, which may load protobufjs. Without a pairing, the worst loss is shown. */
  readonly witness: (pairing?: keyof Pairings<unknown>) => Witness | undefined;
}

/** The findings of all rules about the diff and about its `copies`. */
export function findChanges(diff: Diff, { words, encodings }: Pick<Context, 'words' | 'encodings'>): Changes {
  const found = [diff, ...diff.copies].flatMap((each) =>
    run({ diff: each, words, encodings, types: typeMatching(each) }),
  );
  return { diff, found };
}

function run(context: Context): Found[] {
  const found: Found[] = [];
  const { reports } = context.diff;
  visit(context.diff, {
    look(kind, pair) {
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
    },
  });
  return found;
}

interface Visitor {
  look<K extends SubjectKind>(kind: K, pair: Subjects[K]): void;
}

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

function visit(diff: Diff, visitor: Visitor): void {
  const options = (owner: OptionOwner): void => {
    if (owner.status !== 'kept') return;
    for (const pair of diffOptions(owner.old.options, owner.new.options, owner)) visitor.look('option', pair);
  };
  const each = <K extends SubjectKind>(kind: K, pairs: readonly (Subjects[K] & OptionOwner)[]): void => {
    for (const pair of pairs) {
      visitor.look(kind, pair);
      options(pair);
    }
  };
  each('file', diff.files);
  for (const message of diff.messages) {
    each('message', [message]);
    each('field', message.fields);
    each('oneof', message.oneofs);
    for (const pair of message.reservations) visitor.look('reservation', pair);
    for (const pair of message.extensionRanges) visitor.look('extensionRange', pair);
  }
  each('field', diff.extensions);
  for (const type of diff.enums) {
    each('enum', [type]);
    each('enumValue', type.values);
    for (const pair of type.reservations) visitor.look('reservation', pair);
  }
  for (const service of diff.services) {
    each('service', [service]);
    each(
      'method',
      service.methods.filter(({ differs }) => differs),
    );
  }
}
