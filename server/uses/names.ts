import type { Element } from './element.ts';
import type { Language } from './languages.ts';

/**
 * A name that generated code gives an element, and how code has to write it to mean the element.
 * `member`: data of a message, `order.fs_group`, also as a key in a literal of the message.
 * `accessor`: a function of the message or its builder. `call`: a method of a service. `type`: a type of its own.
 * `variant`: only behind its type, `OrderState::Paid`. `constant`: by itself. `text`: inside a string.
 */
export interface Identifier {
  readonly text: string;
  readonly form: 'member' | 'accessor' | 'call' | 'type' | 'variant' | 'constant' | 'text';
  /** What code that uses the name does; of a member its surroundings decide. */
  readonly does: Act;
}

export type Act = 'calls' | 'implements' | 'builds' | 'sets' | 'reads' | 'names';

/** What an element is called in one language. */
export interface Names {
  readonly identifiers: readonly Identifier[];
  /** Types whose presence makes it likely that a name means the element: its message, enum or service. */
  readonly owners: readonly string[];
  /** Types that only this method takes: whoever makes one calls the method. */
  readonly requests: readonly string[];
}

/**
 * The names that protoc and the widespread plugins of a language make, the union where generators differ: Go (protoc-gen-go, both
 * APIs, gogo, grpc, ttrpc), Rust (prost and tonic, rust-protobuf 2 to 4, ttrpc), Java, Kotlin, Python, C++, C#, TypeScript and
 * JavaScript (protobuf-es, ts-proto, protobufjs, google-protobuf, grpc-js) and Swift (SwiftProtobuf, grpc-swift).
 */
export function namesOf(element: Element, language: Language): Names {
  const types = (path: readonly string[]): string[] => typeNames(path, element, language);
  const { messages, owner, name } = element;
  switch (element.kind) {
    case 'field': {
      const cases = owner === undefined ? [] : types([...messages, owner]);
      return names(fieldNames(element, language), [...types(messages), ...cases]);
    }
    case 'oneof':
      return names(oneofNames(element, language), types(messages));
    case 'enum value':
      return names(valueNames(element, language), types([...messages, owner ?? '']));
    case 'method': {
      const input = element.input === undefined ? [] : types([element.input]);
      return {
        identifiers: methodNames(element, language),
        owners: [...serviceNames(owner ?? '', element, language), ...input],
        requests: element.ownInput ? input : [],
      };
    }
    case 'service':
      return names(
        serviceNames(name, element, language).map((text) => ({ text, form: 'type', does: 'names' })),
        [],
      );
    case 'message':
    case 'enum':
      return names(
        types([...messages, name]).map((text) => ({ text, form: 'type', does: 'names' })),
        [],
      );
  }
}

function names(identifiers: readonly Identifier[], owners: readonly string[]): Names {
  return { identifiers, owners, requests: [] };
}

const member = (...texts: string[]): Identifier[] => texts.map((text) => ({ text, form: 'member', does: 'reads' }));
const reads = (...texts: string[]): Identifier[] => texts.map((text) => ({ text, form: 'accessor', does: 'reads' }));
const sets = (...texts: string[]): Identifier[] => texts.map((text) => ({ text, form: 'accessor', does: 'sets' }));
const constant = (does: Act, ...texts: string[]): Identifier[] =>
  texts.map((text) => ({ text, form: 'constant', does }));
const variant = (does: Act, ...texts: string[]): Identifier[] => texts.map((text) => ({ text, form: 'variant', does }));
const text = (...texts: string[]): Identifier[] => texts.map((each) => ({ text: each, form: 'text', does: 'reads' }));

