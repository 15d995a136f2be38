import { pairOf } from '../../diff/pairs.ts';
import type { Reading } from '../../effects/effect.ts';
import { writerFirst } from '../../effects/impact.ts';
import { EXACT } from '../../effects/reading.ts';
import type { Method } from '../../schema/model.ts';
import {
  isInPackageOf,
  isServedElsewhere,
  movedVariable,
  readBindings,
  serverOf,
  takerOf,
  type Server,
  type Taker,
} from '../subjects/gateway.ts';
import {
  addressOf,
  bindingsOf,
  examplePath,
  httpOptions,
  withSameAddress,
  servedBy,
  bindingMatching,
  type Binding,
} from '../subjects/http.ts';
import { CALL, measure } from '../measure.ts';
import { nameOf } from '../place.ts';
import { revertOption } from '../fixes/options.ts';
import type { Rule, Scenario, Witness } from '../rule.ts';
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
    const [released, current] = [serverOf(old, context), serverOf(edited, context)];
    const lost = before.filter((one) => servedBy(one, now) === undefined && !isServedElsewhere(one, old, current));
    const added = now.filter((one) => withSameAddress(one, before) === undefined);
    const isMoved = lost.length > 0;
    const measured = measure(CALL, 'same', (writer, encoding) => {
      if (encoding === 'binary') return EXACT;
      const [caller, server] = writerFirst(writer, released, current);
      return readBindings(caller.method, server, isMoved);
    });
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

function consequence(lost: readonly Binding[], current: Server, { because }: Reading, baseline: string): string {
  const unserved = lost.filter((one) => bindingMatching(one, bindingsOf(current.method)) === undefined);
  const taken = unserved.flatMap((one) => takerOf(one, current) ?? []);
  const namesOf = (takers: readonly Taker[]): string[] => [...new Set(takers.map(({ name }) => quote(name)))];
  const near = namesOf(taken.filter(({ method }) => isInPackageOf(method, current.method)));
  const far = namesOf(taken.filter(({ method }) => !isInPackageOf(method, current.method)));
  const client = `an HTTP client of ${baseline}`;
  const parts = [
    ...(taken.length < unserved.length || far.length > 0 ? ['gets an error such as 404'] : []),
    ...(near.length > 0 ? [`reaches ${list(near)} instead`] : []),
    ...(far.length > 0 ? [`reaches ${list(far)} if the same gateway serves it`] : []),
  ];
  return parts.length > 0 ? `${client} ${parts.join(', or ')}` : `requests of ${client} are misread (${because ?? ''})`;
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
