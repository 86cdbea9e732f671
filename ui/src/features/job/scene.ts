/** Jobs for the tests of this folder. Never imported by the page. */
import type { JobLane, JobSummary, Outcome } from '../../ipc/types';

export function lane(outcomes: Partial<Record<Outcome, number>>, more: Partial<JobLane> = {}): JobLane {
  const counts = Object.entries(outcomes).map(([outcome, count]) => ({ outcome: outcome as Outcome, count }));
  const total = counts.reduce((sum, part) => sum + part.count, 0);
  return { cluster: 'c1', name: 'shop-prod', tier: 'production', isPractice: false, total, settled: 0, outcomes: counts, state: 'running', waitsFor: null, seconds: null, atOnce: 8, sentence: '', problem: null, ...more };
}

export function job(outcomes: Partial<Record<Outcome, number>>, more: Partial<JobSummary> = {}): JobSummary {
  const own = lane(outcomes);
  return {
    job: 'j1',
    subject: '9 Pods',
    started: '14:02:51',
    user: 'dev',
    state: 'running',
    isSettled: false,
    total: own.total,
    settled: 0,
    inFlight: 0,
    perSecond: null,
    secondsLeft: null,
    took: null,
    outcomes: own.outcomes,
    lanes: [own],
    sentence: '',
    retryable: 0,
    needsPerson: false,
    ...more,
  };
}
