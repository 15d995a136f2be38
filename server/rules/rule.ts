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

/** The kinds of pairs that a rule can check. */
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
  /** Options that differ, of elements that both sides have. */
  option: OptionPair;
}
export type SubjectKind = keyof Subjects;

export interface Place {
  readonly file: File;
  readonly span: Span;
  /** Set if something was deleted behind the span. The span is then the last character before that gap. */
  readonly gap?: true;
}

/** What a rule found, before the policy is applied. */
export interface Change {
  /** Full name in the edited schema, or in the release if the element was removed. A file has its path. */
  readonly element: string;
  readonly place: Place;
  /** The corresponding place in the release; undefined if there is none. */
  readonly baseline: Place | undefined;
  readonly impact: Impact;
  /** Sentences with the old and the new value and the team's names for client and server. The first letter may be in lower case. */
  readonly message: string;
  /** Set if other elements may have the same finding for the same reason, such as an option that was removed from all files. */
  readonly shared?: SharedCause;
  /** Set if the finding is at least a warning, because its class does not show what is lost, for instance by older versions. */
  readonly isAtLeastWarning?: true;
}

/** What several findings of one rule have in common, so that they can be merged. */
export interface SharedCause {
  /** Equal for findings that belong together. */
  readonly cause: string;
  /** The message of the merged finding. */
  message(elements: readonly string[]): string;
}

/** A quick fix for a change. Spans refer to the edited text. */
export interface Fix {
  readonly title: string;
  /** The fix only restores what the release had, so "fix all" includes it. */
  readonly safe: boolean;
  /** Set if this fix is better than the others only while code uses the removed element, or only when no code uses it. */
  readonly suits?: 'used' | 'unused';
  readonly edits: readonly {
    readonly file: string;
    readonly span: Span;
    readonly text: string;
    /** The part of the text that the user has to replace. The editor selects it, if it can. */
    readonly placeholder?: string;
  }[];
}

/** An example of a change's effect, as sentences: what one side sends and what the other reads. */
export interface Witness {
  readonly sent: string;
  readonly read: string;
  /** What the example is made of. Tests execute it. */
  readonly shown: Shown;
}

/** The effect that a witness shows, and how. Only the kind `message` is found by encoding and decoding. */
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
    /** A path in a `google.protobuf.FieldMask`, and the message to which it applies, as the client and the server know it. */
    | { readonly kind: 'mask'; readonly path: string; readonly client: Message; readonly server: Message }
    | { readonly kind: 'lost'; readonly message: Message }
  );

/** The effect of a change in one pairing and encoding. */
export interface Loss {
  readonly pairing: keyof Pairings<unknown>;
  readonly encoding: Encoding;
  readonly effect: Effect;
}

/** The effect that a witness has to show, which side writes the message, and what carries it. */
export interface Scenario extends Loss {
  readonly writer: Writer;
  readonly carrier: Carrier;
  readonly context: Context;
}

/** The names of the programs and versions that messages use. */
export interface Words {
  /** "kata-runtime", or "the client". */
  readonly client: string;
  readonly server: string;
  /** "1.0.0", or the ref if it isn't a release. */
  readonly baseline: string;
  /** The release that is compared with the baseline, such as "1.1.0"; undefined for work in progress. */
  readonly edited: string | undefined;
}

export interface Context {
  readonly diff: Diff;
  readonly words: Words;
  /** The promised encodings. `findingMessage` reports losses only in these. */
  readonly encodings: readonly Encoding[];
  readonly types: TypeMatching;
}

export interface RuleInfo {
  /** In kebab case: the kind of element and what happened to it. The file has the same name. */
  readonly id: string;
  readonly title: string;
  /** Markdown under three headings: `## What it means`, `## Who breaks`, `## What to do instead`. */
  readonly docs: string;
  /** The address of the specification, or of a guide. */
  readonly reference: string;
  /** The ids of buf's rules for the same edit. */
  readonly buf: readonly string[];
  /** The change is a protocol change even if its class is `none`: it then needs a minor version, not a patch. */
  readonly isProtocolChange?: true;
  /** For rules about removed declarations: the kind of declaration, as the editor shows it at the gap, such as "rpc". */
  readonly deletes?: string;
}

export interface Rule<K extends SubjectKind = SubjectKind> extends RuleInfo {
  readonly on: K | readonly K[];
  check(pair: Subjects[K], context: Context): Change | undefined;
  /** Quick fixes, computed on demand. */
  fixes?(pair: Subjects[K], context: Context): readonly Fix[];
  /**
   * An example of one effect, computed on demand. Rules whose changes lose nothing have no witness.
   * @returns undefined if there is no example for this scenario. The example may show a worse effect than the scenario's.
   */
  witness?(pair: Subjects[K], scenario: Scenario): Witness | undefined;
  /** The encodings that this rule is about, whether they are promised or not; by default the promised ones. */
  readonly encodings?: readonly Encoding[];
}
