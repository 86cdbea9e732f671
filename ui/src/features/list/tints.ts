/** Which cells changed since they were drawn before: those are tinted for a moment, and nothing else of the row. */
import type { Column, RowId, WindowRow } from '../../ipc/types';
import { keyOf } from '../../shared/rows';

/** Two names for one tint: a cell that changes again while it is tinted begins anew. */
export type Tint = 1 | 2;
export type Tinted = ReadonlyMap<number, Tint>;

export class Tints {
  #tinted: ReadonlyMap<string, Tinted> = new Map();

  /** Takes the rows that are about to be drawn, and those that were. The columns are the same. */
  take(before: readonly WindowRow[], now: readonly WindowRow[], columns: readonly Column[]): void {
    const fresh = now.filter((row) => row.isFresh && row.id !== null);
    if (fresh.length === 0) {
      if (this.#tinted.size > 0) this.#tinted = new Map();
      return;
    }
    const drawn = new Map<string, WindowRow>();
    for (const row of before) if (row.id !== null) drawn.set(keyOf(row.id), row);
    const next = new Map<string, Tinted>();
    for (const row of fresh) {
      const key = row.id === null ? '' : keyOf(row.id);
      const tinted = tintedOf(drawn.get(key), row, columns, this.#tinted.get(key));
      if (tinted.size > 0) next.set(key, tinted);
    }
    this.#tinted = next;
  }

  clear(): void {
    this.#tinted = new Map();
  }

  of(id: RowId | null | undefined): Tinted | undefined {
    return id == null || this.#tinted.size === 0 ? undefined : this.#tinted.get(keyOf(id));
  }
}

function tintedOf(before: WindowRow | undefined, row: WindowRow, columns: readonly Column[], tinted: Tinted = new Map()): Tinted {
  // One that was not drawn before has come: its state says so, or its name.
  if (before === undefined) return tinted.size > 0 ? tinted : new Map([[stateOf(columns), 1]]);
  const next = new Map(tinted);
  columns.forEach(({ kind }, at) => {
    // Time that passes changes nothing of the object.
    if (kind !== 'age' && before.cells[at] !== row.cells[at]) next.set(at, tinted.get(at) === 1 ? 2 : 1);
  });
  return next;
}

function stateOf(columns: readonly Column[]): number {
  const status = columns.findIndex(({ kind }) => kind === 'status');
  return status >= 0 ? status : columns.findIndex(({ kind }) => kind === 'name');
}
