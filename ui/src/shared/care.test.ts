import { describe, expect, it, vi } from 'vitest';

import { createFake } from '../ipc/fake';
import type { ClusterSummary } from '../ipc/types';
import { announcer } from './announcer.svelte';
import { Care } from './care.svelte';

const id = 'c-ci-runners-dev';

function begin() {
  const fake = createFake('list');
  const changed: ClusterSummary[] = [];
  const care = new Care(fake, (cluster) => changed.push(cluster));
  return { fake, care, changed, cluster: () => fake.world.cluster(id) };
}

describe('a choice', () => {
  it('changes its part and leaves the others', async () => {
    const { care, cluster, changed } = begin();
    expect(await care.choose(cluster(), { group: 'build' })).toBeNull();
    expect(cluster().care).toEqual({ tier: 'development', isTierAsked: true, readOnly: null, color: null, letters: null, group: 'build' });
    expect(changed.at(-1)?.care.group).toBe('build');
  });

  it('builds on the one before it, also when that is not answered yet', async () => {
    const { care, cluster } = begin();
    const shown = cluster();
    await Promise.all([care.choose(shown, { letters: 'CI' }), care.choose(shown, { color: 3 }), care.choose(shown, { group: 'x' })]);
    expect(cluster().care).toMatchObject({ letters: 'CI', color: 3, group: 'x' });
  });

  it('that fails takes nothing with it: the next one builds on what was kept', async () => {
    const { fake, care, cluster } = begin();
    const shown = cluster();
    vi.spyOn(fake, 'clusterCare').mockRejectedValueOnce({ code: 'storageFailed', message: 'disk full' });
    const [first, second] = await Promise.all([care.choose(shown, { letters: 'CI' }), care.choose(shown, { color: 3 })]);
    expect([first?.code, second]).toEqual(['storageFailed', null]);
    expect(cluster().care).toMatchObject({ letters: null, color: 3 });
  });

  it('of a tier answers the question about it, also when it stays unknown, and is said aloud', async () => {
    const { fake, care } = begin();
    const scratch = () => fake.world.cluster('c-kind-scratch');
    await care.choose(scratch(), { tier: 'unknown' });
    expect(scratch().care.isTierAsked).toBe(true);
    expect(announcer.politeText).toBe('kind-scratch is unknown tier now');
  });

  it('after a change by somebody else builds on that', async () => {
    const { fake, care, cluster } = begin();
    await care.choose(cluster(), { letters: 'CI' });
    await fake.clusterCare(id, { ...cluster().care, letters: 'ZZ' });
    await care.choose(cluster(), { color: 1 });
    expect(cluster().care).toMatchObject({ letters: 'ZZ', color: 1 });
  });
});

describe('unlocking', () => {
  it('is said with its end, and locking again too', async () => {
    vi.useFakeTimers();
    const { fake, care, changed } = begin();
    fake.world.setCluster(id, { isLocked: true, care: { ...fake.world.cluster(id).care, readOnly: true } });
    expect(await care.unlock(fake.world.cluster(id))).toBeNull();
    expect(announcer.politeText).toMatch(/^ci-runners-dev is unlocked until \d\d:\d\d$/);
    expect(changed.at(-1)?.isLocked).toBe(false);
    expect(await care.lock(fake.world.cluster(id))).toBeNull();
    expect(changed.at(-1)?.isLocked).toBe(true);
    vi.useRealTimers();
  });

  it('that fails answers why', async () => {
    const { fake, care, changed } = begin();
    const problem = await care.unlock(fake.world.cluster('c-payments-prod-us'));
    expect([problem?.code, changed]).toEqual(['signInRequired', []]);
  });
});
