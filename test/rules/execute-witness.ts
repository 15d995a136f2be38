import type { Effect } from '../../server/effects/effect.ts';
import type { Shown, Witness } from '../../server/rules/rule.ts';
import type { Field, Message, Method, Schema } from '../../server/schema/model.ts';
import { toWireMessage } from '../effects/wire-message.ts';
import { Json } from '../effects/json.ts';
import { areCounterparts } from '../effects/counterparts.ts';
import { type Fields, observe } from '../effects/observe.ts';
import { decode, Rejected, type MessageValue } from '../effects/wire.ts';

/**
 * The effect that a witness shows when it is executed without the product's decoders and verdicts.
 * @throws Error if the writer cannot send what the witness shows as sent
 */
export function executeWitness({ shown }: Witness, old: Schema, edited: Schema): Effect {
  switch (shown.kind) {
    case 'message':
      return executeMessage(shown, old, edited);
    case 'call':
      return executeCall(shown, [old, edited]);
    case 'http':
      return executeRequest(shown, [old, edited]);
    case 'mask':
      return executeMask(shown.path.split('.'), shown.client, shown.server);
    case 'lost':
      if (edited.types.has(shown.message.fullName)) return 'exact';
      // An Any is unpacked by the name of its type. Stored data has no name.
      return shown.packed ? 'rejected' : 'dropped';
  }
}

function executeMessage(shown: Shown & { readonly kind: 'message' }, old: Schema, edited: Schema): Effect {
  const { writer, reader, made, encoding } = shown;
  const isReaderEdited = edited.types.get(reader.fullName) === reader;
  const [writerSchema, readerSchema] = isReaderEdited ? [old, edited] : [edited, old];
  const sent = toWireMessage(made.value);
  // The witness of a removed extension range has an invented extension, which the schema does not declare.
  const invented = [...writer.extensionsByNumber.values()].filter(
    (field) => !writerSchema.extensions.has(field.fullName),
  );
  const back = decodeAs(writer, made.encoded, writerSchema, invented);
  const trip = observe(writer, writer, sent, back, encoding);
  if (trip !== 'exact') throw new Error(`The writer's own schema reads the message as ${trip}.`);
  try {
    const read = decodeAs(reader, made.encoded, readerSchema);
    return observe(writer, reader, sent, read, encoding, comparedFields(shown, read));
  } catch (error) {
    if (error instanceof Rejected) return 'rejected';
    throw error;
  }
}

/** @throws Rejected */
function decodeAs(
  message: Message,
  encoded: Uint8Array | string,
  schema: Schema,
  invented: readonly Field[] = [],
): MessageValue {
  return typeof encoded === 'string' ? new Json(schema, invented).read(message, encoded) : decode(message, encoded);
}

/** The fields that the finding is about, and those that read what its writer's fields send. */
function comparedFields(
  { reader, about, encoding }: Shown & { readonly kind: 'message' },
  read: MessageValue,
): Fields | undefined {
  if (about === undefined) return undefined;
  const isReceiver = (field: Field): boolean =>
    about.writer.some((sender) =>
      encoding === 'json' ? sender.jsonName === field.jsonName : sender.number === field.number,
    );
  const receivers = reader.fields.filter((field) => read.has(field.number) && isReceiver(field));
  return { writer: about.writer, reader: [...about.reader, ...receivers] };
}

function executeCall({ caller, server }: Shown & { readonly kind: 'call' }, schemas: readonly Schema[]): Effect {
  if (server !== undefined) {
    // test/grpc and test/ttrpc execute these calls.
    if (caller.clientStreaming && !server.clientStreaming) return 'altered';
    const isHanging = server.clientStreaming && !caller.clientStreaming;
    const isFailing = server.serverStreaming && !caller.serverStreaming;
    return isHanging || isFailing ? 'rejected' : 'exact';
  }
  const isKnown = schemas.some((schema) => {
    const service = schema.services.get(caller.service.fullName);
    return service !== caller.service && service?.methods.some(({ name }) => name === caller.name) === true;
  });
  return isKnown ? 'exact' : 'rejected';
}

/** `altered` if only other bindings match the request, of this method or of another one. */
function executeRequest(
  { request, binding, server }: Shown & { readonly kind: 'http' },
  schemas: readonly Schema[],
): Effect {
  const own = matchingPaths(server, request);
  if (own.length > 0) return own.includes(binding.path) ? 'exact' : 'altered';
  const services = schemas.find((schema) => schema.files.get(server.file.path) === server.file)?.services.values();
  const others = [...(services ?? [])].flatMap(({ methods }) => methods).filter((method) => method !== server);
  return others.some((method) => matchingPaths(method, request).length > 0) ? 'altered' : 'rejected';
}

function matchingPaths({ file, node }: Method, request: string): string[] {
  const text = file.node.text.slice(node.span.start, node.span.end);
  return [...text.matchAll(/(get|put|post|delete|patch)\s*[:=]\s*"([^"]*)"/g)].flatMap(([, verb = '', path = '']) => {
    const pattern = path
      .replaceAll(/\{[\w.]+(?:=([^}]*))?\}/g, (_, inner: string | undefined) => inner ?? '*')
      .replaceAll('**', '.+')
      .replaceAll(/(?<!\.)\*/g, '[^/]+');
    return new RegExp(`^${verb.toUpperCase()} ${pattern}$`).test(request) ? [path] : [];
  });
}

/**
 * What a server does with a path in a `google.protobuf.FieldMask`.
 * @throws Error if the path does not exist in the client's schema
 */
function executeMask([name = '', ...inner]: readonly string[], client: Message, server: Message): Effect {
  // The client may use Python or Go, but servers in both languages have to accept the path.
  const sent = client.fields.find((each) => each.name === name || (each.delimited && goNameOf(each) === name));
  if (sent === undefined) throw new Error(`${client.name} has no field "${name}".`);
  const field = server.fields.find((each) => each.name === name && goNameOf(each) === name);
  if (field === undefined) return 'rejected';
  if (!areCounterparts(client, server, sent, field, 'binary')) return 'altered';
  if (inner.length === 0) return 'exact';
  const [from, to] = [sent, field].map(({ type, repeated }) =>
    type.kind === 'message' && !repeated ? type.message : undefined,
  );
  if (from === undefined) throw new Error(`"${name}" is not a single message in ${client.name}.`);
  return to === undefined ? 'rejected' : executeMask(inner, from, to);
}

/** In a path, Go uses the name of a group's message. Python uses that of the field. */
function goNameOf({ name, delimited, type }: Field): string {
  return delimited && type.kind === 'message' ? type.message.name : name;
}
