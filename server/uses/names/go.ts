import type { Element } from '../element.ts';
import { constants, getters, members, type Naming, setters } from './naming.ts';

/** protoc-gen-go with the open and the opaque API, gogo, and the plugins of gRPC and ttrpc. */
export const go: Naming = {
  field: (field) => {
    const camel = goCamelCase(field.name);
    const wrapper = constants(wrapperOf(field)).map((each) => ({ ...each, does: 'sets' as const }));
    return [
      ...members(camel),
      ...getters(`Get${camel}`, `Has${camel}`),
      ...setters(`Set${camel}`, `Clear${camel}`),
      ...(field.owner === undefined ? [] : wrapper),
    ];
  },
  wrapper: wrapperOf,
  oneof: ({ name }) => {
    const camel = goCamelCase(name);
    return [...members(camel), ...getters(`Get${camel}`, `Has${camel}`, `Which${camel}`), ...setters(`Clear${camel}`)];
  },
  // The prefix is the message around the enum, or the enum itself if it is at the top level.
  enumValue: ({ name, messages, owner = '' }) =>
    constants(`${messages.length > 0 ? goType(messages) : goType([owner])}_${name}`),
  calls: (method) => [goCamelCase(method)],
  service: (service) => {
    const camel = goCamelCase(service);
    return [
      camel,
      `${camel}Client`,
      `${camel}Server`,
      `${camel}Service`,
      `New${camel}Client`,
      `Register${camel}Server`,
      `Register${camel}Service`,
      `Unimplemented${camel}Server`,
      `Unsafe${camel}Server`,
      `${camel}_ServiceDesc`,
    ];
  },
  types: (path) => [goType(path)],
};

function wrapperOf({ name, messages }: Element): string {
  return `${goType(messages)}_${goCamelCase(name)}`;
}

/** https://github.com/protocolbuffers/protobuf-go/blob/master/internal/strs/strings.go, GoCamelCase. */
function goCamelCase(name: string): string {
  let result = '';
  for (let at = 0; at < name.length; at++) {
    const character = name.charAt(at);
    const next = name.charAt(at + 1);
    if (character === '_' && at === 0) result += 'X';
    else if (character === '_' && /[a-z]/.test(next)) continue;
    else if (/\d/.test(character)) result += character;
    else {
      result += character.toUpperCase();
      for (; /[a-z]/.test(name.charAt(at + 1)); at++) result += name.charAt(at + 1);
    }
  }
  return result;
}

function goType(path: readonly string[]): string {
  return path.map(goCamelCase).join('_');
}
