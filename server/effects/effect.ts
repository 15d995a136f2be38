/** What a reader sees of what the writer meant, best to worst. */
export const EFFECTS = ['exact', 'absent', 'unrecognised', 'dropped', 'rejected', 'altered'] as const;
export type Effect = (typeof EFFECTS)[number];

export const ENCODINGS = ['binary', 'json'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** How a reader reads a writer's messages, or one element of them. */
export interface Reading {
  /** The worst effect on any message that the writer's schema can express. */
  readonly worst: Effect;
  /** The worst effect on a message that both schemas can express. */
  readonly onSharedMessages: Effect;
  /** The worst effect on an element that both schemas have. */
  readonly onSharedElements: Effect;
  /** The reason for `worst`, in a few words: "-1 becomes 18446744073709551615". */
  readonly because?: string;
  /** `worst` is not certain, because a type was not found. */
  readonly assumed?: true;
  /** `worst` occurs only in these JSON parsers. The reason names them. */
  readonly parsers?: readonly JsonParser[];
  /** `worst` depends on the encoded bytes, so perhaps no message shows it. */
  readonly dependsOnBytes?: true;
}

export const JSON_PARSERS = ['Go', 'Python', 'protobuf-es'] as const;
export type JsonParser = (typeof JSON_PARSERS)[number];

export type SourceLanguage =
  'go' | 'python' | 'rust' | 'ts' | 'cpp' | 'csharp' | 'java' | 'objc' | 'php' | 'ruby' | 'swift';

/** The languages in which code that uses the generated code no longer compiles. `breaks` means Go, Python, Rust and TypeScript. */
export type Source = 'same' | 'breaks' | readonly SourceLanguage[];

export type Class = 'none' | 'source' | 'gap' | 'regression';

export interface Consequence {
  readonly effect: Effect;
  readonly class: 'none' | 'gap' | 'regression';
  readonly because?: string;
}

export interface Pairings<T> {
  /** For data: old data read by new code. */
  readonly oldClientNewServer: T;
  /** For data: new data read by old code. */
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

/** How a message is sent. The client writes requests, and the server responses. */
export interface Carriers {
  readonly request: boolean;
  readonly response: boolean;
  /** Stored, packed into an `Any`, or sent in some other way. */
  readonly data: boolean;
  /** The message's name, if it counts as data only because no method carries it. */
  readonly uncarried?: string;
  /** The message's name, if it counts as data only because its declaration was not found. */
  readonly unknown?: string;
  /** Only options contain it, so no program sends it. */
  readonly options?: true;
  /** It may be in a `google.protobuf.Any`, which contains its full name. */
  readonly packed?: true;
  /** A method carries it with a `google.protobuf.FieldMask`, which may name its fields. */
  readonly masked?: true;
}
