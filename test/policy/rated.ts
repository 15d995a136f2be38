import type { Consequence, Encoding, Pairings } from '../../server/effects/effect.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../server/policy/settings.ts';
import { type Rated, rateAll } from '../../server/policy/rate.ts';
import { parse } from '../../server/proto/parse.ts';
import type { SharedCause } from '../../server/rules/rule.ts';
import type { Found } from '../../server/rules/run.ts';
import { link } from '../../server/schema/link.ts';
import type { File } from '../../server/schema/model.ts';

/** The class of each pairing, old client first. */
export type Losses = readonly [Consequence['class'], Consequence['class']];

interface Description {
  readonly rule?: string;
  readonly isProtocolChange?: true;
  readonly element?: string;
  readonly file?: File;
  /** The finding's offset in the file. */
  readonly at?: number;
  readonly losses?: Partial<Record<Encoding, Losses>>;
  readonly source?: 'same' | 'breaks';
  readonly reports?: Found['reports'];
  readonly shared?: SharedCause;
}

export function found({
  rule = 'field-removed',
  isProtocolChange,
  element = 'grpc.Sandbox.id',
  file = fileOf('agent.proto'),
  at = 0,
  losses = {},
  source = 'same',
  reports = 'changes',
  shared,
}: Description = {}): Found {
  return {
    rule: { id: rule, title: '', docs: '', reference: '', buf: [], ...(isProtocolChange && { isProtocolChange }) },
    change: {
      element,
      place: { file, span: { start: at, end: at + 1 } },
      baseline: undefined,
      impact: {
        binary: pairings(losses.binary),
        json: pairings(losses.json),
        source,
        sourceBreaks: source === 'same' ? [] : ['go'],
      },
      message: `${element} changed.`,
      ...(shared && { shared }),
    },
    reports,
    fixes: () => [],
    witness: () => undefined,
  };
}

function pairings([oldClient, newClient]: Losses = ['none', 'none']): Pairings<Consequence> {
  return {
    oldClientNewServer: { effect: oldClient === 'none' ? 'exact' : 'dropped', class: oldClient },
    newClientOldServer: { effect: newClient === 'none' ? 'exact' : 'dropped', class: newClient },
  };
}

export function fileOf(path: string, text = 'syntax = "proto3";\npackage grpc;\n'): File {
  const file = link(new Map([[path, parse(text)]])).files.get(path);
  if (file === undefined) throw new Error(`${path} was not linked.`);
  return file;
}

export function rated(
  written: Description,
  settings: Partial<Settings> = {},
  version: string | undefined = '1.4.0',
): Rated {
  const [one] = rateAll([found(written)], { ...DEFAULT_SETTINGS, ...settings }, version);
  if (one === undefined) throw new Error('The settings left the change out.');
  return one;
}
