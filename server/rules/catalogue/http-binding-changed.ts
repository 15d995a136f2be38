import type { Kept } from '../../diff/pairs.ts';
import type { Reading } from '../../effects/effect.ts';
import { readMessage } from '../../effects/read.ts';
import { beyond, combine, EXACT, loss, writersOwn } from '../../effects/reading.ts';
import type { Message, Method } from '../../schema/model.ts';
import {
  addressOf,
  bindingsOf,
  examplePath,
  httpOptions,
  isWider,
  matching,
  serving,
  takerOf,
  variablesOf,
  type Binding,
} from '../subjects/http.ts';
import { CALL, measure } from '../measure.ts';
import { nameOf } from '../place.ts';
import { optionSides, revertOption } from '../fixes/restore.ts';
import type { Context, Rule, Scenario, Witness } from '../rule.ts';
import { list, quote } from '../words.ts';
import { callers } from '../show/call.ts';

export default {
  id: 'http-binding-changed',
  title: 'Method has another HTTP address',
  docs: `
## What it means
\`(google.api.http)\` of a method changed: the verb, the path or the body that a gateway serves it under, or one of several.

## Who breaks
Clients that use HTTP and JSON. A removed address is answered with 404, an added one is unknown to gateways of the release, and a
body that is read as something else is ignored or refused. gRPC clients notice nothing.

## What to do instead
Add the new address as one of \`additional_bindings\` and keep the released one.
`,
  reference: 'https://google.aip.dev/127',
  buf: [],
  declares: true,
  on: 'method',
  check(pair, context) {
    if (pair.status !== 'kept') return undefined;
    const { old, new: edited } = pair;
    const { baseline } = context.words;
    const [before, now] = [bindingsOf(old), bindingsOf(edited)];
    const lost = before.filter((one) => serving(one, now) === undefined && !isServedElsewhere(one, pair, context));
    const come = now.filter((one) => matching(one, before) === undefined);
    // What another method goes on serving is as it was.
    const kept = before.filter((one) => lost.includes(one) || serving(one, now) !== undefined);
    const isMoved = lost.length > 0;
    const measured = measure(CALL, 'same', (writer, encoding) =>
      encoding === 'binary'
        ? EXACT
        : writer === 'old'
          ? readBindings(kept, old, edited, isMoved)
          : readBindings(now, edited, old, isMoved),
    );
    const [regression, gap] = [measured.read('old', 'json'), measured.read('new', 'json')];
    if (regression.worst === 'exact' && gap.worst === 'exact') return undefined;
    const facts = [
      ...(come.length === 0 ? [] : [`${quote(edited.name)} is served as ${addresses(come)} now`]),
      ...(lost.length === 0
        ? []
        : [`${come.length === 0 ? `${quote(edited.name)} is` : 'and'} no longer served as ${addresses(lost)}`]),
    ];
    const fact =
      facts.length === 0 ? `the HTTP address of ${quote(edited.name)} is read in another way now` : facts.join(' ');
    const isBroken = regression.worst !== 'exact';
    const [option] = httpOptions(edited);
    const [oldOption] = httpOptions(old);
    return {
      element: edited.fullName,
      place: option === undefined ? nameOf(edited) : { file: edited.file, span: option.span },
      baseline: oldOption && { file: old.file, span: oldOption.span },
      impact: measured.impact,
      message: !isBroken
        ? `${fact}.`
        : lost.some((one) => takerOf(one, now) === undefined)
          ? `${fact}: an HTTP client of ${baseline} gets 404.`
          : `${fact}: what an HTTP client of ${baseline} sends is misunderstood (${regression.because ?? ''}).`,
      ...(isBroken ? { warns: true } : {}),
    };
  },
  fixes(pair, context) {
    if (pair.status !== 'kept') return [];
    const [old, edited] = [httpOptions(pair.old), httpOptions(pair.new)];
    // Of several options, which belongs to which is a guess.
    if (old.length > 1 || edited.length > 1) return [];
    return revertOption({ name: '(google.api.http)', owner: pair, ...optionSides(old[0], edited[0]) }, context);
  },
  encodings: ['json'],
  witness({ status, old, new: edited }, scenario) {
    if (status !== 'kept') return undefined;
    return scenario.writer === 'old' ? showAddress(old, edited, scenario) : showAddress(edited, old, scenario);
  },
} satisfies Rule<'method'>;

function addresses(bindings: readonly Binding[]): string {
  return list(bindings.map((one) => quote(addressOf(one))));
}