function fieldNames({ name, messages, owner }: Element, language: Language): readonly Identifier[] {
  const camel = upperCamel(name);
  const lower = lowerCamel(name);
  const upper = `${name.toUpperCase()}_FIELD_NUMBER`;
  switch (language) {
    case 'Go': {
      const go = goCamel(name);
      return [
        ...member(go),
        ...reads(`Get${go}`, `Has${go}`),
        ...sets(`Set${go}`, `Clear${go}`),
        // The wrapper of a field in a oneof.
        ...(owner === undefined ? [] : constant('sets', `${goType(messages)}_${go}`)),
      ];
    }
    case 'Rust':
      return [
        // What rust-protobuf makes of a name that is a keyword.
        ...member(name, ...(RUST_KEYWORDS.has(name) ? [`${name}_`, `field_${name}`] : [])),
        ...reads(`get_${name}`, `has_${name}`, `take_${name}`, `${name}_opt`, `${name}_ref`),
        ...sets(`set_${name}`, `mut_${name}`, `${name}_mut`, `clear_${name}`),
        ...(owner === undefined ? [] : variant('names', upperHeck(name), name)),
      ];
    case 'Java':
    case 'Kotlin':
      return [
        // Kotlin makes a property of a getter, for which a run of capitals becomes small.
        ...(language === 'Kotlin'
          ? member(
              ...new Set([lower, smallRun(camel)]),
              ...['OrNull', 'List', 'Map', 'Count', 'Value'].map((end) => lower + end),
            )
          : []),
        ...reads(
          ...['', 'List', 'Count', 'Map', 'Bytes', 'Value', 'ValueList', 'OrBuilder', 'OrBuilderList', 'OrDefault'].map(
            (end) => `get${camel}${end}`,
          ),
          `get${camel}OrThrow`,
          `has${camel}`,
          `contains${camel}`,
        ),
        ...sets(
          `set${camel}`,
          `set${camel}Bytes`,
          `set${camel}Value`,
          `clear${camel}`,
          `merge${camel}`,
          `add${camel}`,
          `addAll${camel}`,
          `add${camel}Builder`,
          `add${camel}Bytes`,
          `put${camel}`,
          `putAll${camel}`,
          `remove${camel}`,
          `get${camel}Builder`,
          `get${camel}BuilderList`,
          `getMutable${camel}`,
        ),
        ...constant('names', upper),
        ...(owner === undefined ? [] : variant('names', name.toUpperCase())),
      ];
    case 'Python':
      return [...member(name), ...constant('names', upper), ...text(name)];
    case 'C++': {
      const low = name.toLowerCase();
      return [
        ...member(low),
        ...reads(`has_${low}`, `${low}_size`),
        ...sets(
          `set_${low}`,
          `mutable_${low}`,
          `clear_${low}`,
          `add_${low}`,
          `release_${low}`,
          `set_allocated_${low}`,
          `unsafe_arena_set_allocated_${low}`,
          `unsafe_arena_release_${low}`,
        ),
        ...constant('names', `k${camel}FieldNumber`),
        ...(owner === undefined ? [] : variant('names', `k${camel}`)),
      ];
    }
    case 'C#':
      return [
        ...member(camel),
        ...reads(`Has${camel}`),
        ...sets(`Clear${camel}`),
        ...constant('names', `${camel}FieldNumber`),
        ...(owner === undefined ? [] : variant('names', camel)),
      ];
    case 'TypeScript':
    case 'JavaScript': {
      // google-protobuf makes lower case of everything first.
      const old = upperCamel(name.toLowerCase());
      return [
        ...member(...new Set([jsonName(name), name])),
        ...reads(...['', 'List', 'Map', '_asB64', '_asU8'].map((end) => `get${old}${end}`), `has${old}`),
        ...sets(`set${old}`, `set${old}List`, `clear${old}`, `clear${old}List`, `clear${old}Map`, `add${old}`),
        ...text(...new Set([jsonName(name), name])),
      ];
    }
    case 'Swift': {
      const swift = swiftCamel(name);
      return [
        ...member(swift),
        ...reads(`has${capital(swift)}`),
        ...sets(`clear${capital(swift)}`),
        ...(owner === undefined ? [] : variant('names', swift)),
      ];
    }
  }
}

function oneofNames({ name }: Element, language: Language): readonly Identifier[] {
  const camel = upperCamel(name);
  switch (language) {
    case 'Go':
      return [
        ...member(goCamel(name)),
        ...reads(`Get${goCamel(name)}`, `Has${goCamel(name)}`, `Which${goCamel(name)}`),
        ...sets(`Clear${goCamel(name)}`),
      ];
    case 'Rust':
      return [...member(name), ...reads(`${name}_case`, `has_${name}`), ...sets(`clear_${name}`)];
    case 'Java':
    case 'Kotlin':
      return [
        ...(language === 'Kotlin' ? member(`${lowerCamel(name)}Case`) : []),
        ...reads(`get${camel}Case`),
        ...sets(`clear${camel}`),
        ...constant('names', `${camel}Case`),
      ];
    case 'Python':
      return text(name);
    case 'C++': {
      const low = name.toLowerCase();
      return [...reads(`${low}_case`, `has_${low}`), ...sets(`clear_${low}`), ...constant('names', `${camel}Case`)];
    }
    case 'C#':
      return [...member(`${camel}Case`), ...sets(`Clear${camel}`), ...constant('names', `${camel}OneofCase`)];
    case 'TypeScript':
    case 'JavaScript':
      return [...member(...new Set([jsonName(name), name])), ...reads(`get${camel}Case`)];
    case 'Swift':
      return member(swiftCamel(name));
  }
}

