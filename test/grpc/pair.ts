import {
  Client,
  credentials,
  Server,
  ServerCredentials,
  status,
  type ClientReadableStream,
  type MethodDefinition,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  type ServiceError,
  type UntypedHandleCall,
} from '@grpc/grpc-js';
import { decode } from '../../server/effects/decode.ts';
import { encode } from '../../server/effects/encode.ts';
import { sampleMessage } from '../../server/effects/sample.ts';
import type { MessageValue } from '../../server/effects/value.ts';
import { parse } from '../../server/proto/parse.ts';
import { link } from '../../server/schema/link.ts';
import type { Message, Method, Schema } from '../../server/schema/model.ts';

export interface Outcome {
  /** The client's status: OK, UNIMPLEMENTED, … */
  readonly status: string;
  readonly sent: readonly MessageValue[];
  /** What the server received, read with its own schema. */
  readonly taken: readonly MessageValue[];
  readonly answered: readonly MessageValue[];
  /** What the client received, read with its own schema. */
  readonly received: readonly MessageValue[];
}

export function schemaOf(files: Readonly<Record<string, string>>): Schema {
  const schema = link(new Map(Object.entries(files).map(([path, text]) => [path, parse(text)])));
  if (schema.problems.length > 0) throw new Error(schema.problems.map(({ message }) => message).join('\n'));
  return schema;
}

export function pathOf(method: Method): string {
  return `/${method.service.fullName}/${method.name}`;
}

export function methodsOf(schema: Schema): Method[] {
  return [...schema.services.values()].flatMap((service) => service.methods);
}

/** A unary call of grpc-js does not read the status after a second response, so the call waits for its deadline. */
export function hangs(method: Method, answers: number): boolean {
  return !method.clientStreaming && !method.serverStreaming && answers > 1;
}

/** A server with the methods of a schema, and a client without one. */
export class Peer {
  readonly #server = new Server();
  readonly #taken: MessageValue[] = [];
  #answers: readonly MessageValue[] = [];
  #answerCount = 1;
  #client: Client | undefined;

  constructor(schema: Schema) {
    for (const service of schema.services.values()) {
      const methods = service.methods.map((method) => [method.name, definitionOf(method)] as const);
      const handlers = service.methods.map((method) => [method.name, this.#handler(method)] as const);
      this.#server.addService(Object.fromEntries(methods), Object.fromEntries(handlers));
    }
  }

  async start(): Promise<void> {
    const port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    this.#client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  }

  stop(): void {
    this.#client?.close();
    this.#server.forceShutdown();
  }

  /** Calls a method of any schema. A client or server that does not stream sends one message. */
  async call(method: Method, requests: number, answers: number): Promise<Outcome> {
    const client = this.#client;
    if (client === undefined) throw new Error('the server is not running');
    this.#taken.length = 0;
    this.#answers = [];
    this.#answerCount = answers;
    const sent = Array.from({ length: method.clientStreaming ? requests : 1 }, () => sample(method.input));
    const { code, received } = await send(client, method, sent, hangs(method, answers) ? SHORT_DEADLINE : DEADLINE);
    return { status: status[code], sent, taken: [...this.#taken], answered: this.#answers, received };
  }

  #handler(method: Method): UntypedHandleCall {
    const take = (value: MessageValue): unknown => this.#taken.push(value);
    const answer = (count: number): readonly MessageValue[] => {
      this.#answers = Array.from({ length: count }, () => sample(method.output));
      return this.#answers;
    };
    if (method.clientStreaming) {
      return method.serverStreaming
        ? (call: ServerDuplexStream<MessageValue, MessageValue>) => {
            call.on('data', take).on('end', () => {
              for (const each of answer(this.#answerCount)) call.write(each);
              call.end();
            });
          }
        : (call: ServerReadableStream<MessageValue, MessageValue>, done: sendUnaryData<MessageValue>) => {
            call.on('data', take).on('end', () => done(null, answer(1)[0]));
          };
    }
    return method.serverStreaming
      ? (call: ServerWritableStream<MessageValue, MessageValue>) => {
          take(call.request);
          for (const each of answer(this.#answerCount)) call.write(each);
          call.end();
        }
      : (call: ServerUnaryCall<MessageValue, MessageValue>, done: sendUnaryData<MessageValue>) => {
          take(call.request);
          done(null, answer(1)[0]);
        };
  }
}

interface CallResult {
  readonly code: status;
  readonly received: readonly MessageValue[];
}

function send(client: Client, method: Method, sent: readonly MessageValue[], deadline: number): Promise<CallResult> {
  const { path, requestSerialize, responseDeserialize } = definitionOf(method);
  const options = { deadline: Date.now() + deadline };
  return new Promise((resolve) => {
    const received: MessageValue[] = [];
    const end = ({ code }: { readonly code: status }): void => resolve({ code, received });
    const unary = (error: ServiceError | null, value?: MessageValue): void => {
      if (value !== undefined) received.push(value);
      end(error ?? { code: status.OK });
    };
    if (!method.serverStreaming) {
      const [only] = sent;
      if (!method.clientStreaming && only !== undefined) {
        client.makeUnaryRequest(path, requestSerialize, responseDeserialize, only, options, unary);
        return;
      }
      const call = client.makeClientStreamRequest(path, requestSerialize, responseDeserialize, options, unary);
      for (const each of sent) call.write(each);
      call.end();
      return;
    }
    const [only] = sent;
    const collect = (call: ClientReadableStream<MessageValue>): unknown =>
      call
        .on('data', (value: MessageValue) => received.push(value))
        // The status follows every error.
        .on('error', () => undefined)
        .on('status', end);
    if (!method.clientStreaming && only !== undefined) {
      collect(client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, only, options));
      return;
    }
    const call = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, options);
    collect(call);
    for (const each of sent) call.write(each);
    call.end();
  });
}

/** Milliseconds. */
const DEADLINE = 10_000;
/** Milliseconds, for calls that hang. */
const SHORT_DEADLINE = 500;

function definitionOf(method: Method): MethodDefinition<MessageValue, MessageValue> {
  const [input, output] = [typeOf(method.input), typeOf(method.output)];
  return {
    path: pathOf(method),
    requestStream: method.clientStreaming,
    responseStream: method.serverStreaming,
    requestSerialize: (value) => Buffer.from(encode(input, value)),
    requestDeserialize: (bytes) => decode(bytes, input),
    responseSerialize: (value) => Buffer.from(encode(output, value)),
    responseDeserialize: (bytes) => decode(bytes, output),
  };
}

function sample(type: Message | undefined): MessageValue {
  return sampleMessage(typeOf(type));
}

function typeOf(type: Message | undefined): Message {
  if (type === undefined) throw new Error('the type is unresolved');
  return type;
}
