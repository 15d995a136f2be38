import type { Element } from '../element.ts';

/** The most important first. */
export const ACTS = ['calls', 'implements', 'builds', 'sets', 'reads', 'names'] as const;
export type Act = (typeof ACTS)[number];

/**
 * `member`: a field or oneof, `order.fs_group`, or a key in a literal of the message.
 * `accessor`: a function of the message or of its builder.
 * `call`: a method of a service.
 * `variant`: an enum value or a oneof's field, usually after its type, `OrderState::Paid`.
 * `constant`: a name that can only mean the element.
 * `text`: the content of a string, `HasField("fs_group")`.
 */
export interface Identifier {
  readonly text: string;
  readonly form: 'member' | 'accessor' | 'call' | 'type' | 'variant' | 'constant' | 'text';
  /** What a use does, unless the code around the name shows something else. */
  readonly does: Act;
}

export interface Naming {
  field(field: Element): readonly Identifier[];
  oneof(oneof: Element): readonly Identifier[];
  /** The type that holds only this field of a oneof. */
  wrapper?(field: Element): string;
  enumValue(value: Element): readonly Identifier[];
  /** To call or implement a method. */
  calls(method: string): readonly string[];
  /** The types and functions of a service. */
  service(service: string, element: Element): readonly string[];
  /** @param path the names of the messages around it, outermost first, then its own name */
  types(path: readonly string[], element: Element): readonly string[];
}

export function members(...texts: string[]): Identifier[] {
  return texts.map((text) => ({ text, form: 'member', does: 'reads' }));
}

export function getters(...texts: string[]): Identifier[] {
  return texts.map((text) => ({ text, form: 'accessor', does: 'reads' }));
}

export function setters(...texts: string[]): Identifier[] {
  return texts.map((text) => ({ text, form: 'accessor', does: 'sets' }));
}

export function constants(...texts: string[]): Identifier[] {
  return texts.map((text) => ({ text, form: 'constant', does: 'names' }));
}

export function variants(...texts: string[]): Identifier[] {
  return texts.map((text) => ({ text, form: 'variant', does: 'names' }));
}

export function quoted(...texts: string[]): Identifier[] {
  return texts.map((text) => ({ text, form: 'text', does: 'reads' }));
}

export function lastOf(path: readonly string[]): string {
  return path.at(-1) ?? '';
}

export function distinct(...texts: string[]): string[] {
  return [...new Set(texts)];
}
