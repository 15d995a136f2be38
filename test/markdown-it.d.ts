/** The types that tests and scripts need from a library without type declarations. */
declare module 'markdown-it' {
  export interface Token {
    readonly type: string;
    /** The text after the opening fence of a code block. */
    readonly info: string;
    readonly content: string;
    /** The attributes of a tag. */
    readonly attrs: readonly (readonly [string, string])[] | null;
    readonly children: readonly Token[] | null;
  }

  export default class MarkdownIt {
    constructor(options: { readonly html: boolean; readonly linkify?: boolean });
    readonly linkify: { set(options: { readonly fuzzyLink: boolean }): void };
    render(markdown: string): string;
    parse(markdown: string, environment: object): readonly Token[];
  }
}
