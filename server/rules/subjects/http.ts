import type { OptionField, OptionNode, OptionValue } from '../../proto/tree.ts';
import type { Method } from '../../schema/model.ts';

/** One address that a gateway serves a method under (https://google.aip.dev/127). */
export interface Binding {
  /** In capitals. */
  readonly verb: string;
  /** As written: `/v1/{name=shelves/*}`. */
  readonly path: string;
  /** What the body and the response are read as; empty where the option says nothing. */
  readonly body: string;
  readonly responseBody: string;
}

/** All of `(google.api.http)`, however it is spread over options. The first one is the method's own. */
export function bindingsOf(method: Method): Binding[] {
  const fields = httpOptions(method).flatMap((option): Pick<OptionField, 'name' | 'value'>[] => {
    const name = { ...option.name, text: option.name.text.replace(HTTP, '').replace(/^\./, '') };
    if (name.text !== '') return [{ name, value: option.value }];
    return option.value.kind === 'message' ? [...option.value.fields] : [];
  });
  return readRule(fields);
}

export function httpOptions({ node }: Method): OptionNode[] {
  return node.options.filter(({ name }) => HTTP.test(name.text));
}

const HTTP = /^\(\.?google\.api\.http\)(?=\.|$)/;

function readRule(fields: readonly Pick<OptionField, 'name' | 'value'>[]): Binding[] {
  const text = (name: string): string => textOf(fields.find((field) => field.name.text === name)?.value);
  const [own] = fields.flatMap(({ name, value }): { verb: string; path: string }[] => {
    if (VERBS.has(name.text)) return [{ verb: name.text.toUpperCase(), path: textOf(value) }];
    if (name.text !== 'custom' || value.kind !== 'message') return [];
    const [kind, path] = ['kind', 'path'].map((part) =>
      textOf(value.fields.find((field) => field.name.text === part)?.value),
    );
    return [{ verb: kind ?? '', path: path ?? '' }];
  });
  const others = fields
    .filter(({ name }) => name.text === 'additional_bindings')
    .flatMap(({ value }) => (value.kind === 'list' ? value.values : [value]))
    .flatMap((value) => (value.kind === 'message' ? readRule(value.fields) : []));
  if (own === undefined) return others;
  return [{ ...own, body: text('body'), responseBody: text('response_body') }, ...others];
}

const VERBS: ReadonlySet<string> = new Set(['get', 'put', 'post', 'delete', 'patch']);

function textOf(value: OptionValue | undefined): string {
  return value?.kind === 'string' ? new TextDecoder().decode(value.bytes) : '';
}

/** "GET /v1/{id}" */
export function addressOf({ verb, path }: Pick<Binding, 'verb' | 'path'>): string {
  return `${verb} ${path}`;
}

/** The binding under the same address. */
export function matching(binding: Binding, others: readonly Binding[]): Binding | undefined {
  return others.find((other) => shapeOf(other) === shapeOf(binding));
}

/** The binding that takes all of this one's requests for what they are: the same address, or one whose variables match more. */
export function serving(binding: Binding, others: readonly Binding[]): Binding | undefined {
  return matching(binding, others) ?? others.find((other) => isWider(other, binding));
}

/** Whether two paths differ in what their variables match, and all that the narrower one's match is matched by the wider one's. */
export function isWider(wider: Binding, narrower: Binding): boolean {
  const [one, other] = [wider, narrower].map(({ path }) => path.replaceAll(VARIABLE, '{}'));
  return one === other && takerOf(narrower, [wider]) !== undefined;
}

const VARIABLE = /\{[^{}=]*(?:=([^{}]*))?\}/g;

/** The binding with a variable where this one has a word of its own, so that its requests are taken for others. */
export function takerOf(binding: Binding, others: readonly Binding[]): Binding | undefined {
  const request = partsOf(`${binding.verb} ${examplePath(binding)}`);
  return others.find((other) => {
    const pattern = partsOf(shapeOf(other));
    const rest = pattern.indexOf('**');
    const isLong = rest < 0 ? request.length === pattern.length : request.length >= pattern.length;
    return isLong && pattern.every((part, index) => part === '*' || part === '**' || part === request.at(at(index)));
    // What stands behind the rest of a path is counted from its end.
    function at(index: number): number {
      return rest >= 0 && index > rest ? index - pattern.length : index;
    }
  });
}

/** The verb, what is between slashes, and the word behind the colon: `POST `, `v1`, `*`, `move`. */
function partsOf(shape: string): string[] {
  const [, path = '', action = ''] = /^([^:]*)(?::(.*))?$/.exec(shape) ?? [];
  return [...path.split('/'), action];
}

/** What requests a binding takes: variables match by their patterns, whatever they are called. */
function shapeOf({ verb, path }: Binding): string {
  return `${verb} ${path.replaceAll(VARIABLE, (_, pattern: string | undefined) => pattern ?? '*')}`;
}

/** The fields that a path puts its parts into, from left to right. */
export function variablesOf({ path }: Binding): string[] {
  return [...path.matchAll(/\{([^{}=]*)/g)].map(([, name]) => name?.trim() ?? '');
}

/** A path that a client may ask for: "/v1/a1". */
export function examplePath(binding: Binding): string {
  return shapeOf(binding)
    .slice(binding.verb.length + 1)
    .replaceAll('**', 'a1/b2')
    .replaceAll('*', 'a1');
}
