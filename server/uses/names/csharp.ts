import { upperCamelCase, withoutEnumPrefix } from './case.ts';
import { constants, distinct, getters, lastOf, members, type Naming, setters, variants } from './naming.ts';

/** protoc and the plugin of gRPC. */
export const csharp: Naming = {
  field: ({ name, owner }) => {
    const camel = upperCamelCase(name);
    return [
      ...members(camel),
      ...getters(`Has${camel}`),
      ...setters(`Clear${camel}`),
      ...constants(`${camel}FieldNumber`),
      ...(owner === undefined ? [] : variants(camel)),
    ];
  },
  oneof: ({ name }) => {
    const camel = upperCamelCase(name);
    return [...members(`${camel}Case`), ...setters(`Clear${camel}`), ...constants(`${camel}OneofCase`)];
  },
  enumValue: ({ name, owner = '' }) => {
    const bare = withoutEnumPrefix(name, owner);
    return variants(...distinct(upperCamelCase(bare.toLowerCase()), upperCamelCase(bare)));
  },
  calls: (method) => [method, `${method}Async`],
  service: (service) => [service, `${service}Client`, `${service}Base`],
  types: (path) => [lastOf(path), `${upperCamelCase(lastOf(path))}OneofCase`],
};
