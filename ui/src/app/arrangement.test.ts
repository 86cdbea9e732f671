import { describe, expect, it } from 'vitest';

import { seedClusters } from '../ipc/fake/clusters';
import { Arrangement } from './arrangement';

function made(kept: string[] = []) {
  const [a, b, c, d] = seedClusters(0).map((cluster, index) => ({ ...cluster, id: 'abcdefg'.charAt(index), care: { ...cluster.care, group: index > 1 ? 'g' : null } }));
  if (!a || !b || !c || !d) throw new Error('four clusters');
  const keeper = {
    settings: { keptClusters: kept, clusterOrder: [] as string[] },
    change(change: Partial<{ keptClusters: string[]; clusterOrder: string[] }>) {
      this.settings = { ...this.settings, ...change };
    },
  };
  const arrangement = new Arrangement(keeper, () => [a, b, c, d]);
  return { keeper, arrangement, stand: () => arrangement.groups.map(({ clusters }) => clusters.map(({ id }) => id).join('')).join(' ') };
}

describe('clusters', () => {
  it('are moved inside their group, before another or to the end', () => {
    const { arrangement, stand } = made();
    expect(stand()).toBe('ab cd');
    arrangement.move('d', 'c');
    expect(stand()).toBe('ab dc');
    arrangement.move('a', null);
    expect(stand()).toBe('ba dc');
  });

  it('are moved to no other group, and not before themselves', () => {
    const { arrangement, keeper } = made();
    arrangement.move('a', 'c');
    arrangement.move('a', 'a');
    arrangement.move('gone', null);
    expect(keeper.settings).toEqual({ keptClusters: [], clusterOrder: [] });
  });

  it('are kept at the top in the order in which that was asked for, moved there, and left', () => {
    const { arrangement, stand } = made();
    arrangement.toggleKept('d');
    arrangement.toggleKept('a');
    expect([stand(), arrangement.isKept('d'), arrangement.isKept('b')]).toEqual(['da b c', true, false]);
    arrangement.move('a', 'd');
    expect(stand()).toBe('ad b c');
    arrangement.toggleKept('d');
    expect(stand()).toBe('a b cd');
  });
});
