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
  withSameAddress,
  servedBy,
  misroutedTo,
  variablesOf,
  type Binding,
} from '../subjects/http.ts';
import { CALL, measure } from '../measure.ts';
import { nameOf } from '../place.ts';
import { optionSides, revertOption } from '../fixes/options.ts';
import type { Context, Rule, Scenario, Witness } from '../rule.ts';
import { list, quote } from '../words.ts';
import { callers } from '../witnesses/call.ts';

export default {
  id: 'http-binding-changed',
  title: 'HTTP binding of a method changed',
  docs: `
## What it means
The \`(google.api.http)\` option of a method changed: the verb, the path or the body of its HTTP binding, or of an additional one.

## Who breaks
Clients that use HTTP and JSON. A removed address returns 404. Gateways of the release do not know an added address. If the body
is mapped to another field, it is ignored or refused. gRPC clients see no difference.

## What to do instead
Keep the released address, and add the new one to \`additional_bindings\`.
`,
  reference: 'https://google.aip.dev/127',
  buf: [],
  isProtocolChange: true,
  on: 'method',
  check(pair, context) {
    if (pair.status !== 'kept') return undefined;
    const { old, new: edited } = pair;
    const { baseline } = context.words;
    const [before, now] = [bindingsOf(old), bindingsOf(edited)];
    const lost = before.filter((one) => servedBy(one, now) === undefined && !isServedElsewhere(one, pair, context));
    const come = now.filter((one) => withSameAddress(one, before) === undefined);
    // Addresses that another method still serves are not lost.
    const kept = before.filter((one) => lost.includes(one) || servedBy(one, now) !== undefined);
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
      ...(come.length === 0 ? [] : [`${quote(edited.name)} is served at ${addresses(come)} now`]),
      ...(lost.length === 0
        ? []
        : [`${come.length === 0 ? `${quote(edited.name)} is` : 'and'} no longer served at ${addresses(lost)}`]),
    ];
    const fact = facts.length === 0 ? `the HTTP binding of ${quote(edited.name)} changed` : facts.join(' ');
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
        : lost.some((one) => misroutedTo(one, now) === undefined)
          ? `${fact}: an HTTP client of ${baseline} gets 404.`
          : `${fact}: requests of an HTTP client of ${baseline} are misread (${regression.because ?? ''}).`,
      ...(isBroken ? { isAtLeastWarning: true } : {}),
    };
  },
  fixes(pair, context) {
    if (pair.status !== 'kept') return [];
    const [old, edited] = [httpOptions(pair.old), httpOptions(pair.new)];
    // With several options it would be a guess which old one belongs to which new one.
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

/** Whether an address that the method lost is now served by another method that reads and returns the same JSON. */
function isServedElsewhere(lost: Binding, { old, new: edited }: Kept<Method>, { diff, types }: Context): boolean {
  return [...diff.new.files.values()]
    .flatMap(({ services }) => services.flatMap(({ methods }) => methods))
    .some((other) => {
      if (other === edited) return false;
      const target = servedBy(lost, bindingsOf(other));
      if (target === undefined || readBinding(lost, target, old, other).worst !== 'exact') return false;
      const isSame = (writer: Message | undefined, reader: Message | undefined): boolean =>
        writer !== undefined && reader !== undefined && readMessage(writer, reader, 'json', types).worst === 'exact';
      return isSame(old.input, other.input) && isSame(other.output, old.output);
    });
}

/**
 * What happens to HTTP requests of the writer at the reader's gateway.
 * @param bindings the bindings that the writer uses
 * @param isMoved whether an address of the release was removed, so that the new ones replace it
 */
function readBindings(bindings: readonly Binding[], writer: Method, reader: Method, isMoved: boolean): Reading {
  const known = bindingsOf(reader);
  return combine(
    ...bindings.map((sent) => {
      const target = servedBy(sent, known);
      if (target !== undefined) return readBinding(sent, target, writer, reader);
      const narrower = known.find((other) => isWider(sent, other));
      if (narrower !== undefined)
        return combine(
          readBinding(sent, narrower, writer, reader),
          beyond('rejected', `of ${addressOf(sent)}, only ${addressOf(narrower)} is served`),
        );
      const misrouted = misroutedTo(sent, known);
      if (misrouted !== undefined) {
        const because = `${addressOf(sent)} is served as ${addressOf(misrouted)}`;
        return isMoved ? loss('altered', because) : beyond('altered', because);
      }
      const because = `nothing is served at ${addressOf(sent)}`;
      return isMoved ? loss('rejected', because) : writersOwn('rejected', because);
    }),
  );
}

function readBinding(sent: Binding, target: Binding, writer: Method, reader: Method): Reading {
  const names = variablesOf(target);
  const moved = variablesOf(sent).findIndex((name, index) => !isSameField(name, names[index] ?? '', writer, reader));
  return combine(
    moved < 0
      ? EXACT
      : loss('altered', `"${variablesOf(sent)[moved] ?? ''}" in the path is read as "${names[moved] ?? ''}"`),
    sent.body === target.body
      ? EXACT
      : sent.body === '' || target.body === ''
        ? loss('dropped', sent.body === '' ? 'fields in the query are ignored' : 'the body is ignored')
        : loss('rejected', `the body is "${sent.body}" on one side and "${target.body}" on the other`),
    sent.responseBody === target.responseBody ? EXACT : loss('rejected', 'the response has a different structure'),
  );
}

function isSameField(name: string, other: string, writer: Method, reader: Method): boolean {
  if (name === other) return true;
  const field = writer.input?.fieldsByName.get(name);
  return field !== undefined && field.number === reader.input?.fieldsByName.get(other)?.number;
}

/** Shows an HTTP request that the other side's gateway does not serve, or serves differently. */
function showAddress(caller: Method, server: Method, scenario: Scenario): Witness | undefined {
  if (scenario.carrier !== 'request') return undefined;
  const known = bindingsOf(server);
  const who = callers(scenario);
  for (const binding of bindingsOf(caller)) {
    const path = examplePath(binding);
    const same = servedBy(binding, known);
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
      const misrouted = misroutedTo(binding, known);
      if (misrouted !== undefined && effect === 'altered') return found('', `serves it as ${addressOf(misrouted)}`);
      if (misrouted !== undefined || effect !== 'rejected') continue;
      const verbs = known.filter(({ verb }) => withSameAddress({ ...binding, verb }, known) !== undefined);
      const only = list([...new Set(verbs.map(({ verb }) => verb))]);
      return found('', verbs.length === 0 ? 'answers 404' : `answers 405, because it serves only ${only} at that path`);
    }
    const names = variablesOf(binding);
    const moved = variablesOf(same).findIndex((name, index) => name !== names[index]);
    if (effect === 'altered' && moved >= 0)
      return found(
        ` with its "${names[moved] ?? ''}" in the path`,
        `reads that as "${variablesOf(same)[moved] ?? ''}"`,
      );
    if (binding.body === same.body) continue;
    const place = (body: string): string =>
      body === '' ? 'in the query' : body === '*' ? 'in the body' : `in the body as "${body}"`;
    if (effect === (binding.body === '' || same.body === '' ? 'dropped' : 'rejected'))
      return found(` with its fields ${place(binding.body)}`, `expects them ${place(same.body)}`);
  }
  return undefined;
}
