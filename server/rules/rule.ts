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
  /** Fields of messages and oneofs, and extensions. */
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
  /** Set if something was deleted behind the span. The span is then one character. */
  readonly gap?: true;
}

/** A finding before the policy is applied. */
export interface Change {
  /** Full name in the edited schema; in the release if the element was removed. A file has its path. */
  readonly element: string;
  readonly place: Place;
  /** In the release; undefined if the element is not there. */
  readonly baseline: Place | undefined;
  readonly impact: Impact;
  /** The first letter may be in lower case. */
  readonly message: string;
  /** Set if other elements may have the same finding, such as an option that was removed from all files. */
  readonly shared?: SharedCause;
  /** Makes the finding at least a warning. Set if its class does not show every loss, such as that of peers older than the release. */
  readonly isAtLeastWarning?: true;
}

/** For findings of one rule that can be merged. */
export interface SharedCause {
  /** Equal for findings that belong together. */
  readonly cause: string;
  /** The message of the merged finding. */
  message(elements: readonly string[]): string;
}

/** Spans refer to the edited text. */
export interface Fix {
  readonly title: string;
  /** The fix only restores what the release had, so "fix all" includes it. */
  readonly safe: boolean;
  /** `used`: the best fix while code uses the removed element. `unused`: the best one if no code does. */
  readonly suits?: 'used' | 'unused';
  readonly edits: readonly {
    readonly file: string;
    readonly span: Span;
    readonly text: string;
    /** What the user has to replace. The editor selects it, if it can. */
    readonly placeholder?: string;
  }[];
}

/** Sentences: what one side sends and what the other reads. */
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
    /** The message to which a path in a `google.protobuf.FieldMask` applies, on both sides. */
    | { readonly kind: 'mask'; readonly path: string; readonly client: Message; readonly server: Message }
    /** A message that is stored, or packed into a `google.protobuf.Any`, and whose full name the new version does not have. */
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

/** The names of programs and versions in the messages of findings. */
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
  /** In kebab case, as the name of the file: the kind of element and what happened to it. */
  readonly id: string;
  readonly title: string;
  /** Markdown under three headings: `## What it means`, `## Who breaks`, `## What to do instead`. */
  readonly docs: string;
  /** Address of the specification or of a guide. */
  readonly reference: string;
  /** The ids of buf's rules for the same edit. */
  readonly buf: readonly string[];
  /** The change needs a minor version, not a patch, even if its class is `none`. */
  readonly isProtocolChange?: true;
  /** The kind of a removed declaration, as the editor shows it at the gap, such as "rpc". */
  readonly deletes?: string;
}

export interface Rule<K extends SubjectKind = SubjectKind> extends RuleInfo {
  readonly on: K | readonly K[];
  check(pair: Subjects[K], context: Context): Change | undefined;
  /** Computed on demand. */
  fixes?(pair: Subjects[K], context: Context): readonly Fix[];
  /**
   * Computed on demand. The example may show a worse effect than the scenario's.
   * @returns undefined if there is no example for this scenario
   */
  witness?(pair: Subjects[K], scenario: Scenario): Witness | undefined;
  /** The encodings that this rule is about; by default the promised ones. */
  readonly encodings?: readonly Encoding[];
}
