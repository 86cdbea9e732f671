import { expect, it } from 'vitest';

import { seedClusters } from '../ipc/fake/clusters';
import type { ClusterSummary, JobSummary } from '../ipc/types';
import { waitsWords } from './waits';

const [, us] = seedClusters(0) as [ClusterSummary, ClusterSummary];
const lane = { cluster: us.id, settled: 98, total: 400, outcomes: [{ outcome: 'gone', count: 97 }, { outcome: 'unknown', count: 1 }] };
const job = (change: object = {}) => ({ subject: '1,000 ConfigMaps', isSettled: false, lanes: [lane], ...change }) as unknown as JobSummary;

it('a plan that was put away goes on, and nothing has been sent', () => {
  expect(waitsWords(us, { cluster: us.id, subject: '6 Pods' }, [], 6)).toEqual(['Your plan for 6 Pods goes on after you sign in. Nothing has been sent.']);
  expect(waitsWords(us, { cluster: 'other', subject: '6 Pods' }, [], 0)).toEqual([]);
});

it('a job that is paused here goes on, and unknown outcomes are settled first', () => {
  expect(waitsWords(us, null, [job()], 0)).toEqual([
    'Your deletion of 1,000 ConfigMaps goes on here after you sign in: 98 of 400 settled.',
    '1 deletion has an unknown outcome. It is checked by its UID before anything else.',
  ]);
  expect(waitsWords({ ...us, state: 'unreachable' }, null, [job()], 0)[0]).toContain('once it answers');
});

it('a job that is over, or of another cluster, waits for nothing', () => {
  expect(waitsWords(us, null, [job({ isSettled: true }), job({ lanes: [{ ...lane, cluster: 'other' }] })], 0)).toEqual([]);
});

it('marks are kept, where nothing else is said', () => {
  expect(waitsWords(us, null, [], 7)).toEqual(['7 marked, kept as they are. Nothing has been sent.']);
  expect(waitsWords({ ...us, state: 'signedIn' }, null, [], 7)).toEqual([]);
});
