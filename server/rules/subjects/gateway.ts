import type { Reading } from '../../effects/effect.ts';
import { readMessage } from '../../effects/read.ts';
import { combine, EXACT, loss, lossBeyondReader, lossOfWritersOwn } from '../../effects/reading.ts';
import type { TypeMatching } from '../../effects/type-matching.ts';
import type { Message, Method } from '../../schema/model.ts';
import type { Context } from '../rule.ts';
import { quote } from '../words.ts';
import {
  addressOf,
  type Binding,
  bindingMatching,
  bindingsOf,
  httpOptions,
  isWider,
  servedBy,
  variablesOf,
} from './http.ts';

/* What the HTTP gateway of a server makes of a client's requests. */

export interface Server {
  readonly method: Method;
  /** The other methods with an HTTP binding, first those of the same package. */
  readonly others: readonly Method[];
  readonly types: TypeMatching;
}

export function serverOf(method: Method, { diff, types }: Context): Server {
  const schema = diff.new.files.get(method.file.path) === method.file ? diff.new : diff.old;
  const others = [...schema.files.values()]
    .flatMap(({ services }) => services.flatMap(({ methods }) => methods))
    .filter((other) => other.fullName !== method.fullName && httpOptions(other).length > 0);
  const isNear = (other: Method): boolean => isInPackageOf(method, other);
  return { method, others: [...others.filter(isNear), ...others.filter((other) => !isNear(other))], types };
}

export function isInPackageOf(method: Method, other: Method): boolean {
  return method.file.package === other.file.package;
}

export interface Taker {
  readonly method: Method;
  readonly name: string;
  readonly binding: Binding;
}

/** Another method that serves the requests of the binding. */
export function takerOf(sent: Binding, server: Server): Taker | undefined {
  for (const method of server.others) {
    const binding = bindingMatching(sent, bindingsOf(method));
    const isSameService = method.service.fullName === server.method.service.fullName;
    if (binding !== undefined) return { method, name: isSameService ? method.name : method.fullName, binding };
  }
  return undefined;
}

/** Whether another method serves the address, with the same JSON. */
export function isServedElsewhere(sent: Binding, writer: Method, { others, types }: Server): boolean {
  return others.some((other) => {
    const target = servedBy(sent, bindingsOf(other));
    if (target === undefined || readBinding(sent, target, writer, other).worst !== 'exact') return false;
    const isSame = (from: Message | undefined, to: Message | undefined): boolean =>
      from !== undefined && to !== undefined && readMessage(from, to, 'json', types).worst === 'exact';
    return isSame(writer.input, other.input) && isSame(other.output, writer.output);
  });
}

/** @param isMoved whether the new addresses replace a removed one */
export function readBindings(writer: Method, reader: Server, isMoved: boolean): Reading {
  return combine(...bindingsOf(writer).map((sent) => readRequests(sent, writer, reader, isMoved)));
}

function readRequests(sent: Binding, writer: Method, reader: Server, isMoved: boolean): Reading {
  const known = bindingsOf(reader.method);
  const target = servedBy(sent, known);
  if (target !== undefined) return readBinding(sent, target, writer, reader.method);
  if (isServedElsewhere(sent, writer, reader)) return EXACT;
  const address = addressOf(sent);
  const narrower = known.find((other) => isWider(sent, other));
  if (narrower !== undefined) {
    const because = `of all requests to ${address}, only those to ${addressOf(narrower)} are served`;
    return combine(readBinding(sent, narrower, writer, reader.method), lossBeyondReader('rejected', because));
  }
  const misrouted = bindingMatching(sent, known);
  const taker = takerOf(sent, reader);
  if (misrouted !== undefined || taker !== undefined) {
    const because =
      misrouted !== undefined
        ? `${address} is served as ${addressOf(misrouted)}`
        : `${quote(taker?.name ?? '')} serves ${address}`;
    return isMoved ? loss('altered', because) : lossBeyondReader('altered', because);
  }
  const because = `nothing is served at ${address}`;
  return isMoved ? loss('rejected', because) : lossOfWritersOwn('rejected', because);
}

function readBinding(sent: Binding, target: Binding, writer: Method, reader: Method): Reading {
  const moved = movedVariable(sent, target, writer, reader);
  return combine(
    moved === undefined ? EXACT : loss('altered', `"${moved.sent}" in the path is read as "${moved.read}"`),
    readBody(sent.body, target.body),
    sent.responseBody === target.responseBody ? EXACT : loss('rejected', 'the response has a different structure'),
  );
}

function readBody(sent: string, read: string): Reading {
  if (sent === read) return EXACT;
  if (sent === '') return loss('dropped', 'fields in the query are ignored');
  if (read === '') return loss('dropped', 'the body is ignored');
  return loss('rejected', `the body is "${sent}" on one side and "${read}" on the other`);
}

export function movedVariable(
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
