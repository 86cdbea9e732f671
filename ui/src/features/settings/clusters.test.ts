import { describe, expect, it } from 'vitest';

import { fleet } from '../../ipc/fake/fleet';
import { seedClusters } from '../../ipc/fake/clusters';
import { ClustersTable, sorted, split } from './clusters.svelte';
import { SettingsState } from './page.svelte';

const seeds = seedClusters(0);
const names = (table: ClustersTable) => table.rows.map(({ name }) => name);

function table(clusters = seeds): ClustersTable {
  return new ClustersTable(() => clusters);
}

describe('the rows', () => {
  it.each([
    ['PAYMENTS-', ['payments-prod-eu', 'payments-prod-us', 'payments-staging-eu']],
    ['127.0.0.1', ['kind-scratch']],
    ['edge.yaml', ['edge-prod-fra1']],
    ['  ', seeds.map(({ name }) => name).sort()],
  ])('are found by %s', (search, expected) => {
    const found = table();
    found.search = search;
    expect(names(found)).toEqual(expected);
  });

  it('are found by their group, and filtered by tier and group', () => {
    const found = table(fleet(seeds));
    found.search = 'payments';
    found.tier = 'production';
    expect(names(found)).toEqual(['payments-prod-eu', 'payments-prod-us']);
    found.clearFilters();
    found.group = { of: 'none' };
    expect(found.rows.every(({ care }) => care.group === null)).toBe(true);
    found.group = { of: 'group', name: 'build' };
    expect(names(found)).toEqual(['ci-runners-dev']);
  });

  it.each([
    ['name', false, ['ci-runners-dev', 'edge-prod-fra1', 'kind-scratch']],
    ['name', true, ['payments-staging-eu', 'payments-prod-us', 'payments-prod-eu']],
    // Equal ones stay in the order of their names, whichever way the column goes.
    ['tier', false, ['edge-prod-fra1', 'payments-prod-eu', 'payments-prod-us']],
    ['tier', true, ['kind-scratch', 'ci-runners-dev', 'ml-platform-dev']],
    ['source', true, ['edge-prod-fra1', 'ci-runners-dev', 'kind-scratch']],
    ['state', false, ['payments-prod-us', 'kind-scratch', 'ci-runners-dev']],
    ['writes', true, ['edge-prod-fra1', 'payments-prod-us', 'ci-runners-dev']],
  ] as const)('ordered by %s, descending %s, begin with %s', (by, isDescending, first) => {
    expect(sorted(seeds, { by, isDescending }).slice(0, 3).map(({ name }) => name)).toEqual(first);
  });

  it('without a group come after those with one', () => {
    const rows = sorted(fleet(seeds), { by: 'group', isDescending: false });
    expect([rows[0]?.care.group, rows.at(-1)?.care.group]).toEqual(['build', null]);
  });

  it('turn round when their heading is pressed again', () => {
    const pressed = table();
    pressed.sortBy('tier');
    expect(pressed.order).toEqual({ by: 'tier', isDescending: false });
    pressed.sortBy('tier');
    expect(pressed.order).toEqual({ by: 'tier', isDescending: true });
  });
});

describe('checks', () => {
  it('go from the last one on with Shift', () => {
    const checked = table();
    const [first, , third] = checked.rows;
    checked.toggle(first?.id ?? '', false);
    checked.toggle(third?.id ?? '', true);
    expect(checked.checkedClusters).toHaveLength(3);
    expect(checked.headCheck).toBe('mixed');
  });

  it('of all are those that are shown, and stay when a filter hides them, which is said', () => {
    const checked = table();
    checked.search = 'payments';
    checked.toggleAll();
    expect([checked.headCheck, checked.checked.size]).toEqual(['on', 3]);
    checked.search = 'edge';
    expect([checked.headCheck, checked.hiddenChecked]).toEqual(['off', 3]);
    checked.toggleAll();
    expect(checked.checked.size).toBe(4);
    checked.toggleAll();
    expect(checked.checked.size).toBe(3);
    checked.uncheck();
    expect(checked.checked.size).toBe(0);
  });

  it('are not of clusters that are no longer there', () => {
    const checked = table(seeds.slice(0, 3));
    checked.toggle('c-kind-scratch', false);
    expect(checked.checkedClusters).toEqual([]);
  });

  it('tell which can be given a tier', () => {
    const { known, never } = split(seeds);
    expect([known.length, never.map(({ name }) => name)]).toEqual([6, ['kind-scratch']]);
  });
});

describe('the keyboard’s row', () => {
  it('stays inside the table and takes the panel along where it is open', () => {
    const moved = table();
    moved.moveTo(-3);
    expect([moved.current, moved.shown]).toEqual(['c-ci-runners-dev', null]);
    moved.show('c-ci-runners-dev');
    moved.moveTo(99);
    expect([moved.current, moved.shown]).toEqual(['c-payments-staging-eu', 'c-payments-staging-eu']);
  });
});

describe('the page', () => {
  it('at one cluster shows it whatever tab and filter were there', () => {
    const page = new SettingsState(() => seeds);
    page.tab = 'keyboard';
    page.clusters.search = 'edge';
    page.showCluster('c-kind-scratch');
    expect([page.tab, page.clusters.search, page.clusters.shownCluster?.name]).toEqual(['clusters', '', 'kind-scratch']);
  });

  it('closes the panel before itself', () => {
    const page = new SettingsState(() => seeds);
    expect(page.escape()).toBe(false);
    page.showCluster('c-kind-scratch');
    expect([page.escape(), page.clusters.shown, page.escape()]).toEqual([true, null, false]);
  });
});
