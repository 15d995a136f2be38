import { lowerFirst, upperCamelCase, withoutEnumPrefix } from './case.ts';
import { distinct, getters, lastOf, members, type Naming, quoted, setters, variants } from './naming.ts';

/** protobuf-es, ts-proto, protobufjs, google-protobuf and grpc-js. */
export const typescript: Naming = {
  field: ({ name }) => {
    // google-protobuf makes the name lower case first.
    const camel = upperCamelCase(name.toLowerCase());
    const plain = distinct(jsonName(name), name);
    return [
      ...members(...plain),
      ...getters(...['', 'List', 'Map', '_asB64', '_asU8'].map((end) => `get${camel}${end}`), `has${camel}`),
      ...setters(
        `set${camel}`,
        `set${camel}List`,
        `clear${camel}`,
        `clear${camel}List`,
        `clear${camel}Map`,
        `add${camel}`,
      ),
      // protobuf-es: `case: "name"`.
      ...quoted(...plain),
    ];
  },
  oneof: ({ name }) => [...members(...distinct(jsonName(name), name)), ...getters(`get${upperCamelCase(name)}Case`)],
  enumValue: ({ name, owner = '' }) => [
    ...variants(...distinct(name, withoutEnumPrefix(name, owner))),
    ...quoted(name),
  ],
  calls: (method) => distinct(lowerFirst(method), method),
  service: (service) => [
    service,
    `${service}Client`,
    `${service}Service`,
    `${service}Server`,
    `${service}Definition`,
    `${service}ClientImpl`,
    `I${service}Server`,
  ],
  types: (path) => distinct(lastOf(path), path.join('_')).flatMap((each) => [each, `${each}Schema`, `${each}Json`]),
};

/** https://protobuf.dev/programming-guides/json/. Unlike in `upperCamelCase`, letters after digits stay lower case. */
function jsonName(name: string): string {
  return name.replace(/_+(.?)/g, (_, letter: string) => letter.toUpperCase());
}
