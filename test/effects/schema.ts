import { parse } from '../../server/proto/parse.ts';
import { link } from '../../server/schema/link.ts';
import type { Enum, Field, Message, Method, Schema } from '../../server/schema/model.ts';

/** Links one file, by default in edition 2023, which can express every feature. */
export function schemaOf(text: string): Schema {
  const whole = /^\s*(syntax|edition)\b/.test(text) ? text : `edition = "2023";\n${text}`;
  const schema = link(new Map([['a.proto', parse(whole)]]));
  const wrong = [...schema.problems, ...(schema.files.get('a.proto')?.node.problems ?? [])];
  if (wrong.length > 0) throw new Error(`${wrong.map((problem) => problem.message).join('\n')}\n${whole}`);
  return schema;
}

export function messageOf(schema: Schema, name: string): Message {
  const type = schema.types.get(name);
  if (type?.kind !== 'message') throw new Error(`no message ${name}`);
  return type;
}

export function enumOf(schema: Schema, name: string): Enum {
  const type = schema.types.get(name);
  if (type?.kind !== 'enum') throw new Error(`no enum ${name}`);
  return type;
}

/** The field `f` of the message `M` with these members. */
export function fieldOf(members: string, more = ''): Field {
  const field = messageOf(schemaOf(`message M { ${members} }\n${more}`), 'M').fieldsByName.get('f');
  if (field === undefined) throw new Error(`no field f in ${members}`);
  return field;
}

/** The method `m` of the service `S`. */
export function methodOf(text: string): Method {
  const method = schemaOf(`message A {} message B {} service S { ${text} }`).services.get('S')?.methods[0];
  if (method === undefined) throw new Error(`no method in ${text}`);
  return method;
}
