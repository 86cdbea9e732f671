import { describe, expect, it } from 'vitest';

import { leftWords, lockOf, minutesWords, untilWords } from './locks';

describe('a cluster', () => {
  it.each([
    ['locked', { isLocked: true, unlockedUntil: null }],
    ['free', { isLocked: false, unlockedUntil: null }],
    ['unlocked', { isLocked: false, unlockedUntil: 1060 }],
    // The engine may not have said yet that the time is over.
    ['locked', { isLocked: false, unlockedUntil: 1000 }],
  ] as const)('is %s', (expected, cluster) => {
    expect(lockOf(cluster, 1000).lock).toBe(expected);
  });

  it('tells how long it stays unlocked', () => {
    expect(lockOf({ isLocked: false, unlockedUntil: 1060 }, 1000)).toEqual({ lock: 'unlocked', until: 1060, left: 60 });
  });
});

it.each([[1, '1 min'], [15, '15 min'], [60, '1 h'], [90, '90 min'], [1440, '24 h']])('%i minutes are said as %s', (minutes, words) => {
  expect(minutesWords(minutes)).toBe(words);
});

it.each([[900, '15 min'], [61, '2 min'], [60, '1 min'], [59.2, '1 min'], [58.9, '59 s'], [0.2, '1 s']])('%f seconds left are said as %s', (seconds, words) => {
  expect(leftWords(seconds)).toBe(words);
});

it('prints the hour and minute until when', () => {
  expect(untilWords(new Date(2026, 0, 1, 14, 5, 59).getTime() / 1000)).toBe('14:05');
});
