import type {
  Diff,
  EnumPair,
  EnumValuePair,
  FieldPair,
  FilePair,
  MessagePair,
  MethodPair,
  OneofPair,
  OptionPair,
  RangePair,
  ReservationPair,
  ServicePair,
} from '../diff/pairs.ts';
import type { Carrier, Effect, Encoding, Impact, Pairings } from '../effects/effect.ts';
import type { Writer } from '../effects/impact.ts';
import type { About } from '../effects/outcome.ts';
import type { TypeMatching } from '../effects/type-matching.ts';
import type { Demonstration } from '../effects/witness.ts';
import type { Span } from '../proto/tree.ts';
import type { File, Message, Method } from '../schema/model.ts';
import type { Binding } from './subjects/http.ts';

export interface Subjects {
  file: FilePair;
  message: MessagePair;
  /** With extensions. */
  field: FieldPair;
  oneof: OneofPair;
  enum: EnumPair;
  enumValue: EnumValuePair;
  service: ServicePair;
  method: MethodPair;
  reservation: ReservationPair;
  extensionRange: RangePair;
  /** Options that differ. Their element is on both sides. */
  option: OptionPair;
}
export type SubjectKind = keyof Subjects;

export interface Place {
  readonly file: File;
  readonly span: Span;
  /** Something was deleted behind the span, which is one character. */
  readonly gap?: true;
}

/** A finding before the policy is applied. */
export interface Change {
  /** Full name in the edited schema; in the release if the element was removed. A file has its path. */
  readonly element: string;
  readonly place: Place;
  /** The released text that changed. Undefined if there is none. */
  readonly baseline: Place | undefined;
  readonly impact: Impact;
  /** The first letter may be in lower case. */
  readonly message: string;
  /** Set if other elements may have the same finding. */
  readonly shared?: SharedCause;
  /** The class does not show every loss, such as that of peers older than the release. */
  readonly isAtLeastWarning?: true;
}

export interface SharedCause {
  /** Equal for findings that can be merged. */
  readonly cause: string;
  message(elements: readonly string[]): string;
}

/** Spans refer to the edited text. */
export interface Fix {
  readonly title: string;
  /** Only restores what the release had, so "fix all" includes it. */
  readonly safe: boolean;
  /** Offered first if code still uses the removed element (`used`), or if none does (`unused`). */
  readonly suits?: 'used' | 'unused';
  readonly edits: readonly {
    readonly file: string;
    readonly span: Span;
    readonly text: string;
    /** What the user has to replace. */
    readonly placeholder?: string;
  }[];
}

/** What one side sends and what the other reads, as sentences. */
export interface Witness {
  readonly sent: string;
  readonly read: string;
  /** Tests execute it. */
  readonly shown: Shown;
}

/** Only the kind `message` is found by encoding and decoding. */
export type Shown = Loss &
  (
    | {
        readonly kind: 'message';
        readonly writer: Message;
        readonly reader: Message;
        readonly about: About | undefined;
        readonly made: Demonstration;
      }
    | { readonly kind: 'call'; readonly caller: Method; readonly server: Method | undefined }
    | { readonly kind: 'http'; readonly request: string; readonly binding: Binding; readonly server: Method }
    /** A path in a `google.protobuf.FieldMask`, for these messages. */
    | { readonly kind: 'mask'; readonly path: string; readonly client: Message; readonly server: Message }
    /**
     * A message that is stored, or packed into a `google.protobuf.Any`. The new version has no type of that full name.
     */
    | { readonly kind: 'lost'; readonly message: Message; readonly packed: boolean }
  );

export interface Loss {
  readonly pairing: keyof Pairings<unknown>;
  readonly encoding: Encoding;
  readonly effect: Effect;
}

/** What a witness has to show. */
export interface Scenario extends Loss {
  readonly writer: Writer;
  readonly carrier: Carrier;
  readonly context: Context;
}

export interface Words {
  /** "kata-runtime", or "the client". */
  readonly client: string;
  readonly server: string;
  /** "1.0.0", or the ref if it isn't a release. */
  readonly baseline: string;
  /** "1.1.0"; undefined for work in progress. */
  readonly edited: string | undefined;
}

export interface Context {
  readonly diff: Diff;
  readonly words: Words;
  /** The promised encodings. */
  readonly encodings: readonly Encoding[];
  readonly types: TypeMatching;
}

export interface RuleInfo {
  /** In kebab case, as the name of the file. */
  readonly id: string;
  readonly title: string;
  /** Markdown with the headings `## What it means`, `## Who breaks` and `## What to do instead`. */
  readonly docs: string;
  /** The specification or a guide. */
  readonly reference: string;
  /** The ids of buf's rules for the same edit. */
  readonly buf: readonly string[];
  /** The change needs a minor version even if its class is `none`. */
  readonly isProtocolChange?: true;
  /** The kind of what was deleted, such as "rpc". The editor shows it at the end of the line. */
  readonly deletes?: string;
}

export interface Rule<K extends SubjectKind = SubjectKind> extends RuleInfo {
  readonly on: K | readonly K[];
  check(pair: Subjects[K], context: Context): Change | undefined;
  /** Computed on demand. */
  fixes?(pair: Subjects[K], context: Context): readonly Fix[];
  /** Computed on demand. The example may show a worse effect than the scenario's. */
  witness?(pair: Subjects[K], scenario: Scenario): Witness | undefined;
  /** The encodings for which a witness is looked for. By default the promised ones. */
  readonly encodings?: readonly Encoding[];
}
