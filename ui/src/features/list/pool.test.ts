import { expect, it } from 'vitest';

import { placeOf, poolFor } from './pool';

const places = (top: number, total: number) => {
  const pool = poolFor(top, 10, total);
  return Array.from({ length: pool.size }, (_, slot) => placeOf(slot, pool));
};

it('has an element for each place on screen and a few around it, at the beginning, between and at the end', () => {
  const sorted = (top: number, total: number) => places(top, total).sort((a, b) => a - b);
  expect(sorted(0, 1000)).toEqual(Array.from({ length: 18 }, (_, at) => at));
  expect(sorted(500, 1000)).toEqual(Array.from({ length: 18 }, (_, at) => 496 + at));
  expect(sorted(995, 1000)).toEqual(Array.from({ length: 18 }, (_, at) => 982 + at));
  expect(sorted(0, 3)).toEqual([0, 1, 2]);
  expect(sorted(0, 0)).toEqual([]);
});

it('changes one element where the list is scrolled by one row', () => {
  const [before, after] = [places(500, 1000), places(501, 1000)];
  expect(before.filter((place, slot) => place !== after[slot])).toHaveLength(1);
});
