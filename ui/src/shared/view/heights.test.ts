import { describe, expect, it } from 'vitest';

import { Heights } from './heights';

describe('heights', () => {
  it('are the base height until a row was seen to be taller', () => {
    const heights = new Heights(28);
    expect(heights.top(10)).toBe(280);
    heights.set(3, 54);
    heights.set(7, 48);
    expect(heights.top(3)).toBe(84);
    expect(heights.top(4)).toBe(138);
    expect(heights.top(10)).toBe(280 + 26 + 20);
  });

  it('say when nothing changed, so that measuring comes to an end', () => {
    const heights = new Heights(28);
    expect(heights.set(2, 54)).toBe(true);
    expect(heights.set(2, 54.2)).toBe(false);
    expect(heights.set(2, 28)).toBe(true);
    expect(heights.top(5)).toBe(140);
  });

  it('find the row at a height', () => {
    const heights = new Heights(28);
    heights.set(0, 128);
    expect(heights.at(0, 100)).toBe(0);
    expect(heights.at(127, 100)).toBe(0);
    expect(heights.at(128, 100)).toBe(1);
    expect(heights.at(1e9, 100)).toBe(99);
    expect(heights.at(0, 0)).toBe(0);
  });
});
