import { describe, expect, it } from 'vitest';

import type { PlanCluster, PlanSummary, PlanTarget } from '../../ipc/types';
import { plan } from './scene';
import { bandWords, deleteWords, findingLook, goneWords, riskWords, titleWords } from './words';

const staging: PlanCluster = { cluster: 'a', name: 'payments-staging-eu', tier: 'staging', isPractice: false, server: 's', namespaces: ['x'], count: 14, user: 'dev', isLocked: false };
const prod: PlanCluster = { ...staging, cluster: 'b', name: 'payments-prod-eu', tier: 'production' };
const only: PlanTarget = {
  cluster: 'a',
  kind: 'ConfigMap',
  resource: 'configmaps',
  namespace: 'ci',
  name: 'argo-params',
  uid: 'u',
  presence: 'present',
  rehearsal: 'accepted',
};

describe('the title', () => {
  const cases: [string, Partial<PlanSummary>][] = [
    ['Delete ConfigMap argo-params?', { only, total: 1, remaining: 1 }],
    ['Delete 14 Jobs in payments-staging-eu?', { clusters: [staging], kinds: [{ kind: 'Job', count: 14 }], total: 14, remaining: 14 }],
    [
      'Delete 9 of 11 objects in 2 clusters?',
      { clusters: [staging, prod], kinds: [{ kind: 'Job', count: 10 }, { kind: 'Pod', count: 1 }], total: 11, remaining: 9 },
    ],
    ['Delete ConfigMap a\\u202eb?', { only: { ...only, name: 'a\u202eb' }, total: 1, remaining: 1 }],
  ];
  it.each(cases)('is "%s"', (expected, more) => {
    expect(titleWords(plan(more))).toBe(expected);
  });
});

describe('the words', () => {
  it('name what Delete deletes', () => {
    expect(deleteWords(plan({ only, total: 1, remaining: 1 }))).toBe('Delete ConfigMap');
    expect(deleteWords(plan({ kinds: [{ kind: 'Job', count: 14 }], total: 14, remaining: 13 }))).toBe('Delete 13 Jobs');
  });

  it('say in which order clusters go', () => {
    expect(bandWords(staging, 0, 2, 'staged')).toBe('14 objects, goes first');
    expect(bandWords(staging, 0, 2, 'together')).toBe('14 objects');
    expect(bandWords({ ...staging, count: 1 }, 2, 3, 'stagedUntilFailure')).toBe('1 object, goes last');
    expect(bandWords(staging, 0, 1, 'staged')).toBe('14 objects');
  });

  it('give the reasons of the risk', () => {
    expect(riskWords(plan({ risk: 'high', reasons: ['production', 'a whole namespace'] }))).toEqual({
      level: 'High risk',
      reasons: 'production and a whole namespace',
    });
  });

  it('say that nothing is left', () => {
    expect(goneWords(plan({ kinds: [{ kind: 'Pod', count: 3 }], total: 3, remaining: 0 }))).toBe(
      'None of these 3 Pods is left. Nothing to delete.',
    );
  });

  it('keep the check mark for what is gone and for what would be accepted', () => {
    for (const kind of ['copy', 'rehearsal', 'data', 'refused', 'changed'] as const) {
      for (const tone of ['plain', 'warn', 'bad', 'asking'] as const) expect(findingLook({ kind, tone }).icon).not.toBe('check');
    }
    expect(findingLook({ kind: 'rehearsal', tone: 'good' })).toEqual({ icon: 'check', tone: 'good' });
  });
});
