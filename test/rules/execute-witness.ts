import type { Effect } from '../../server/effects/effect.ts';
import type { Shown, Witness } from '../../server/rules/rule.ts';
import type { Field, Message, Method, Schema } from '../../server/schema/model.ts';
import { toWireMessage } from '../effects/wire-message.ts';
import { Json } from '../effects/json.ts';
import { areCounterparts, observe } from '../effects/observe.ts';
import { decode, Rejected, type MessageValue } from '../effects/wire.ts';

/**
 * Executes a witness and returns its effect. The decoders and `observe` are independent of the product's code.
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
      return executePath(shown.path.split('.'), shown.client, shown.server);
    case 'lost': {
      const isKnown = edited.types.has(shown.message.fullName);
      if (isKnown) return 'exact';
      // An Any is unpacked by its type's name, which fails. The name is not in stored data.
      return shown.packed ? 'rejected' : 'dropped';
    }
  }
}

/**
 * What a server does with a path in a `google.protobuf.FieldMask`.
 * @throws Error if the path does not exist in the client's schema
 */
function executePath([name = '', ...inner]: readonly string[], client: Message, server: Message): Effect {
  // In a path, Python uses the field name of a group, and Go the name of its message. The client may use either language; the path is only
  // accepted if servers in both languages know it.
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
  return to === undefined ? 'rejected' : executePath(inner, from, to);
}

/** The name of a field in paths that Go accepts. For groups only: Go cannot name other delimited fields. */
function goNameOf({ name, delimited, type }: Field): string {
  return delimited && type.kind === 'message' ? type.message.name : name;
}

function executeMessage(shown: Shown & { readonly kind: 'message' }, old: Schema, edited: Schema): Effect {
  const { writer, reader, about, made, encoding } = shown;
  const { encoded, value } = made;
  const sides = [old, edited].filter((schema) => schema.types.get(reader.fullName) === reader);
  const [readerSchema = old] = sides;
  const writerSchema = readerSchema === old ? edited : old;
  const sent = toWireMessage(value);
  // The witness of a removed extension range has an invented extension, which the schema does not declare.
  const others = [...writer.extensionsByNumber.values()].filter(
    ({ fullName }) => !writerSchema.extensions.has(fullName),
  );
  const back =
    typeof encoded === 'string' ? new Json(writerSchema, others).read(writer, encoded) : decode(writer, encoded);
  const trip = observe(writer, writer, sent, back, encoding);
  if (trip !== 'exact') throw new Error(`The writer's own schema reads the message as ${trip}.`);
  let read: MessageValue;
  try {
    read = typeof encoded !== 'string' ? decode(reader, encoded) : new Json(readerSchema).read(reader, encoded);
  } catch (error) {
    if (error instanceof Rejected) return 'rejected';
    throw error;
  }
  if (about === undefined) return observe(writer, reader, sent, read, encoding);
  // `about` has the fields of the finding. If another field of the reader received the value of one of them, it is compared, too.
  const taken = reader.fields.filter(
    (field) =>
      read.has(field.number) &&
      !about.reader.includes(field) &&
      about.writer.some((sender) =>
        encoding === 'json' ? sender.jsonName === field.jsonName : sender.number === field.number,
      ),
  );
  const readers = [...about.reader, ...taken];
  // If the writer also has a field with the name of a compared field of the reader, it is included. Otherwise `observe` would assume that
  // the field in `about.writer` was renamed to it.
  const namesakes = writer.fields.filter(
    (field) => !about.writer.includes(field) && readers.some(({ name }) => name === field.name),
  );
  const writers = [...about.writer, ...namesakes];
  // `observe` also needs the field that took the number of a renumbered field.
  const successorsIn = (message: Message, mine: Message['fields'], others: Message['fields']): Message['fields'] =>
    message.fields.filter(
      (successor) =>
        !mine.includes(successor) &&
        others.some(
          (field) =>
            field.number === successor.number &&
            mine.some(({ name, number }) => name === field.name && number !== field.number),
        ),
    );
  return observe(
    only(writer, [...writers, ...successorsIn(writer, writers, readers)]),
    only(reader, [...readers, ...successorsIn(reader, readers, writers)]),
    sent,
    read,
    encoding,
  );
}

/** `exact` if the binding itself matches the request on the server, `altered` if only another one does, `rejected` if none does. */
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

/** The message with only these fields and no extensions. `fieldsByName` and `fieldsByNumber` still have all fields. */
function only(message: Message, fields: Message['fields']): Message {
  return { ...message, fields, extensionsByNumber: new Map() };
}

function executeCall({ caller, server }: Shown & { readonly kind: 'call' }, schemas: readonly Schema[]): Effect {
  if (server !== undefined) {
    // test/grpc and test/ttrpc execute these calls.
    if (caller.clientStreaming && !server.clientStreaming) return 'altered';
    const isHanging = server.clientStreaming && !caller.clientStreaming;
    const isFailing = server.serverStreaming && !caller.serverStreaming;
    return isHanging || isFailing ? 'rejected' : 'exact';
  }
  const others = schemas.filter((schema) => schema.services.get(caller.service.fullName) !== caller.service);
  const isKnown = others.some((schema) =>
    schema.services.get(caller.service.fullName)?.methods.some(({ name }) => name === caller.name),
  );
  return isKnown ? 'exact' : 'rejected';
}
