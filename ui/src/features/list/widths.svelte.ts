/** The columns of the list on screen: which fit, and how wide they are. Widths that were dragged are remembered by kind;
 * the others are worked out from the first window once and then stay, so that nothing moves when data comes. */
import type { Column, KindRef, WindowRow } from '../../ipc/types';
import { clampWidth, columnsThatFit, defaultWidth, fittedWidth, layOut, roughly, type Layout, type Measure, type Width } from './columns';
import { kindKey, type ListMemory } from './memory';

/** A column with its place among a row's cells. */
export interface ShownColumn {
  readonly at: number;
  readonly column: Column;
}

export class Widths {
  measure: Measure = roughly;
  windowWidth = $state(1440);

  readonly #memory: ListMemory;
  #kind = $state.raw<KindRef | null>(null);
  #columns = $state.raw<readonly Column[]>([]);
  #worked = $state.raw<readonly Width[]>([]);
  #dragged = $state.raw<ReadonlyMap<string, number>>(new Map());
  #rows: readonly WindowRow[] = [];
  #key = '';

  readonly shown: readonly ShownColumn[] = $derived(
    columnsThatFit(this.#columns, this.windowWidth).flatMap((at) => {
      const column = this.#columns[at];
      return column === undefined ? [] : [{ at, column }];
    }),
  );
  readonly layout: Layout = $derived(
    layOut(
      this.shown.map(({ at, column }) => {
        const dragged = this.#dragged.get(column.id);
        return dragged === undefined ? (this.#worked[at] ?? { rem: 0, isRest: true }) : { rem: dragged, isRest: false };
      }),
      this.windowWidth,
    ),
  );

  constructor(memory: ListMemory) {
    this.#memory = memory;
  }

  /** Takes the columns and rows of a window. */
  take(kind: KindRef, columns: readonly Column[], rows: readonly WindowRow[]): void {
    this.#rows = rows;
    const key = `${kindKey(kind)} ${columns.map((column) => column.id).join(' ')}`;
    // Columns may come before the first rows: those have to be measured before anything is settled.
    if (key === this.#key || columns.length === 0) return;
    if (rows.length > 0) this.#key = key;
    this.#kind = kind;
    this.#columns = columns;
    this.#worked = columns.map((column, at) => defaultWidth(column, at, rows, this.measure));
    this.#dragged = new Map(this.#memory.widthsOf(kind));
  }

  drag(column: Column, width: number): void {
    this.#set(column, clampWidth(width, column));
  }

  fit({ at, column }: ShownColumn): void {
    this.#set(column, fittedWidth(column, at, this.#rows, this.measure));
  }

  #set(column: Column, width: number): void {
    if (this.#kind === null) return;
    const widths = this.#memory.widthsOf(this.#kind);
    widths.set(column.id, width);
    this.#dragged = new Map(widths);
  }
}