function valueNames({ name, messages, owner = '' }: Element, language: Language): readonly Identifier[] {
  const bare = withoutPrefix(name, owner);
  switch (language) {
    case 'Go':
      // Values of a nested enum have the name of the message in front, others that of the enum.
      return constant('names', `${messages.length > 0 ? goType(messages) : goType([owner])}_${name}`);
    case 'Rust':
      return variant('names', ...new Set([name, upperHeck(name), upperHeck(bare), upperCamel(bare.toLowerCase())]));
    case 'Java':
    case 'Kotlin':
      return [...variant('names', name), ...constant('names', `${name}_VALUE`)];
    case 'Python':
      return variant('names', name);
    case 'C++':
      return [
        ...variant('names', name),
        ...constant('names', ...(messages.length > 0 ? [`${[...messages, owner].join('_')}_${name}`] : [])),
      ];
    case 'C#':
      return variant('names', ...new Set([upperCamel(bare.toLowerCase()), upperCamel(bare)]));
    case 'TypeScript':
    case 'JavaScript':
      return [...variant('names', ...new Set([name, bare])), ...text(name)];
    case 'Swift':
      return variant('names', swiftCamel(bare.toLowerCase()), swiftCamel(bare));
  }
}

function methodNames({ name, owner = '', package: scope }: Element, language: Language): readonly Identifier[] {
  const path = `${scope === '' ? '' : `${scope}.`}${owner}/${name}`;
  const calls = (...texts: string[]): Identifier[] =>
    texts.map((each) => ({ text: each, form: 'call', does: 'calls' }));
  return [
    ...calls(...methodCalls(name, language)),
    { text: `/${path}`, form: 'text', does: 'names' },
    { text: path, form: 'text', does: 'names' },
  ];
}

function methodCalls(name: string, language: Language): string[] {
  const lower = lowerFirst(name);
  switch (language) {
    case 'Go':
      return [goCamel(name)];
    case 'Rust':
      return [...new Set([snake(name), snakePlain(name)])];
    case 'Java':
      return [lowerFirst(upperCamel(name))];
    case 'Kotlin':
      return [lowerFirst(upperCamel(name))];
    case 'Python':
      return [name];
    case 'C++':
      return [name, `Async${name}`, `PrepareAsync${name}`, `Request${name}`];
    case 'C#':
      return [name, `${name}Async`];
    case 'TypeScript':
    case 'JavaScript':
      return [...new Set([lower, name])];
    case 'Swift':
      return [...new Set([lower, smallRun(name)])];
  }
}

function serviceNames(name: string, element: Element, language: Language): string[] {
  switch (language) {
    case 'Go': {
      const go = goCamel(name);
      return [
        go,
        `${go}Client`,
        `${go}Server`,
        `${go}Service`,
        `New${go}Client`,
        `Register${go}Server`,
        `Register${go}Service`,
        `Unimplemented${go}Server`,
        `Unsafe${go}Server`,
        `${go}_ServiceDesc`,
      ];
    }
    case 'Rust':
      return [
        name,
        `${name}Client`,
        `${name}Server`,
        `create_${snake(name)}`,
        `${snake(name)}_client`,
        `${snake(name)}_server`,
      ];
    case 'Java':
    case 'Kotlin':
      return ['Grpc', 'GrpcKt', 'ImplBase', 'Stub', 'BlockingStub', 'FutureStub', 'CoroutineStub', 'CoroutineImplBase']
        .map((end) => `${name}${end}`)
        .concat(name);
    case 'Python':
      return [name, `${name}Stub`, `${name}Servicer`, `add_${name}Servicer_to_server`];
    case 'C++':
      return [name];
    case 'C#':
      return [name, `${name}Client`, `${name}Base`];
    case 'TypeScript':
    case 'JavaScript':
      return [
        name,
        `${name}Client`,
        `${name}Service`,
        `${name}Server`,
        `${name}Definition`,
        `${name}ClientImpl`,
        `I${name}Server`,
      ];
    case 'Swift': {
      const swift = `${swiftPrefix(element)}${name}`;
      return ['', 'Client', 'AsyncClient', 'NIOClient', 'ClientProtocol', 'Provider', 'AsyncProvider'].map(
        (end) => `${swift}${end}`,
      );
    }
  }
}

