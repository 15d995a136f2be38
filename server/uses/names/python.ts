import { constants, lastOf, members, type Naming, quoted, variants } from './naming.ts';

/** protoc and the plugin of gRPC. */
export const python: Naming = {
  field: ({ name }) => [
    ...members(name),
    ...constants(`${name.toUpperCase()}_FIELD_NUMBER`),
    // `HasField("name")`
    ...quoted(name),
  ],
  // `WhichOneof("name")`
  oneof: ({ name }) => quoted(name),
  enumValue: ({ name }) => variants(name),
  calls: (method) => [method],
  service: (service) => [service, `${service}Stub`, `${service}Servicer`, `add_${service}Servicer_to_server`],
  types: (path) => [lastOf(path)],
};
