import { constants, getters, members, type Naming, setters } from './naming.ts';

/** protoc-gen-go with both APIs, gogo, and the plugins of gRPC and ttrpc. */
export const go: Naming = {
  field: ({ name, messages, owner }) => {
    const camel = goCamel(name);
    // In a oneof, the type that holds the field: code makes one to set it.
    const wrapper = constants(`${goType(messages)}_${camel}`).map((each) => ({ ...each, does: 'sets' as const }));
    return [
      ...members(camel),
      ...getters(`Get${camel}`, `Has${camel}`),
      ...setters(`Set${camel}`, `Clear${camel}`),
      ...(owner === undefined ? [] : wrapper),
    ];
  },
  oneof: ({ name }) => {
    const camel = goCamel(name);
    return [...members(camel), ...getters(`Get${camel}`, `Has${camel}`, `Which${camel}`), ...setters(`Clear${camel}`)];
  },
  // The name of the outer message is in front, of a top-level enum its own.
  enumValue: ({ name, messages, owner = '' }) =>
    constants(`${messages.length > 0 ? goType(messages) : goType([owner])}_${name}`),
  calls: (method) => [goCamel(method)],
  service: (service) => {
    const camel = goCamel(service);
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

/** https://github.com/protocolbuffers/protobuf-go/blob/master/internal/strs/strings.go, GoCamelCase. */
function goCamel(name: string): string {
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
  return path.map(goCamel).join('_');
}
