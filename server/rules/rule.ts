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

/** The kinds of pairs that a rule can check. Each pair is visited once. */
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
  /** Options of elements that exist on both sides. */
  option: OptionPair;
}
export type SubjectKind = keyof Subjects;

export interface Place {
  readonly file: File;
  readonly span: Span;
  /** Set if something was deleted. The span is then the last character before the place where it was. */
  readonly gap?: true;
}

/** What a rule found, before the policy is applied. */
export interface Change {
  /** Full name in the edited schema, or in the release if the element was removed. */
  readonly element: string;
  readonly place: Place;
  /** Where the element is in the release; undefined if it is new. */
  readonly baseline: Place | undefined;
  readonly impact: Impact;
  /** Plain sentences with the old and the new value and the team's names for client and server. */
  readonly message: string;
  /** Set if other elements may have the same finding for the same reason, such as an option that was removed from all files. */
  readonly shared?: SharedCause;
  /** Set if the finding is at least a warning, because it affects older versions or encodings that are not promised. */
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
  /** The fix restores what the release had and loses nothing, so "fix all" includes it. */
  readonly safe: boolean;
  /** Set if the choice of a fix depends on the code: the better fix while code uses the removed element, or when no code uses it. */
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
  /** What the example is made of, so that tests can check it. */
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

/** One effect of a change. */
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
  /** The promised encodings. Messages mention only these. */
  readonly encodings: readonly Encoding[];
  readonly types: TypeMatching;
}

/** The description of a rule. */
export interface RuleInfo {
  /** In kebab case: the kind of element and what happened to it. Equals the file name. */
  readonly id: string;
  readonly title: string;
  /** Markdown under three headings: `## What it means`, `## Who breaks`, `## What to do instead`. */
  readonly docs: string;
  /** The specification's address. */
  readonly reference: string;
  /** The ids of buf's rules for the same edit. */
  readonly buf: readonly string[];
  /**
   * The change is a protocol change and needs a minor version, even if its class is `none`: a declaration was added, removed or
   * deprecated, or an option that peers see changed.
   */
  readonly isProtocolChange?: true;
  /** For rules about removed declarations: the kind of declaration, as the editor shows it at the gap, such as "rpc". */
  readonly deletes?: string;
}

export interface Rule<K extends SubjectKind = SubjectKind> extends RuleInfo {
  readonly on: K | readonly K[];
  check(pair: Subjects[K], context: Context): Change | undefined;
  /** Quick fixes, computed when the editor asks for them. */
  fixes?(pair: Subjects[K], context: Context): readonly Fix[];
  /**
   * An example of one effect, computed when the hover asks for it. Rules whose changes lose nothing have no witness.
   * @returns undefined if this carrier does not show the effect
   */
  witness?(pair: Subjects[K], scenario: Scenario): Witness | undefined;
  /** The encodings that this rule is about, whether they are promised or not; by default the promised ones. */
  readonly encodings?: readonly Encoding[];
}
