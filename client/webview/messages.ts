/** What the extension tells a page. */
export type ToPage =
  /** Markup of the extension's own making for the element of that id. */
  | { readonly kind: 'html'; readonly id: string; readonly html: string }
  | { readonly kind: 'cells'; readonly cells: readonly CellMark[] }
  | {
      readonly kind: 'state';
      readonly text: string;
      /** Of a hundred; null when there is nothing to wait for. */
      readonly progress: number | null;
      readonly exportable: boolean;
    };

/** What a page tells the extension: that it listens, or which of its buttons was pressed. */
export interface FromPage {
  readonly do: string;
  /** Of a finding or a cell; -1 where the button has none. */
  readonly index: number;
}

/** What the page is told of a cell once it is known; rows are clients, columns servers, by group. */
export interface CellMark {
  readonly row: number;
  readonly column: number;
  /** Of the cell: the effect, and `broken`. */
  readonly classes: string;
  readonly text: string;
  /** In words; whose cell it is, its row and column say. */
  readonly label: string;
}
