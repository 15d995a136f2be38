import type { MethodPair } from '../../diff/pairs.ts';
import type { Encoding, Reading, Source } from '../../effects/effect.ts';
import { writerFirst } from '../../effects/impact.ts';
import { readMessage } from '../../effects/read.ts';
import { EXACT, loss, lossOfWritersOwn } from '../../effects/reading.ts';
import type { TypeMatching } from '../../effects/type-matching.ts';
import { UNKNOWN } from '../../effects/unknown.ts';
import type { FieldType, Method, Service } from '../../schema/model.ts';
import { CALL, withoutLoss, measure, type Measured, REQUEST, RESPONSE } from '../measure.ts';
import type { Change, Context } from '../rule.ts';
import { TYPED } from '../generated-code.ts';
import { quote, type Phrases, type PhrasesByEffect, PHRASES_FOR_MESSAGES, findingMessage } from '../words.ts';

/** The answer to an unknown path (https://grpc.io/docs/guides/status-codes/). */
const UNIMPLEMENTED = 'UNIMPLEMENTED';

/** A server finds the method by this path. */
export function pathOf(method: Method): string {
  return `/${method.service.fullName}/${method.name}`;
}

export function pathsOf(service: Service): string {
  return `/${service.fullName}/…`;
}

/** Only the side that declares the method calls it. */
export function measureCalls(side: 'added' | 'removed', source: Source): Measured {
  const caller = side === 'added' ? 'new' : 'old';
  return measure(CALL, source, (writer) => (writer === caller ? lossOfWritersOwn('rejected', UNIMPLEMENTED) : EXACT));
}

/** Each side's client calls a path that the other side's server does not know. */
export function measureRenamedCalls(source: Source = 'breaks'): Measured {
  const unknown: Reading = loss('rejected', UNIMPLEMENTED);
  return measure(CALL, source, () => unknown);
}

export function measureRenamedService(old: Service, edited: Service): Measured {
  return haveMethods(old, edited) ? measureRenamedCalls() : withoutLoss(CALL, 'breaks');
}

/** Without methods, a rename breaks no calls. */
export function haveMethods(old: Service, edited: Service): boolean {
  return old.methods.length > 0 && edited.methods.length > 0;
}

export function unimplemented(what: 'it' | 'its methods'): PhrasesByEffect {
  return { rejected: (server, client) => `${server} answers ${UNIMPLEMENTED} when ${client} calls ${what}` };
}

/** @param old the path that the old client calls */
export function callPhrases(old: string, edited: string): Phrases {
  return {
    old: {
      rejected: (server, client) => `${client} still calls ${old}, and ${server} answers ${UNIMPLEMENTED}`,
    },
    new: { rejected: (server, client) => `${client} calls ${edited}, and ${server} answers ${UNIMPLEMENTED}` },
  };
}

/** Undefined if the type is the same as in the release. */
export function otherMessage(part: 'input' | 'output', pair: MethodPair, context: Context): Change | undefined {
  if (pair.status !== 'kept') return undefined;
  const old = pair.old.types[part];
  const edited = pair.new.types[part];
  if (context.diff.sameType(old, edited)) return undefined;
  const measured = measure(part === 'input' ? REQUEST : RESPONSE, TYPED, (writer, encoding) =>
    readCarried(...writerFirst(writer, old, edited), encoding, context.types),
  );
  const what = part === 'input' ? 'request' : 'response';
  const [oldName, newName] = namesOf(old, edited);
  return {
    element: pair.new.fullName,
    place: { file: pair.new.file, span: pair.new.node[part].type.span },
    baseline: { file: pair.old.file, span: pair.old.node[part].type.span },
    impact: measured.impact,
    message: findingMessage(
      `the ${what} of ${quote(pair.new.name)} was ${quote(oldName)} in ${context.words.baseline} and is ${quote(newName)} now`,
      measured,
      context,
      PHRASES_FOR_MESSAGES,
    ),
  };
}

/** A type that was not found may be anything. */
function readCarried(writer: FieldType, reader: FieldType, encoding: Encoding, types: TypeMatching): Reading {
  if (writer.kind === 'message' && reader.kind === 'message')
    return readMessage(writer.message, reader.message, encoding, types);
  // protoc rejects an enum as a request or response, so no loss is reported.
  return writer.kind === 'enum' || reader.kind === 'enum' ? EXACT : UNKNOWN;
}

/** Full names if the short ones are equal. */
function namesOf(old: FieldType, edited: FieldType): readonly [string, string] {
  return old.kind === 'message' && edited.kind === 'message' && old.message.name !== edited.message.name
    ? [old.message.name, edited.message.name]
    : [fullNameOf(old), fullNameOf(edited)];
}

function fullNameOf(type: FieldType): string {
  switch (type.kind) {
    case 'message':
      return type.message.fullName;
    case 'enum':
      return type.enum.fullName;
    case 'scalar':
      return type.scalar;
    case 'unresolved':
      return type.name;
  }
}
