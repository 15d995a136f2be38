import {
  ENCODINGS,
  type Class,
  type Consequence,
  type Encoding,
  type Impact,
  type Pairings,
  type Reading,
  type Carriers,
  type Source,
  type SourceLanguage,
} from './effect.ts';
import { isWorse, worse } from './reading.ts';

/** The side whose schema the writer uses. The reader uses the other one. */
export type Writer = 'old' | 'new';

/** What the writer has, then what the reader has. */
export function writerFirst<T>(writer: Writer, old: T, edited: T): readonly [T, T] {
  return writer === 'old' ? [old, edited] : [edited, old];
}

/** @param change.read how a reader of the other side reads the changed element */
export function impact(change: {
  readonly carriers: Carriers;
  readonly source: Source;
  read(writer: Writer, encoding: Encoding): Reading;
}): Impact {
  const [binary, json] = ENCODINGS.map((encoding) =>
    inBothPairings(change.carriers, (writer) => change.read(writer, encoding)),
  );
  if (binary === undefined || json === undefined) throw new Error('an encoding is missing');
  const sourceBreaks = brokenLanguages(change.source);
  const isCalled = change.carriers.request || change.carriers.response;
  return {
    binary,
    json,
    source: sourceBreaks.length === 0 ? 'same' : 'breaks',
    sourceBreaks,
    ...(!isCalled && { stored: true }),
  };
}

function brokenLanguages(source: Source): readonly SourceLanguage[] {
  if (source === 'same') return [];
  return source === 'breaks' ? ['go', 'python', 'rust', 'ts'] : source;
}

const CLASSES = ['none', 'source', 'gap', 'regression'] as const satisfies readonly Class[];

/** `none` if there are no classes. */
export function worstClass<C extends Class>(...classes: readonly C[]): C | 'none' {
  return classes.reduce<C | 'none'>(
    (worst, one) => (CLASSES.indexOf(one) > CLASSES.indexOf(worst) ? one : worst),
    'none',
  );
}

function inBothPairings(carriers: Carriers, read: (writer: Writer) => Reading): Pairings<Consequence> {
  return {
    oldClientNewServer: consequenceInPairing(carriers, read, 'old', 'new'),
    newClientOldServer: consequenceInPairing(carriers, read, 'new', 'old'),
  };
}

/** The client writes requests and stored data, and the server writes responses. */
function consequenceInPairing(
  carriers: Carriers,
  read: (writer: Writer) => Reading,
  client: Writer,
  server: Writer,
): Consequence {
  const isReached = carriers.request || carriers.response || carriers.data;
  const parts: Consequence[] = [];
  if (carriers.request) parts.push(consequenceOf(read(client), client, false));
  if (carriers.response) parts.push(consequenceOf(read(server), server, true));
  if (carriers.data || !isReached) parts.push(consequenceOf(read(client), client, false));
  const worst = worstConsequence(parts);
  // Without a carrier, the message is never sent.
  return isReached ? worst : { ...worst, class: 'none' };
}

/** The first of the worst effects gives the reason. */
function worstConsequence(parts: readonly Consequence[]): Consequence {
  const [first, ...others] = parts;
  if (first !== undefined && others.length === 0) return first;
  const effect = parts.map((part) => part.effect).reduce(worse);
  const because = parts.find((part) => part.effect === effect)?.because;
  return {
    effect,
    class: worstClass(...parts.map((part) => part.class)),
    ...(because === undefined ? {} : { because }),
  };
}

/** The impact of two losses of one change. `source` and `stored` are those of `a`. */
export function worstImpact(a: Impact, b: Impact): Impact {
  const [binary, json] = ENCODINGS.map((encoding) => ({
    oldClientNewServer: worstConsequence([a[encoding].oldClientNewServer, b[encoding].oldClientNewServer]),
    newClientOldServer: worstConsequence([a[encoding].newClientOldServer, b[encoding].newClientOldServer]),
  }));
  if (binary === undefined || json === undefined) throw new Error('an encoding is missing');
  return { ...a, binary, json };
}

function consequenceOf(reading: Reading, writer: Writer, isResponse: boolean): Consequence {
  const because = reading.because === undefined ? {} : { because: reading.because };
  return { effect: reading.worst, class: classify(reading, writer, isResponse), ...because };
}

function classify(reading: Reading, writer: Writer, isResponse: boolean): Consequence['class'] {
  if (writer === 'new')
    return reading.onSharedMessages !== 'exact' ? 'regression' : reading.worst !== 'exact' ? 'gap' : 'none';
  // A loss of an old writer is a regression, with two exceptions: a new element is unset, or a new client ignores an old part of a response.
  const isRequestLost = !isResponse && isWorse(reading.worst, 'absent');
  return reading.onSharedElements !== 'exact' || isRequestLost ? 'regression' : 'none';
}
