/** The list on screen as what lies over it may use it: the palette finds its rows and plans as its row menu does. The
 * list itself implements it, and what is read here follows the list. */
import type { RowId, ViewQuery, ViewSource, WindowRow } from '../ipc/types';

export interface OpenList {
  /** The rows that the page holds, in their order. */
  readonly rows: readonly WindowRow[];
  /** How many rows the list has. */
  readonly total: number;
  /** What it is of, for another view of it. */
  readonly source: ViewSource | null;
  readonly query: ViewQuery;
  readonly current: WindowRow | null;
  /** Makes it the current row, with the focus; where the page does not hold it, filters by its name first. */
  go(row: WindowRow): void;
  /** Opens its details beside the list. */
  details(row: WindowRow): void;
  /** Opens the sheet for this object. */
  plan(row: RowId): void;
  planMarked(): void;
  clearMarks(): void;
  /** Filters the whole list, also the rows that the page does not hold. */
  filter(text: string): void;
}
