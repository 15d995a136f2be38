/** Markup that is safe to show. Only `html` makes it, so nothing unescaped gets into a page. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

type Content = Html | string | number | readonly Content[];

/** A template whose values are text unless they are `Html` themselves; attributes are to be quoted. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(
    parts.map((part, index) => part + (index < values.length ? markupOf(values[index] ?? '') : '')).join(''),
  );
}

/** Messages put names in backticks, which show as code; all else is text. */
export function prose(message: string): Html {
  return html`${message
    .split(/`([^`\n]+)`/)
    .map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

function markupOf(value: Content): string {
  if (value instanceof Html) return value.markup;
  if (typeof value === 'object') return value.map(markupOf).join('');
  return String(value).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
