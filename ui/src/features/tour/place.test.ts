import { expect, it } from 'vitest';

import { beside, corner, inside, off } from './place';

const window = { width: 1440, height: 900 };
const card = { width: 288, height: 160 };

/** Where the card stands by a target at this place. */
function check(x: number, y: number, width: number, height: number, expected: { x: number; y: number } | null, within = window): void {
  expect(beside({ x, y, width, height }, card, within)).toEqual(expected);
}

it('stands at the right, else under, over, or at the left of what it points at', () => {
  check(100, 100, 200, 40, { x: 312, y: 100 });
  check(1200, 100, 200, 40, { x: 1112, y: 152 });
  check(1200, 20, 200, 860, { x: 900, y: 20 });
  check(20, 100, 1400, 28, { x: 1132, y: 140 });
  check(20, 820, 1400, 60, { x: 1132, y: 648 });
});

it('stands off the sheet that its target is in', () => {
  const sheet = { x: 432, y: 88, width: 576, height: 496 };
  expect(off(sheet, { x: 850, y: 540, width: 140, height: 32 }, card, window)).toEqual({ x: 1020, y: 540 });
  expect(off({ ...sheet, x: 20, width: 1400 }, { x: 40, y: 540, width: 140, height: 32 }, card, window)).toEqual({ x: 8, y: 596 });
});

it('in a sheet that leaves no room lies over none of its buttons', () => {
  const sheet = { x: 120, y: 48, width: 1200, height: 776 };
  expect(off(sheet, { x: 990, y: 160, width: 328, height: 400 }, card, window)).toBe(null);
  expect(inside(sheet, 744, card)).toEqual({ x: 132, y: 572 });
});

it('stays inside the window, and off its target where there is room for both', () => {
  check(100, 880, 100, 20, { x: 212, y: 732 });
  check(0, 0, 1440, 900, null);
  expect(corner(card, window)).toEqual({ x: 92, y: 708 });
  expect(corner(card, { width: 480, height: 100 }).y).toBe(8);
});
