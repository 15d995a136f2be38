import type { Element } from '../element.ts';
import { lowerFirst, lowerFirstWord, upperCamelCase, upperFirst, withoutEnumPrefix } from './case.ts';
import { distinct, getters, lastOf, members, type Naming, setters, variants } from './naming.ts';

/** SwiftProtobuf and grpc-swift. */
export const swift: Naming = {
  field: ({ name, owner }) => {
    const camel = swiftCamelCase(name);
    return [
      ...members(camel),
      ...getters(`has${upperFirst(camel)}`),
      ...setters(`clear${upperFirst(camel)}`),
      ...(owner === undefined ? [] : variants(camel)),
    ];
  },
  oneof: ({ name }) => members(swiftCamelCase(name)),
  enumValue: ({ name, owner = '' }) => {
    const bare = withoutEnumPrefix(name, owner);
    return variants(swiftCamelCase(bare.toLowerCase()), swiftCamelCase(bare));
  },
  calls: (method) => distinct(lowerFirst(method), lowerFirstWord(method)),
  service: (service, element) =>
    ['', 'Client', 'AsyncClient', 'NIOClient', 'ClientProtocol', 'Provider', 'AsyncProvider'].map(
      (end) => `${typePrefix(element)}${service}${end}`,
    ),
  types: (path, element) => {
    const last = lastOf(path);
    return distinct(path.length > 1 ? last : `${typePrefix(element)}${last}`, `OneOf_${upperCamelCase(last)}`);
  },
};

/** `image_url_path` -> `imageURLPath`, `url_path` -> `urlPath`. */
function swiftCamelCase(name: string): string {
  const words = name.split('_').filter((word) => word !== '');
  return words
    .map((word, index) => {
      const lower = word.toLowerCase();
      if (index === 0) return ABBREVIATIONS.has(lower) ? lower : lowerFirst(word);
      return ABBREVIATIONS.has(lower) ? lower.toUpperCase() : upperFirst(word);
    })
    .join('');
}
const ABBREVIATIONS: ReadonlySet<string> = new Set(['id', 'url', 'http', 'https']);

/** `swift_prefix`, or `Acme_ShopV1_` for the package `acme.shop_v1`. */
function typePrefix({ package: scope, swiftPrefix }: Element): string {
  if (swiftPrefix !== undefined) return swiftPrefix;
  return scope === '' ? '' : `${scope.split('.').map(upperCamelCase).join('_')}_`;
}
