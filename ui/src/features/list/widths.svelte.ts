/** The columns of the list on screen: which fit, and how wide they are. Widths that were dragged are remembered by kind;
 * the others are worked out from the first window once and then stay, so that nothing moves when data comes. */
import type { Column, KindRef, WindowRow } from '../../ipc/types';
import { resourceOf, type Looks } from '../../shared/looks.svelte';
import { clampWidth, columnsThatFit, defaultWidth, fittedWidth, layOut, roughly, type Layout, type Measure, type Width } from './columns';

/** A column with its place among a row's cells. */
export interface ShownColumn {
  readonly at: number;
  readonly column: Column;
}

const PX_A_REM = 16;

export class Widths {
  measure: Measure = roughly;
  windowWidth = $state(1440);

  readonly #looks: Looks;
  #kind = $state.raw<KindRef | null>(null);
  #columns = $state.raw<readonly Column[]>([]);
  /** In rem, by the columns' ids. */
  #worked = $state.raw<ReadonlyMap<string, Width>>(new Map());
  #isMeasured = false;
  #rows: readonly WindowRow[] = [];
  /** In rem, while a grip is held: nothing is written before it is let go. */
  #held = $state.raw<ReadonlyMap<string, number>>(new Map());

  readonly shown: readonly ShownColumn[] = $derived(
    columnsThatFit(this.#columns, this.windowWidth).flatMap((at) => {
      const column = this.#columns[at];
      return column === undefined ? [] : [{ at, column }];
    }),
  );
  readonly #chosen = $derived.by(() => (this.#kind === null ? {} : this.#looks.of(this.#kind).widths));
  readonly layout: Layout = $derived(layOut(this.shown.map(({ column }) => this.#widthOf(column)), this.windowWidth));

  constructor(looks: Looks) {
    this.#looks = looks;
  }

  /** Takes the columns and rows of a window. */
  take(kind: KindRef, columns: readonly Column[], rows: readonly WindowRow[]): void {
    this.#rows = rows;
    // Another list begins.
    if (columns.length === 0) this.#isMeasured = false;
    if (columns.length === 0 || (columns === this.#columns && (this.#isMeasured || rows.length === 0))) return;
    const isOther = this.#kind === null || resourceOf(kind) !== resourceOf(this.#kind);
    // Columns may come before the first rows: those have to be measured before anything is settled.
    const known = isOther || !this.#isMeasured ? new Map<string, Width>() : this.#worked;
    this.#isMeasured = rows.length > 0;
    this.#kind = kind;
    this.#columns = columns;
    this.#worked = new Map(columns.map((column, at) => [column.id, known.get(column.id) ?? defaultWidth(column, at, rows, this.measure)]));
  }

  /** The grip is held, and the column so wide, in rem. The column that takes what is left over keeps its width, where it
   * stands before: the grip follows the pointer. */
  drag({ at, column }: ShownColumn, rem: number, restRem: number): void {
    const rest = this.#columns.findIndex((one) => this.#chosen[one.id] === undefined && this.#worked.get(one.id)?.isRest === true);
    const held = new Map([[column.id, clampWidth(rem, column)]]);
    const before = rest >= 0 && rest < at ? this.#columns[rest] : undefined;
    if (before !== undefined) held.set(before.id, restRem);
    this.#held = held;
  }

  /** The grip was let go: as wide as it is now it stays. */
  settle(): void {
    if (this.#held.size > 0) this.#keep(this.#held);
    this.cancel();
  }

  /** The grip was taken back. */
  cancel(): void {
    this.#held = new Map();
  }

  set(column: Column, rem: number): void {
    this.#keep(new Map([[column.id, clampWidth(rem, column)]]));
  }

  fit({ at, column }: ShownColumn): void {
    this.#keep(new Map([[column.id, fittedWidth(column, at, this.#rows, this.measure)]]));
  }

  /** Works all of them out again from the rows on screen. */
  reset(): void {
    this.#worked = new Map(this.#columns.map((column, at) => [column.id, defaultWidth(column, at, this.#rows, this.measure)]));
  }

  #widthOf({ id }: Column): Width {
    const held = this.#held.get(id);
    if (held !== undefined) return { rem: held, isRest: false };
    const chosen = this.#chosen[id];
    if (chosen !== undefined) return { rem: chosen / PX_A_REM, isRest: false };
    return this.#worked.get(id) ?? { rem: 0, isRest: true };
  }

  #keep(widths: ReadonlyMap<string, number>): void {
    if (this.#kind === null) return;
    const px = [...widths].map(([id, rem]) => [id, Math.round(rem * PX_A_REM)]);
    this.#looks.change(this.#kind, { widths: { ...this.#chosen, ...Object.fromEntries(px) } });
  }
}
