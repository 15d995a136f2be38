export type ToPage =
  | { readonly kind: 'html'; readonly id: string; readonly html: string }
  | { readonly kind: 'cells'; readonly cells: readonly CellMark[] }
  | {
      readonly kind: 'state';
      readonly text: string;
      /** Percentage; null if nothing is in progress. */
      readonly progress: number | null;
      readonly exportable: boolean;
    };

export interface FromPage {
  /** `ready` when the page has started, else the action of the pressed button or cell. */
  readonly do: string;
  /** The index of the finding, place or cell; -1 if there is none. */
  readonly index: number;
}

export interface CellMark {
  /** The index of a group of releases, as is `column`. */
  readonly row: number;
  readonly column: number;
  /** The effect, and `broken` if a promise is broken. */
  readonly classes: string;
  readonly text: string;
  /** For screen readers, without the names of row and column. */
  readonly label: string;
}
