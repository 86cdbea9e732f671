import { expect, it } from 'vitest';

import type { ApiError, ClusterSummary, ViewHint } from '../../ipc/types';
import { allMarkedWords, countWords, readingNames } from './words';

const hint: ViewHint = { view: 'v1', version: 1, total: 20, unfiltered: 48_312, marked: 0, markable: 20, awaited: 0, liveness: { phase: 'live' } };
const reading = { ...hint, liveness: { phase: 'reading', read: 12_400, about: 48_000 } } as const;

it('counts what is there, what matches, and what is still read from where', () => {
  expect(countWords(hint, false, [])).toBe('48,312');
  expect(countWords(hint, true, [])).toBe('20 of 48,312 match');
  expect(countWords(reading, false, ['payments-prod-eu'])).toBe('12,400 of about 48,000. Still reading payments-prod-eu');
  expect(countWords(reading, true, ['a', 'b'])).toBe('12,400 of about 48,000, 20 match. Still reading a and b');
});

it('never shows a list as complete that was not read to its end', () => {
  const error = { code: 'unreachable', message: 'x' } as ApiError;
  const stale = (isPartial: boolean): ViewHint => ({ ...hint, liveness: { phase: 'stale', asOf: 0, error, isPartial } });
  expect(countWords(stale(false), false, [])).toBe('48,312');
  expect(countWords(stale(true), false, [])).toBe('Incomplete: 48,312 of an unknown number');
  expect(countWords(stale(true), true, [])).toBe('Incomplete: 48,312 of an unknown number, 20 match');
});

it('names the clusters that are still read', () => {
  const clusters = ['a', 'b', 'c'].map((id) => ({ id, name: `of-${id}` }) as ClusterSummary);
  const parts = [
    { cluster: 'a', rows: 1, liveness: { phase: 'live' } as const, remark: null },
    { cluster: 'b', rows: 1, liveness: { phase: 'reading', read: 1, about: null } as const, remark: null },
  ];
  expect(readingNames(clusters, parts)).toEqual(['of-b', 'of-c']);
});

it('says that all that match are marked where that is more than is on screen', () => {
  const all = { ...hint, total: 48_312, marked: 48_312, markable: 48_312 };
  expect(allMarkedWords(all, 90)).toBe('All 48,312 that match are marked');
  expect(allMarkedWords(all, 48_312)).toBeNull();
  expect(allMarkedWords({ ...all, marked: 5 }, 90)).toBeNull();
  expect(allMarkedWords({ ...all, awaited: 1 }, 90)).toBeNull();
  expect(allMarkedWords({ ...all, marked: 40_000, markable: 40_000 }, 90)).toBe('40,000 of 48,312 that match are marked, all that can be');
});
