/** Plans for the tests of this folder. Never imported by the page. */
import type { PlanCreate, PlanSummary } from '../../ipc/types';
import { STANDARD_OPTIONS } from '../../shared/options';

export const request: PlanCreate = { of: { of: 'marked', part: 'all' }, options: STANDARD_OPTIONS };
export function plan(more: Partial<PlanSummary> = {}): PlanSummary {
  return {
    plan: 'p1',
    digest: 'd1',
    clusters: [],
    total: 2,
    remaining: 2,
    kinds: [{ kind: 'Pod', count: 2 }],
    only: null,
    options: request.options,
    risk: 'low',
    reasons: [],
    proof: { proof: 'click' },
    findings: [],
    progress: { done: 2, total: 2, words: '2 of 2 rehearsed' },
    isReady: true,
    rehearsed: 'Rehearsed at 14:03:12 as dev.',
    ...more,
  };
}
