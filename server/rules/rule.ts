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
  /** Or an extension. */
  field: FieldPair;
  oneof: OneofPair;
  enum: EnumPair;
  enumValue: EnumValuePair;
  service: ServicePair;
  method: MethodPair;
  reservation: ReservationPair;
  extensionRange: RangePair;
  /** Of an element that both sides have. */
  option: OptionPair;
}
export type SubjectKind = keyof Subjects;

export interface Place {
  readonly file: File;
  readonly span: Span;
  /** Something was deleted behind the span, which is one character. */
  readonly isBeforeDeletion?: true;
}

/** A finding before the policy is applied. */
export interface Change {
  /** Full name in the edited schema; in the release if the element was removed. A file has its path. */
  readonly element: string;
  readonly place: Place;
  /** In the released text. */
  readonly baseline: Place | undefined;
  readonly impact: Impact;
  /** The first letter may be in lower case. */
  readonly message: string;
  readonly shared?: SharedCause;
  /** For a loss that the class does not show, such as that of peers older than the release. */
  readonly isAtLeastWarning?: true;
}

/** If more than three findings of a rule have one cause and class, a single finding names all of their elements. */
export interface SharedCause {
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

/** Two sentences. */
export interface Witness {
  readonly sent: string;
  readonly read: string;
  /** Tests execute it. */
  readonly shown: Shown;
}

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
    /** In a `google.protobuf.FieldMask`. */
    | { readonly kind: 'mask'; readonly path: string; readonly client: Message; readonly server: Message }
    /** Stored or packed into a `google.protobuf.Any`, but the new version has no type of that full name. */
    | { readonly kind: 'lost'; readonly message: Message; readonly packed: boolean }
  );

export interface Loss {
  readonly pairing: keyof Pairings<unknown>;
  readonly encoding: Encoding;
  readonly effect: Effect;
}

/** What a witness should show. */
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
  /** Those that the policy promises. */
  readonly encodings: readonly Encoding[];
  readonly types: TypeMatching;
}

export interface RuleInfo {
  /** The name of the file. */
  readonly id: string;
  readonly title: string;
  /** Markdown with the headings `## What it means`, `## Who breaks` and `## What to do instead`. */
  readonly docs: string;
  /** The address of a specification or guide. */
  readonly reference: string;
  /** buf's rules for the same edit. */
  readonly buf: readonly string[];
  /** The change needs a minor version even if its class is `none`. */
  readonly isProtocolChange?: true;
  /** What the editor calls the deleted element, such as "rpc". */
  readonly deletes?: string;
}

export interface Rule<K extends SubjectKind = SubjectKind> extends RuleInfo {
  readonly on: K | readonly K[];
  check(pair: Subjects[K], context: Context): Change | undefined;
  fixes?(pair: Subjects[K], context: Context): readonly Fix[];
  /** It may show a worse effect than the scenario's. */
  witness?(pair: Subjects[K], scenario: Scenario): Witness | undefined;
  /** Those of its witnesses. By default the promised ones. */
  readonly encodings?: readonly Encoding[];
}
