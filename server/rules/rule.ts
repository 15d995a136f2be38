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

/** What a rule can look at. Each kind is visited once per pair. */
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
  /** Options of kept elements. */
  option: OptionPair;
}
export type SubjectKind = keyof Subjects;

export interface Place {
  readonly file: File;
  readonly span: Span;
  /** Something was deleted behind it: the span is the last character before the gap. */
  readonly gap?: true;
}

/** What a rule found, before any policy. */
export interface Change {
  /** Full name in the edited schema; in the release if removed. */
  readonly element: string;
  readonly place: Place;
  /** Where the old element is in the release; undefined where it is new. */
  readonly baseline: Place | undefined;
  readonly impact: Impact;
  /** Plain sentences with the old and the new value and the team's own names. */
  readonly message: string;
  /** Set where other elements may have the same finding for the same reason, such as an option that was dropped from all files. */
  readonly shared?: SharedCause;
  /** Shown at least as a warning, because what it endangers is not between these two versions or not on these wires. */
  readonly warns?: true;
}

/** What several findings of one rule have in common, so that they can be merged. */
export interface SharedCause {
  /** Equal for findings that belong together. */
  readonly cause: string;
  /** The sentence for all of them. */
  message(elements: readonly string[]): string;
}

/** An edit of one file that deals with a change. Spans are in the edited text. */
export interface Fix {
  readonly title: string;
  /** Brings back what the release had, loses nothing and cannot surprise: part of "fix all". */
  readonly safe: boolean;
  /** The better fix where code still uses the removed element, or where none does. */
  readonly suits?: 'used' | 'unused';
  readonly edits: readonly {
    readonly file: string;
    readonly span: Span;
    readonly text: string;
    /** The part of the text that the person has to replace: selected where the editor can do that. */
    readonly placeholder?: string;
  }[];
}

/** What one side sends and what the other makes of it, as sentences: the change's effect, seen to happen. */
export interface Witness {
  readonly sent: string;
  readonly read: string;
  /** What was shown, for those who want to check it. */
  readonly shown: Shown;
}

/** Which effect of the change it is, and what was executed to see it; the others have nothing to execute. */
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
    | { readonly kind: 'lost'; readonly message: Message }
  );

/** One effect of a change. */
export interface Loss {
  readonly pairing: keyof Pairings<unknown>;
  readonly encoding: Encoding;
  readonly effect: Effect;
}

/** What a witness has to show, and who writes and who reads it. */
export interface Scenario extends Loss {
  readonly writer: Writer;
  readonly carrier: Carrier;
  readonly context: Context;
}

/** The names that messages use. */
export interface Words {
  /** "kata-runtime", or "the client". */
  readonly client: string;
  readonly server: string;
  /** "1.0.0", or the ref where it isn't a release. */
  readonly baseline: string;
  /** The release that is compared with it, "1.1.0"; undefined where that is work in progress. */
  readonly edited: string | undefined;
}

export interface Context {
  readonly diff: Diff;
  readonly words: Words;
  /** The promised ones: messages speak of these only. */
  readonly encodings: readonly Encoding[];
  readonly types: TypeMatching;
}

/** What is known about a rule without running it. */
export interface RuleInfo {
  /** Kebab-case, the thing and what happened to it; equals the file's name. */
  readonly id: string;
  readonly title: string;
  /** Markdown under three headings: `## What it means`, `## Who breaks`, `## What to do instead`. */
  readonly docs: string;
  /** The specification's address. */
  readonly reference: string;
  /** buf's rules for the same edit. */
  readonly buf: readonly string[];
  /** A protocol change whatever its class: a declaration that was added, removed or deprecated, or an option that peers see. */
  readonly declares?: true;
  /** What a deleted declaration is called where it is missing, such as "rpc". */
  readonly deletes?: string;
}

export interface Rule<K extends SubjectKind = SubjectKind> extends RuleInfo {
  readonly on: K | readonly K[];
  check(pair: Subjects[K], context: Context): Change | undefined;
  /** Edits that deal with the change; computed when the light bulb asks for them. */
  fixes?(pair: Subjects[K], context: Context): readonly Fix[];
  /**
   * An example of one loss, computed when the hover asks for it. Rules whose changes lose nothing have none.
   * @returns undefined where this carrier shows no loss
   */
  witness?(pair: Subjects[K], scenario: Scenario): Witness | undefined;
  /** The encodings that this rule is about whatever is promised; otherwise the promised ones. */
  readonly encodings?: readonly Encoding[];
}
