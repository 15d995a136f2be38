/** What tests and scripts use of a library that brings no types. */
declare module 'markdown-it' {
  export interface Token {
    readonly type: string;
    /** What follows the fence of a block. */
    readonly info: string;
    readonly content: string;
    /** Names and values of a tag. */
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