/** Whether another method that reads the same JSON is served under an address that the method lost. */
function isServedElsewhere(lost: Binding, { old, new: edited }: Kept<Method>, { diff, types }: Context): boolean {
  return [...diff.new.files.values()]
    .flatMap(({ services }) => services.flatMap(({ methods }) => methods))
    .some((other) => {
      if (other === edited) return false;
      const taken = serving(lost, bindingsOf(other));
      if (taken === undefined || readBinding(lost, taken, old, other).worst !== 'exact') return false;
      const isSame = (writer: Message | undefined, reader: Message | undefined): boolean =>
        writer !== undefined && reader !== undefined && readMessage(writer, reader, 'json', types).worst === 'exact';
      return isSame(old.input, other.input) && isSame(other.output, old.output);
    });
}

/**
 * @param bindings what the writer calls
 * @param isMoved an address of the release was removed, so the new ones replace it
 */
function readBindings(bindings: readonly Binding[], writer: Method, reader: Method, isMoved: boolean): Reading {
  const known = bindingsOf(reader);
  return combine(
    ...bindings.map((sent) => {
      const taken = serving(sent, known);
      if (taken !== undefined) return readBinding(sent, taken, writer, reader);
      const narrower = known.find((other) => isWider(sent, other));
      if (narrower !== undefined)
        return combine(
          readBinding(sent, narrower, writer, reader),
          beyond('rejected', `${addressOf(narrower)} is all that is served of ${addressOf(sent)}`),
        );
      const taker = takerOf(sent, known);
      if (taker !== undefined) {
        const because = `${addressOf(sent)} is taken for ${addressOf(taker)}`;
        return isMoved ? loss('altered', because) : beyond('altered', because);
      }
      const because = `nothing is served as ${addressOf(sent)}`;
      return isMoved ? loss('rejected', because) : writersOwn('rejected', because);
    }),
  );
}

function readBinding(sent: Binding, taken: Binding, writer: Method, reader: Method): Reading {
  const names = variablesOf(taken);
  const moved = variablesOf(sent).findIndex((name, index) => !isSameField(name, names[index] ?? '', writer, reader));
  return combine(
    moved < 0
      ? EXACT
      : loss(
          'altered',
          `the path holds "${variablesOf(sent)[moved] ?? ''}", which is taken for "${names[moved] ?? ''}"`,
        ),
    sent.body === taken.body
      ? EXACT
      : sent.body === '' || taken.body === ''
        ? loss('dropped', sent.body === '' ? 'fields in the query are ignored' : 'the body is ignored')
        : loss('rejected', `the body is "${sent.body}" to one and "${taken.body}" to the other`),
    sent.responseBody === taken.responseBody ? EXACT : loss('rejected', 'the response has another shape'),
  );
}

function isSameField(name: string, other: string, writer: Method, reader: Method): boolean {
  if (name === other) return true;
  const field = writer.input?.fieldsByName.get(name);
  return field !== undefined && field.number === reader.input?.fieldsByName.get(other)?.number;
}

/** A request over HTTP that the other side's gateway does not serve, or serves in another way. */
function showAddress(caller: Method, server: Method, scenario: Scenario): Witness | undefined {
  if (scenario.carrier !== 'request') return undefined;
  const known = bindingsOf(server);
  const who = callers(scenario);
  for (const binding of bindingsOf(caller)) {
    const path = examplePath(binding);
    const same = serving(binding, known);
    const { effect } = scenario;
    const found = (sends: string, does: string): Witness => ({
      sent: `${who.client} sends ${binding.verb} ${path} over HTTP${sends}`,
      read: `the gateway of ${who.server} ${does}`,
      shown: {
        kind: 'http',
        pairing: scenario.pairing,
        encoding: scenario.encoding,
        effect,
        request: `${binding.verb} ${path}`,
        server,
        binding,
      },
    });
    if (same === undefined) {
      const taker = takerOf(binding, known);
      if (taker !== undefined && effect === 'altered') return found('', `takes it for ${addressOf(taker)}`);
      if (taker !== undefined || effect !== 'rejected') continue;
      const verbs = known.filter(({ verb }) => matching({ ...binding, verb }, known) !== undefined);
      const only = list([...new Set(verbs.map(({ verb }) => verb))]);
      return found('', verbs.length === 0 ? 'answers 404' : `answers 405, for it serves ${only} alone there`);
    }
    const names = variablesOf(binding);
    const moved = variablesOf(same).findIndex((name, index) => name !== names[index]);
    if (effect === 'altered' && moved >= 0)
      return found(` for its "${names[moved] ?? ''}"`, `takes that for "${variablesOf(same)[moved] ?? ''}"`);
    if (binding.body === same.body) continue;
    const place = (body: string): string =>
      body === '' ? 'in the query' : body === '*' ? 'in the body' : `of "${body}" in the body`;
    if (effect === (binding.body === '' || same.body === '' ? 'dropped' : 'rejected'))
      return found(` with its fields ${place(binding.body)}`, `looks for them ${place(same.body)}`);
  }
  return undefined;
}
