/** A message from the extension to a page. */
export type ToPage =
  /** Sets the content of the element with that id to markup from the extension. */
  | { readonly kind: 'html'; readonly id: string; readonly html: string }
  | { readonly kind: 'cells'; readonly cells: readonly CellMark[] }
  | {
      readonly kind: 'state';
      readonly text: string;
      /** Percentage; null if nothing is in progress. */
      readonly progress: number | null;
      readonly exportable: boolean;
    };

/** A message from a page to the extension: the page has started (`ready`), or a button or cell was pressed. */
export interface FromPage {
  readonly do: string;
  /** The index of the finding, the place of use or the cell; -1 if there is none. */
  readonly index: number;
}

/** The content of a cell. The row is the index of the client's group of releases, the column that of the server's. */
export interface CellMark {
  readonly row: number;
  readonly column: number;
  /** CSS classes of the cell: the effect, and `broken` if a promise is broken. */
  readonly classes: string;
  readonly text: string;
  /** The text for screen readers, without the names of row and column. */
  readonly label: string;
}
