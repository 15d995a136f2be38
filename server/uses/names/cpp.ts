import { upperCamelCase } from './case.ts';
import { constants, distinct, getters, lastOf, members, type Naming, setters, variants } from './naming.ts';

/** protoc and the plugin of gRPC. */
export const cpp: Naming = {
  field: ({ name, owner }) => {
    const lower = name.toLowerCase();
    const camel = upperCamelCase(name);
    return [
      ...members(lower),
      ...getters(`has_${lower}`, `${lower}_size`),
      ...setters(
        `set_${lower}`,
        `mutable_${lower}`,
        `clear_${lower}`,
        `add_${lower}`,
        `release_${lower}`,
        `set_allocated_${lower}`,
        `unsafe_arena_set_allocated_${lower}`,
        `unsafe_arena_release_${lower}`,
      ),
      ...constants(`k${camel}FieldNumber`),
      ...(owner === undefined ? [] : variants(`k${camel}`)),
    ];
  },
  oneof: ({ name }) => {
    const lower = name.toLowerCase();
    return [
      ...getters(`${lower}_case`, `has_${lower}`),
      ...setters(`clear_${lower}`),
      ...constants(`${upperCamelCase(name)}Case`),
    ];
  },
  enumValue: ({ name, messages, owner = '' }) => [
    ...variants(name),
    ...(messages.length > 0 ? constants(`${[...messages, owner].join('_')}_${name}`) : []),
  ],
  calls: (method) => [method, `Async${method}`, `PrepareAsync${method}`, `Request${method}`],
  service: (service) => [service],
  types: (path) => distinct(lastOf(path), path.join('_')),
};
