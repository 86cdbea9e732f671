import { describe, expect, it, vi } from 'vitest';

import { seedClusters, seedKinds } from '../../ipc/fake/clusters';
import type { ClusterSummary, KindRef } from '../../ipc/types';
import { KindCounts } from './counts.svelte';

const [eu, us, staging] = seedClusters(0) as [ClusterSummary, ClusterSummary, ClusterSummary];
const [pods, configMaps] = seedKinds() as [ReturnType<typeof seedKinds>[0], ReturnType<typeof seedKinds>[0]];

function made(answer: (cluster: string, kind: KindRef) => Promise<number | null> = () => Promise.resolve(7)) {
  let time = 0;
  const kindCount = vi.fn(answer);
  const counts = new KindCounts({ kindCount }, () => time);
  return { counts, kindCount, later: (ms: number) => (time += ms) };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('kinds', () => {
  it('are counted where they were looked at, and nowhere else', async () => {
    const { counts, kindCount } = made();
    counts.visit(eu, pods);
    counts.refresh(eu, null);
    expect(counts.of(eu, pods)).toEqual({ is: 'counting' });
    await settled();
    expect([counts.of(eu, pods), counts.of(eu, configMaps), counts.of(staging, pods)]).toEqual([{ is: 'counted', count: 7 }, null, null]);
    counts.refresh(staging, null);
    expect(kindCount.mock.calls).toEqual([[eu.id, pods.kind]]);
  });

  it('are counted again when the count is older than half a minute, and keep it until then', async () => {
    const { counts, kindCount, later } = made();
    counts.visit(eu, pods);
    counts.refresh(eu, null);
    counts.refresh(eu, null);
    await settled();
    later(30_000);
    counts.refresh(eu, null);
    expect(kindCount).toHaveBeenCalledOnce();
    later(1);
    counts.visit(eu, pods);
    counts.refresh(eu, null);
    expect([kindCount.mock.calls.length, counts.of(eu, pods)]).toEqual([2, { is: 'counted', count: 7 }]);
  });

  it('whose list on screen knows its number are not asked for', async () => {
    const { counts, kindCount } = made();
    counts.visit(eu, pods);
    counts.visit(eu, configMaps);
    counts.refresh(eu, pods);
    await settled();
    expect(kindCount.mock.calls).toEqual([[eu.id, configMaps.kind]]);
  });

  it('of a cluster that is not signed in are not asked for', () => {
    const { counts, kindCount } = made();
    counts.visit(us, pods);
    counts.refresh(us, null);
    expect(kindCount).not.toHaveBeenCalled();
  });

  it('that may not be listed say so', async () => {
    const { counts } = made(() => Promise.reject({ code: 'refused', message: 'viewer may not list pods' }));
    counts.visit(eu, pods);
    counts.refresh(eu, null);
    await settled();
    expect(counts.of(eu, pods)).toEqual({ is: 'refused', why: 'viewer may not list pods' });
  });

  it.each([
    ['the server does not say', () => Promise.resolve(null)],
    ['nothing answers', () => Promise.reject({ code: 'timeout', message: 'no answer' })],
  ])('have no count where %s', async (_, answer) => {
    const { counts } = made(answer);
    counts.visit(eu, pods);
    counts.refresh(eu, null);
    await settled();
    expect(counts.of(eu, pods)).toBeNull();
  });
});
