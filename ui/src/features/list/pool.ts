/** Which row each of a fixed number of row elements shows: scrolling by one row changes one element. */
export const OVERSCAN = 4;

export interface Pool {
  readonly first: number;
  readonly size: number;
}

export function poolFor(top: number, screenRows: number): Pool {
  return { first: Math.max(0, top - OVERSCAN), size: screenRows + 2 * OVERSCAN };
}

/** The place that slot `slot` shows: the one place of the pool's range that is congruent to it. */
export function placeOf(slot: number, { first, size }: Pool): number {
  return first + ((((slot - first) % size) + size) % size);
}
