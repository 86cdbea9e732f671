/** Plans for the tests of this folder. Never imported by the page. */
import type { PlanCreate, PlanSummary } from '../../ipc/types';

export const request: PlanCreate = { of: { of: 'marked' }, options: { propagation: 'background', gracePeriodSeconds: null } };
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
    asKubectl: 'kubectl delete',
    ...more,
  };
}
