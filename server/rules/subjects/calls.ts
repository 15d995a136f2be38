import type { MethodPair } from '../../diff/pairs.ts';
import type { Encoding, Reading, Source } from '../../effects/effect.ts';
import { readMessage } from '../../effects/read.ts';
import { EXACT, loss, writersOwn } from '../../effects/reading.ts';
import type { TypeMatching } from '../../effects/type-matching.ts';
import { UNKNOWN } from '../../effects/unknown.ts';
import type { FieldType, Method, Service } from '../../schema/model.ts';
import { CALL, measure, type Measured, REQUEST, RESPONSE } from '../measure.ts';
import type { Change, Context } from '../rule.ts';
import { TYPED } from '../source.ts';
import { quote, type Phrases, PHRASES_FOR_MESSAGES, tell } from '../words.ts';

/** What servers answer to a path they do not know (https://grpc.io/docs/guides/status-codes/). */
const UNIMPLEMENTED = 'UNIMPLEMENTED';

/** `/package.Service/Method`: what a call carries, and all that a server finds the method by. */
export function pathOf(method: Method): string {
  return `/${method.service.fullName}/${method.name}`;
}

export function pathsOf(service: Service): string {
  return `/${service.fullName}/…`;
}

/** Methods that only one side has: the other side never calls them. */
export function measureCalls(side: 'added' | 'removed', source: Source): Measured {
  const caller = side === 'added' ? 'new' : 'old';
  return measure(CALL, source, (writer) => (writer === caller ? writersOwn('rejected', UNIMPLEMENTED) : EXACT));
}

/** Methods that both sides have under different paths: either side calls what the other does not know. */
export function measureRenamedCalls(source: Source = 'breaks'): Measured {
  const unknown: Reading = loss('rejected', UNIMPLEMENTED);
  return measure(CALL, source, () => unknown);
}

/** Phrases for a failing call; the paths are as the old and the new client call them. */
export function callPhrases(old: string, edited: string): Phrases {
  return {
    old: {
      rejected: (server, client) => `${client} still calls ${old}, which ${server} answers with ${UNIMPLEMENTED}`,
    },
    new: { rejected: (server, client) => `${client} calls ${edited}, which ${server} answers with ${UNIMPLEMENTED}` },
  };
}

/** A method's request (`input`) or response (`output`) that is another message than in the release. */
export function otherMessage(part: 'input' | 'output', pair: MethodPair, context: Context): Change | undefined {
  if (pair.status !== 'kept') return undefined;
  const old = pair.old.types[part];
  const edited = pair.new.types[part];
  if (context.diff.sameType(old, edited)) return undefined;
  const measured = measure(part === 'input' ? REQUEST : RESPONSE, TYPED, (writer, encoding) =>
    writer === 'old'
      ? readCarried(old, edited, encoding, context.types)
      : readCarried(edited, old, encoding, context.types),
  );
  const what = part === 'input' ? 'request' : 'response';
  const [was, is] = namesOf(old, edited);
  return {
    element: pair.new.fullName,
    place: { file: pair.new.file, span: pair.new.node[part].type.span },
    baseline: { file: pair.old.file, span: pair.old.node[part].type.span },
    impact: measured.impact,
    message: tell(
      `the ${what} of ${quote(pair.new.name)} was ${quote(was)} in ${context.words.baseline} and is ${quote(is)} now`,
      measured,
      context,
      PHRASES_FOR_MESSAGES,
    ),
  };
}

/** What a peer makes of the other's request or response. Of a type that was not found nothing is known, so it may be anything. */
function readCarried(writer: FieldType, reader: FieldType, encoding: Encoding, types: TypeMatching): Reading {
  if (writer.kind === 'message' && reader.kind === 'message')
    return readMessage(writer.message, reader.message, encoding, types);
  // An enum is an error of the text.
  return writer.kind === 'enum' || reader.kind === 'enum' ? EXACT : UNKNOWN;
}

/** Short ones, unless they are the same. */
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
