import { pairOf } from '../../diff/pairs.ts';
import type { Reading } from '../../effects/effect.ts';
import { writerFirst } from '../../effects/impact.ts';
import { readMessage } from '../../effects/read.ts';
import { lossBeyondReader, combine, EXACT, loss, lossOfWritersOwn } from '../../effects/reading.ts';
import type { TypeMatching } from '../../effects/type-matching.ts';
import type { Message, Method } from '../../schema/model.ts';
import {
  addressOf,
  bindingsOf,
  examplePath,
  httpOptions,
  isWider,
  withSameAddress,
  servedBy,
  bindingMatching,
  variablesOf,
  type Binding,
} from '../subjects/http.ts';
import { CALL, measure } from '../measure.ts';
import { nameOf } from '../place.ts';
import { revertOption } from '../fixes/options.ts';
import type { Context, Rule, Scenario, Witness } from '../rule.ts';
import { list, quote } from '../words.ts';
import { callers } from '../witnesses/call.ts';

export default {
  id: 'http-binding-changed',
  title: 'HTTP binding of a method changed',
  docs: `
## What it means
The \`(google.api.http)\` option of a method changed: an address (verb and path), a body, a response body, or the fields that
variables in a path set.

## Who breaks
Clients that use HTTP and JSON. An old client's request to a removed address fails, usually with 404, or reaches another method
whose path matches it. At a gateway of the release, a new client's request to an added address fails in the same ways. If
another field is the body now, or the response body changed, calls fail. If a body was added or removed, one side has fields in
the query that the other has in the body, so a gateway ignores them in requests of the other side. If a variable in the path
sets another field, its value is read into that field. gRPC clients see no difference.

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
    const [released, current] = [old, edited].map((method) => serverOf(method, context)) as [Server, Server];
    const lost = before.filter((one) => servedBy(one, now) === undefined && !isServedElsewhere(one, old, current));
    const added = now.filter((one) => withSameAddress(one, before) === undefined);
    const isMoved = lost.length > 0;
    const measured = measure(CALL, 'same', (writer, encoding) =>
      encoding === 'binary'
        ? EXACT
        : writer === 'old'
          ? readBindings(before, old, current, isMoved)
          : readBindings(now, edited, released, isMoved),
    );
    const [regression, gap] = [measured.read('old', 'json'), measured.read('new', 'json')];
    if (regression.worst === 'exact' && gap.worst === 'exact') return undefined;
    const facts = [
      ...(added.length === 0 ? [] : [`${quote(edited.name)} is served at ${addresses(added)} now`]),
      ...(lost.length === 0
        ? []
        : [`${added.length === 0 ? `${quote(edited.name)} is` : 'and'} no longer served at ${addresses(lost)}`]),
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
      message: isBroken ? `${fact}: ${consequence(lost, current, regression, baseline)}.` : `${fact}.`,
      ...(isBroken ? { isAtLeastWarning: true } : {}),
    };
  },
  fixes(pair, context) {
    if (pair.status !== 'kept') return [];
    const [old, edited] = [httpOptions(pair.old), httpOptions(pair.new)];
    // Of several options, it is unknown which old one belongs to which new one.
    if (old.length > 1 || edited.length > 1) return [];
    return revertOption({ name: '(google.api.http)', owner: pair, ...pairOf(old[0], edited[0]) }, context);
  },
  encodings: ['json'],
  witness({ status, old, new: edited }, scenario) {
    if (status !== 'kept') return undefined;
    return showAddress(...writerFirst(scenario.writer, old, edited), scenario);
  },
} satisfies Rule<'method'>;

function addresses(bindings: readonly Binding[]): string {
  return list(bindings.map((one) => quote(addressOf(one))));
}

interface Server {
  readonly method: Method;
  /** The other methods with an HTTP binding, first those of the same package. */
  readonly others: readonly Method[];
  readonly types: TypeMatching;
}

function serverOf(method: Method, { diff, types }: Context): Server {
  const schema = diff.new.files.get(method.file.path) === method.file ? diff.new : diff.old;
  const others = [...schema.files.values()]
    .flatMap(({ services }) => services.flatMap(({ methods }) => methods))
    .filter((other) => other.fullName !== method.fullName && httpOptions(other).length > 0);
  const isNear = (other: Method): boolean => isInPackageOf(method, other);
  return { method, others: [...others.filter(isNear), ...others.filter((other) => !isNear(other))], types };
}

function isInPackageOf(method: Method, other: Method): boolean {
  return method.file.package === other.file.package;
}

function consequence(lost: readonly Binding[], current: Server, { because }: Reading, baseline: string): string {
  const unserved = lost.filter((one) => bindingMatching(one, bindingsOf(current.method)) === undefined);
  const taken = unserved.flatMap((one) => takerOf(one, current) ?? []);
  const [near, far] = [true, false].map((isNear) => [
    ...new Set(taken.filter(({ method }) => isInPackageOf(method, current.method) === isNear).map(({ name }) => name)),
  ]) as [string[], string[]];
  const client = `an HTTP client of ${baseline}`;
  const parts = [
    ...(taken.length < unserved.length || far.length > 0 ? ['gets an error such as 404'] : []),
    ...(near.length > 0 ? [`reaches ${list(near.map(quote))} instead`] : []),
    ...(far.length > 0 ? [`reaches ${list(far.map(quote))} if the same gateway serves it`] : []),
  ];
  return parts.length > 0 ? `${client} ${parts.join(', or ')}` : `requests of ${client} are misread (${because ?? ''})`;
}

function takerOf(sent: Binding, server: Server): { method: Method; name: string; binding: Binding } | undefined {
  for (const method of server.others) {
    const binding = bindingMatching(sent, bindingsOf(method));
    const isSameService = method.service.fullName === server.method.service.fullName;
    if (binding !== undefined) return { method, name: isSameService ? method.name : method.fullName, binding };
  }
  return undefined;
}

/** Whether another method serves the address, with the same JSON. */
function isServedElsewhere(sent: Binding, writer: Method, { others, types }: Server): boolean {
  return others.some((other) => {
    const target = servedBy(sent, bindingsOf(other));
    if (target === undefined || readBinding(sent, target, writer, other).worst !== 'exact') return false;
    const isSame = (from: Message | undefined, to: Message | undefined): boolean =>
      from !== undefined && to !== undefined && readMessage(from, to, 'json', types).worst === 'exact';
    return isSame(writer.input, other.input) && isSame(other.output, writer.output);
  });
}

/**
 * @param bindings the bindings that the writer uses
 * @param isMoved whether the new addresses replace a removed one
 */
function readBindings(bindings: readonly Binding[], writer: Method, reader: Server, isMoved: boolean): Reading {
  const known = bindingsOf(reader.method);
  return combine(
    ...bindings.map((sent) => {
      const target = servedBy(sent, known);
      if (target !== undefined) return readBinding(sent, target, writer, reader.method);
      if (isServedElsewhere(sent, writer, reader)) return EXACT;
      const narrower = known.find((other) => isWider(sent, other));
      if (narrower !== undefined)
        return combine(
          readBinding(sent, narrower, writer, reader.method),
          lossBeyondReader(
            'rejected',
            `of all requests to ${addressOf(sent)}, only those to ${addressOf(narrower)} are served`,
          ),
        );
      const misrouted = bindingMatching(sent, known);
      const taker = takerOf(sent, reader);
      if (misrouted !== undefined || taker !== undefined) {
        const because =
          misrouted !== undefined
            ? `${addressOf(sent)} is served as ${addressOf(misrouted)}`
            : `${quote(taker?.name ?? '')} serves ${addressOf(sent)}`;
        return isMoved ? loss('altered', because) : lossBeyondReader('altered', because);
      }
      const because = `nothing is served at ${addressOf(sent)}`;
      return isMoved ? loss('rejected', because) : lossOfWritersOwn('rejected', because);
    }),
  );
}

function readBinding(sent: Binding, target: Binding, writer: Method, reader: Method): Reading {
  const moved = movedVariable(sent, target, writer, reader);
  return combine(
    moved === undefined ? EXACT : loss('altered', `"${moved.sent}" in the path is read as "${moved.read}"`),
    sent.body === target.body
      ? EXACT
      : sent.body === '' || target.body === ''
        ? loss('dropped', sent.body === '' ? 'fields in the query are ignored' : 'the body is ignored')
        : loss('rejected', `the body is "${sent.body}" on one side and "${target.body}" on the other`),
    sent.responseBody === target.responseBody ? EXACT : loss('rejected', 'the response has a different structure'),
  );
}

function movedVariable(
  sent: Binding,
  target: Binding,
  writer: Method,
  reader: Method,
): { readonly sent: string; readonly read: string } | undefined {
  const names = variablesOf(target);
  return variablesOf(sent)
    .map((name, index) => ({ sent: name, read: names[index] ?? '' }))
    .find((each) => !isSameField(each.sent, each.read, writer, reader));
}

function isSameField(name: string, other: string, writer: Method, reader: Method): boolean {
  if (name === other) return true;
  const field = writer.input?.fieldsByName.get(name);
  return field !== undefined && field.number === reader.input?.fieldsByName.get(other)?.number;
}

function showAddress(caller: Method, server: Method, scenario: Scenario): Witness | undefined {
  if (scenario.carrier !== 'request') return undefined;
  const known = bindingsOf(server);
  const reader = serverOf(server, scenario.context);
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
      if (isServedElsewhere(binding, caller, reader)) continue;
      const misrouted = bindingMatching(binding, known);
      const taker = takerOf(binding, reader);
      if (effect === 'altered') {
        if (misrouted !== undefined) return found('', `serves it as ${addressOf(misrouted)}`);
        if (taker !== undefined) return found('', `calls ${quote(taker.name)} for it (${addressOf(taker.binding)})`);
      }
      if (misrouted !== undefined || taker !== undefined || effect !== 'rejected') continue;
      return found('', 'answers with an error such as 404');
    }
    const moved = movedVariable(binding, same, caller, server);
    if (effect === 'altered' && moved !== undefined)
      return found(` with its "${moved.sent}" in the path`, `reads that as "${moved.read}"`);
    if (binding.body === same.body) continue;
    const place = (body: string): string =>
      body === '' ? 'in the query' : body === '*' ? 'in the body' : `in the body as "${body}"`;
    if (effect === (binding.body === '' || same.body === '' ? 'dropped' : 'rejected'))
      return found(` with its fields ${place(binding.body)}`, `expects them ${place(same.body)}`);
  }
  return undefined;
}
