/** A message from the extension to a page. */
export type ToPage =
  /** Sets the content of the element with that id. */
  | { readonly kind: 'html'; readonly id: string; readonly html: string }
  | { readonly kind: 'cells'; readonly cells: readonly CellMark[] }
  | {
      readonly kind: 'state';
      readonly text: string;
      /** Percentage; null if nothing is in progress. */
      readonly progress: number | null;
      readonly exportable: boolean;
    };

/** The page has started (`ready`), or a button or cell was pressed. */
export interface FromPage {
  readonly do: string;
  /** The index of the finding, place or cell; -1 if there is none. */
  readonly index: number;
}

/** Row and column are indices of release groups. */
export interface CellMark {
  readonly row: number;
  readonly column: number;
  /** The effect, and `broken` if a promise is broken. */
  readonly classes: string;
  readonly text: string;
  /** For screen readers, without the names of row and column. */
  readonly label: string;
}
