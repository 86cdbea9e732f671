/** Which row each of a fixed number of row elements shows: scrolling by one row changes one element. */
export const OVERSCAN = 4;

export interface Pool {
  readonly first: number;
  readonly size: number;
}

/** As many as a screen needs, and some on each side; every one of them stands at a place of the list. */
export function poolFor(top: number, screenRows: number, total: number): Pool {
  const size = Math.min(total, screenRows + 2 * OVERSCAN);
  return { first: Math.max(0, Math.min(top - OVERSCAN, total - size)), size };
}

/** The place that slot `slot` shows: the one place of the pool's range that is congruent to it. */
export function placeOf(slot: number, { first, size }: Pool): number {
  return first + ((((slot - first) % size) + size) % size);
}
