import type { OptionField, OptionNode, OptionValue } from '../../proto/tree.ts';
import type { Method } from '../../schema/model.ts';

/** An HTTP address of a method (https://google.aip.dev/127). */
export interface Binding {
  /** In upper case; that of a custom pattern as written. */
  readonly verb: string;
  /** As written: `/v1/{name=shelves/*}`. */
  readonly path: string;
  /** Names of fields. Empty if not set; `*` is the whole request. */
  readonly body: string;
  readonly responseBody: string;
}

/** The bindings of all options of the method, the main one first. */
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

/** The names of variables do not matter. */
export function withSameAddress(binding: Binding, others: readonly Binding[]): Binding | undefined {
  return others.find((other) => shapeOf(other) === shapeOf(binding));
}

/** One of the others that matches all requests of the binding. */
export function servedBy(binding: Binding, others: readonly Binding[]): Binding | undefined {
  return withSameAddress(binding, others) ?? others.find((other) => isWider(other, binding));
}

/** Only the patterns of variables may differ. */
export function isWider(wider: Binding, narrower: Binding): boolean {
  const [one, other] = [wider, narrower].map(({ path }) => path.replaceAll(VARIABLE, '{}'));
  return one === other && bindingMatching(narrower, [wider]) !== undefined;
}

const VARIABLE = /\{[^{}=]*(?:=([^{}]*))?\}/g;

/** One of the others that matches an example request of the binding, even with a variable in place of a fixed word. */
export function bindingMatching(binding: Binding, others: readonly Binding[]): Binding | undefined {
  const request = partsOf(`${binding.verb} ${examplePath(binding)}`);
  return others.find((other) => {
    const pattern = partsOf(shapeOf(other));
    const rest = pattern.indexOf('**');
    const isLong = rest < 0 ? request.length === pattern.length : request.length >= pattern.length;
    return isLong && pattern.every((part, index) => part === '*' || part === '**' || part === request.at(at(index)));
    // Parts after `**` are counted from the end of the path.
    function at(index: number): number {
      return rest >= 0 && index > rest ? index - pattern.length : index;
    }
  });
}

/** `POST `, `v1`, `*`, `move` */
function partsOf(shape: string): string[] {
  const [, path = '', action = ''] = /^([^:]*)(?::(.*))?$/.exec(shape) ?? [];
  return [...path.split('/'), action];
}

function shapeOf({ verb, path }: Binding): string {
  return `${verb} ${path.replaceAll(VARIABLE, (_, pattern: string | undefined) => pattern ?? '*')}`;
}

/** Names of fields, from left to right. */
export function variablesOf({ path }: Binding): string[] {
  return [...path.matchAll(/\{([^{}=]*)/g)].map(([, name]) => name?.trim() ?? '');
}

/** "/v1/a1" */
export function examplePath(binding: Binding): string {
  return shapeOf(binding)
    .slice(binding.verb.length + 1)
    .replaceAll('**', 'a1/b2')
    .replaceAll('*', 'a1');
}
