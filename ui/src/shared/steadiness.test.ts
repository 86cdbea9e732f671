import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { LATELY_MS, Steadiness, STEADY_MS } from './steadiness.svelte';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function flap(steadiness: Steadiness, milliseconds: number): void {
  steadiness.broke();
  vi.advanceTimersByTime(milliseconds);
  steadiness.returned();
}

it('a break now and then is no coming and going', () => {
  const steadiness = new Steadiness();
  flap(steadiness, 1000);
  vi.advanceTimersByTime(LATELY_MS);
  flap(steadiness, 1000);
  expect(steadiness.comesAndGoes).toBe(false);
});

it('fault_10: ten flaps in a minute are one coming and going, which ends once it has been there for a while', () => {
  const steadiness = new Steadiness();
  for (let count = 1; count <= 10; count += 1) {
    flap(steadiness, 3000);
    expect(steadiness.comesAndGoes).toBe(count > 1);
    vi.advanceTimersByTime(3000);
  }
  vi.advanceTimersByTime(STEADY_MS - 3001);
  expect(steadiness.comesAndGoes).toBe(true);
  vi.advanceTimersByTime(1);
  expect(steadiness.comesAndGoes).toBe(false);
});
