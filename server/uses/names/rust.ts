import { snakeCase, snakeCaseByLetters, upperCamelCase, upperCamelCaseByWords, withoutEnumPrefix } from './case.ts';
import { distinct, getters, lastOf, members, type Naming, setters, variants } from './naming.ts';

/** prost and tonic, rust-protobuf 2 to 4, and ttrpc. */
export const rust: Naming = {
  field: ({ name, owner }) => [
    // rust-protobuf escapes keywords.
    ...members(name, ...(KEYWORDS.has(name) ? [`${name}_`, `field_${name}`] : [])),
    ...getters(`get_${name}`, `has_${name}`, `take_${name}`, `${name}_opt`, `${name}_ref`),
    ...setters(`set_${name}`, `mut_${name}`, `${name}_mut`, `clear_${name}`),
    ...(owner === undefined ? [] : variants(upperCamelCaseByWords(name), name)),
  ],
  oneof: ({ name }) => [...members(name), ...getters(`${name}_case`, `has_${name}`), ...setters(`clear_${name}`)],
  enumValue: ({ name, owner = '' }) => {
    const bare = withoutEnumPrefix(name, owner);
    return variants(
      ...distinct(name, upperCamelCaseByWords(name), upperCamelCaseByWords(bare), upperCamelCase(bare.toLowerCase())),
    );
  },
  calls: (method) => distinct(snakeCase(method), snakeCaseByLetters(method)),
  service: (service) => [
    service,
    `${service}Client`,
    `${service}Server`,
    `create_${snakeCase(service)}`,
    `${snakeCase(service)}_client`,
    `${snakeCase(service)}_server`,
  ],
  types: (path) => {
    const [last, joined] = [lastOf(path), path.join('_')];
    return distinct(last, joined, upperCamelCaseByWords(last), `${last}View`, `${last}Mut`, `${joined}_oneof_${last}`);
  },
};

const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'as async await box break const continue crate do dyn else enum extern false final fn for if impl in let loop macro match ' +
    'mod move mut override priv pub ref return self static struct super trait true try type typeof unsafe unsized use virtual ' +
    'where while yield abstract become'
  ).split(' '),
);