/** @param path the names of a type and of the messages around it, outermost first. */
function typeNames(path: readonly string[], element: Element, language: Language): string[] {
  const last = path.at(-1) ?? '';
  const joined = path.join('_');
  switch (language) {
    case 'Go':
      return [goType(path)];
    case 'Rust':
      return [...new Set([last, joined, upperHeck(last), `${last}View`, `${last}Mut`, `${joined}_oneof_${last}`])];
    case 'Java':
      return [last, `${last}OrBuilder`, `${upperCamel(last)}Case`];
    case 'Kotlin':
      return [last, `${last}OrBuilder`, `${last}Kt`, lowerFirst(last)];
    case 'Python':
      return [last];
    case 'C++':
      return [...new Set([last, joined])];
    case 'C#':
      return [last, `${upperCamel(last)}OneofCase`];
    case 'TypeScript':
    case 'JavaScript':
      return [...new Set([last, joined])].flatMap((each) => [each, `${each}Schema`, `${each}Json`]);
    case 'Swift':
      return [...new Set([path.length > 1 ? last : `${swiftPrefix(element)}${last}`, `OneOf_${upperCamel(last)}`])];
  }
}

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

/** As Java, C# and the constants of C++ have it: behind an underscore or a digit a letter becomes a capital. */
function upperCamel(name: string): string {
  return capital(
    name
      .replace(/(\d)([a-z])/g, (_, digit: string, letter: string) => digit + letter.toUpperCase())
      .replace(/_+(.?)/g, (_, letter: string) => letter.toUpperCase()),
  );
}

/** As Kotlin has it. */
function lowerCamel(name: string): string {
  return lowerFirst(upperCamel(name));
}

/** https://protobuf.dev/programming-guides/json/: letters behind digits stay small. */
function jsonName(name: string): string {
  return name.replace(/_+(.?)/g, (_, letter: string) => letter.toUpperCase());
}

/** As SwiftProtobuf has it: abbreviations are capitals, unless they come first. */
function swiftCamel(name: string): string {
  const words = name.split('_').filter((word) => word !== '');
  return words
    .map((word, index) => {
      const small = word.toLowerCase();
      if (index === 0) return ABBREVIATIONS.has(small) ? small : lowerFirst(word);
      return ABBREVIATIONS.has(small) ? small.toUpperCase() : capital(word);
    })
    .join('');
}
const ABBREVIATIONS: ReadonlySet<string> = new Set(['id', 'url', 'http', 'https']);

/** The package as it is in front of Swift's types: `acme.shop_v1` -> `Acme_ShopV1_`. */
function swiftPrefix({ package: scope, swiftPrefix: given }: Element): string {
  if (given !== undefined) return given;
  return scope === '' ? '' : `${scope.split('.').map(upperCamel).join('_')}_`;
}

/** `IPList` -> `ipList`. */
function smallRun(name: string): string {
  return name.replace(/^(?:[A-Z]+(?=[A-Z][a-z]|$)|[A-Z])/, (run) => run.toLowerCase());
}

/** As prost has it, by the crate heck: `FSGroup` -> `FsGroup`. */
function upperHeck(name: string): string {
  return words(name)
    .map((word) => capital(word.toLowerCase()))
    .join('');
}

/** `WatchIPStream` -> `watch_ip_stream`. */
function snake(name: string): string {
  return words(name)
    .map((word) => word.toLowerCase())
    .join('_');
}

/** The same by a simpler rule: an underscore in front of each capital. */
function snakePlain(name: string): string {
  return name.replace(/(?!^)([A-Z])/g, '_$1').toLowerCase();
}

function words(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .split('_')
    .filter((word) => word !== '');
}

/** `ORDER_STATE_PAID` of `OrderState` -> `PAID`. */
function withoutPrefix(name: string, owner: string): string {
  const prefix = `${snake(owner).toUpperCase()}_`;
  const rest = name.toUpperCase().startsWith(prefix) ? name.slice(prefix.length) : name;
  // What is left must be a name.
  return /^[A-Za-z_]/.test(rest) ? rest : name;
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

const RUST_KEYWORDS: ReadonlySet<string> = new Set(
  (
    'as async await box break const continue crate do dyn else enum extern false final fn for if impl in let loop macro match ' +
    'mod move mut override priv pub ref return self static struct super trait true try type typeof unsafe unsized use virtual ' +
    'where while yield abstract become'
  ).split(' '),
);
