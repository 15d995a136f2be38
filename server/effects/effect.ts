/** What a reader makes of what a writer sent, best to worst. */
export const EFFECTS = ['exact', 'absent', 'unrecognised', 'dropped', 'rejected', 'altered'] as const;
export type Effect = (typeof EFFECTS)[number];

export const ENCODINGS = ['binary', 'json'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/**
 * How one reader fares with one writer.
 * `worst` is over every message that the writer's schema can express.
 * `shared` is over those that the reader's schema can express as well; it never exceeds `worst`.
 * The difference tells a gap (the new writer uses something the old schema lacks) from a regression.
 * `common` is over what both schemas have: it leaves out that the reader sees nothing in an element of its own, and that it
 * ignores an element of the writer's own. The difference tells what only the other side misses; it never exceeds `worst` either.
 */
export interface Reading {
  readonly worst: Effect;
  readonly shared: Effect;
  readonly common: Effect;
  /** Why, in a few words, for the worst one: "-1 becomes 18446744073709551615". Undefined where exact. */
  readonly because?: string;
}

/**
 * Languages whose generated code a change is known to break: the first four for every change, the others only where an option is
 * about them.
 */
export type SourceLanguage =
  'go' | 'python' | 'rust' | 'ts' | 'cpp' | 'csharp' | 'java' | 'objc' | 'php' | 'ruby' | 'swift';

/** Whose code a change breaks; `breaks` is that of all languages that are looked at for every change. */
export type Source = 'same' | 'breaks' | readonly SourceLanguage[];

export type Class = 'none' | 'source' | 'gap' | 'regression';

/** One pairing's share of a finding. */
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

/** What one change does, before any policy. */
export interface Impact {
  readonly binary: Pairings<Consequence>;
  readonly json: Pairings<Consequence>;
  /** Whether code generated from the old file still compiles. */
  readonly source: 'same' | 'breaks';
  /** In which languages; empty where it is the same. */
  readonly sourceBreaks: readonly SourceLanguage[];
  /** No call carries it: one version of a program writes it and another reads it, so there is no client and no server. */
  readonly stored?: true;
}

/** What a message can be carried by. */
export type Carrier = 'request' | 'response' | 'data';

/**
 * What carries a message, which says who writes and who reads it: the client writes requests, the server responses, and data is
 * written by one version of a program and read by another.
 */
export interface Role {
  readonly request: boolean;
  readonly response: boolean;
  /** Written by one version of a program and read by another: stored, packed into an `Any`, or sent in some other way. */
  readonly data: boolean;
  /** Its name, where no method carries it although the protocol has services: that it is data is only assumed. */
  readonly uncarried?: string;
  /** Only options carry it, which compilers read and nobody sends. */
  readonly options?: true;
  /** It may be inside a `google.protobuf.Any`, which holds its full name. */
  readonly packed?: true;
  /** A method that carries it carries a `google.protobuf.FieldMask` as well, which holds names of its fields. */
  readonly masked?: true;
}
