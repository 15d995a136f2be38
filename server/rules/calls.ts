import type { Reading } from '../effects/effect.ts';
import { EXACT, loss, writersOwn } from '../effects/reading.ts';
import type { Method, Service } from '../schema/model.ts';
import { CALL, measure, type Measured } from './measure.ts';
import type { Saying } from './words.ts';

/** What servers answer to a path they do not know (https://grpc.io/docs/guides/status-codes/). */
const UNIMPLEMENTED = 'UNIMPLEMENTED';

/** `/package.Service/Method`: what a call carries, and all that a server finds the method by. */
export function pathOf(method: Method): string {
  return `/${method.service.fullName}/${method.name}`;
}

export function pathsOf(service: Service): string {
  return `/${service.fullName}/…`;
}

/** Methods that only one side has: the other side's callers have no use for them. */
export function measureCalls(side: 'added' | 'removed', source: 'same' | 'breaks'): Measured {
  const caller = side === 'added' ? 'new' : 'old';
  return measure(CALL, source, (writer) => (writer === caller ? writersOwn('rejected', UNIMPLEMENTED) : EXACT));
}

/** Methods that both sides have under different paths: either side calls what the other does not know. */
export function measureRenamedCalls(): Measured {
  const unknown: Reading = loss('rejected', UNIMPLEMENTED);
  return measure(CALL, 'breaks', () => unknown);
}

/** How a failing call is told; the paths are as the old and the new client call them. */
export function sayCalls(old: string, edited: string): Saying {
  return {
    old: {
      rejected: (server, client) => `${client} still calls ${old}, which ${server} answers with ${UNIMPLEMENTED}`,
    },
    new: { rejected: (server, client) => `${client} calls ${edited}, which ${server} answers with ${UNIMPLEMENTED}` },
  };
}
