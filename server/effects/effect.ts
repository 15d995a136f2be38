/** What a reader sees of what the writer meant, best to worst. */
export const EFFECTS = ['exact', 'absent', 'unrecognised', 'dropped', 'rejected', 'altered'] as const;
export type Effect = (typeof EFFECTS)[number];

export const ENCODINGS = ['binary', 'json'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** The effects on one writer's messages, or on one element of them, in one reader. */
export interface Reading {
  /** The worst effect on any message that the writer's schema can express. */
  readonly worst: Effect;
  /** The worst effect on a message that both schemas can express. */
  readonly onSharedMessages: Effect;
  /** The worst effect on an element that both schemas have. */
  readonly onSharedElements: Effect;
  /** The reason for the worst effect, in a few words: "-1 becomes 18446744073709551615". Undefined if exact. */
  readonly because?: string;
  /** The worst effect is possible but not certain, because the declaration of a type was not found. */
  readonly assumed?: true;
  /** The JSON parsers that have the worst effect, if others do not. The reason names them. */
  readonly parsers?: readonly JsonParser[];
  /** The worst effect depends on the encoded bytes, so perhaps no message shows it. */
  readonly dependsOnBytes?: true;
}

/** The implementations whose JSON parsers were observed. */
export const JSON_PARSERS = ['Go', 'Python', 'protobuf-es'] as const;
export type JsonParser = (typeof JSON_PARSERS)[number];

/** Languages whose generated code a change can break. */
export type SourceLanguage =
  'go' | 'python' | 'rust' | 'ts' | 'cpp' | 'csharp' | 'java' | 'objc' | 'php' | 'ruby' | 'swift';

/** The languages whose generated code a change breaks. `breaks` means Go, Python, Rust and TypeScript. */
export type Source = 'same' | 'breaks' | readonly SourceLanguage[];

export type Class = 'none' | 'source' | 'gap' | 'regression';

/** The effect of a change in one pairing. */
export interface Consequence {
  readonly effect: Effect;
  readonly class: 'none' | 'gap' | 'regression';
  readonly because?: string;
}

export interface Pairings<T> {
  /** P1: old client + new server; for data: old data read by new code. */
  readonly oldClientNewServer: T;
  /** P2: new client + old server; for data: new data read by old code. */
  readonly newClientOldServer: T;
}

export const PAIRINGS: readonly (keyof Pairings<unknown>)[] = ['oldClientNewServer', 'newClientOldServer'];

/** What one change does, before any policy is applied. */
export interface Impact {
  readonly binary: Pairings<Consequence>;
  readonly json: Pairings<Consequence>;
  /** Whether code that uses the old generated code still compiles. */
  readonly source: 'same' | 'breaks';
  readonly sourceBreaks: readonly SourceLanguage[];
  /** Set if neither requests nor responses carry the message. */
  readonly stored?: true;
}

export type Carrier = 'request' | 'response' | 'data';

/** What carries a message. The client writes requests, and the server responses. Data is read by another version of a program. */
export interface Carriers {
  readonly request: boolean;
  readonly response: boolean;
  /** The message is stored, packed into an `Any`, or sent in some other way. */
  readonly data: boolean;
  /** The message's name, if it is only assumed to be data, because no method of the protocol carries it. */
  readonly uncarried?: string;
  /** Only options contain the message, so no program sends it. */
  readonly options?: true;
  /** The message may be inside a `google.protobuf.Any`, which contains its full name. */
  readonly packed?: true;
  /** A method that carries the message also carries a `google.protobuf.FieldMask`, which may name its fields. */
  readonly masked?: true;
}
