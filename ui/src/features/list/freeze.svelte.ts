/** Nothing moves under the hand (ui.md §12.1): while the pointer is over the grid and moved in the last two seconds, or
 * a menu is open, rows keep their places. It decides when that is so, and how a frozen window takes a newer one. */
import type { ViewWindow, WindowRow } from '../../ipc/types';
import { keyOf } from '../../shared/rows';
import type { Held } from '../../shared/view/view.svelte';

export const STILL_MS = 2_000;

export class Freeze {
  isFrozen = $state(false);
  onthaw: () => void = () => undefined;

  #movedAt = -Infinity;
  #isOver = false;
  #holds = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** The pointer moved over the grid. */
  moved(): void {
    this.#isOver = true;
    this.#movedAt = Date.now();
    this.isFrozen = true;
    this.#timer ??= setTimeout(this.#elapsed, STILL_MS);
  }

  left(): void {
    this.#isOver = false;
    this.#settle();
  }

  /** A menu was opened; as many `release` as `hold`. */
  hold(): void {
    this.#holds += 1;
    this.isFrozen = true;
  }

  release(): void {
    this.#holds = Math.max(0, this.#holds - 1);
    this.#settle();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  readonly #elapsed = (): void => {
    this.#timer = null;
    const left = this.#movedAt + STILL_MS - Date.now();
    if (this.#isOver && left > 0) this.#timer = setTimeout(this.#elapsed, left);
    else this.#settle();
  };

  #settle(): void {
    const isMoving = this.#isOver && Date.now() - this.#movedAt < STILL_MS;
    if (isMoving || this.#holds > 0 || !this.isFrozen) return;
    this.stop();
    this.isFrozen = false;
    this.onthaw();
  }
}

/** The frozen rows with what the newer window says of them, each at its place. A row that the window should hold and
 * does not is struck through: it is gone, or the order took it elsewhere; both are shown when the pointer rests. */
export function mergeFrozen(frozen: Held, window: ViewWindow): { held: Held; gone: number } {
  const now = new Map<string, WindowRow>();
  for (const row of window.rows) if (row.id !== null) now.set(keyOf(row.id), row);
  const end = window.start + window.rows.length;
  const isWholeList = window.start === 0 && end >= window.hint.total;
  let gone = 0;
  const rows = frozen.rows.map((row, offset) => {
    if (row.id === null) return row;
    const newer = now.get(keyOf(row.id));
    if (newer !== undefined) return newer;
    const place = frozen.start + offset;
    const isCovered = isWholeList || (place >= window.start && place < end);
    if (!isCovered && row.state !== 'gone') return row;
    gone += 1;
    return { ...row, state: 'gone' as const, isMarked: false, isFresh: false };
  });
  return { held: { start: frozen.start, rows }, gone };
}

/** How far rows moved from the old window to the new one, told by the first row of the screen that is in both. */
export function shiftOf(old: Held, next: Held, first: number, count: number): number {
  const places = new Map<string, number>();
  next.rows.forEach((row, offset) => {
    if (row.id !== null) places.set(keyOf(row.id), next.start + offset);
  });
  for (let place = first; place < first + count; place += 1) {
    const row = old.rows[place - old.start];
    const found = row?.id == null ? undefined : places.get(keyOf(row.id));
    if (found !== undefined) return found - place;
  }
  return 0;
}
