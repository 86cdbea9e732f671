import { expect, it } from 'vitest';

import type { SortBy, ViewWindow, WindowRow } from '../../ipc/types';
import { pod } from '../../shared/view/scripted';
import { isRowOf, whyMissing, type Missing } from './missing';

type Case = { rows: WindowRow[]; start?: number; total?: number; sort?: SortBy };

function check({ rows, start = 10, total = 50, sort }: Case, expected: Missing): void {
  const hint = { view: 'v', version: 1, total, unfiltered: total, marked: 0, markable: 0, awaited: 0, liveness: { phase: 'live' } as const };
  const window: ViewWindow = { hint, columns: [], hiddenColumns: [], parts: [], start, rows, agesChangeIn: null, warnings: [] };
  expect(whyMissing(pod('m'), window, { sort: sort ?? null, scope: { scope: 'all' } })).toBe(expected);
}

it('is gone between its neighbours', () => check({ rows: [pod('a'), pod('z')] }, 'gone'));
it('may be before the first row', () => check({ rows: [pod('n'), pod('z')] }, 'unseen'));
it('may be after the last row', () => check({ rows: [pod('a'), pod('c')] }, 'unseen'));
it('is gone before the first row of all', () => check({ rows: [pod('n'), pod('z')], start: 0 }, 'gone'));
it('is gone after the last row of all', () => check({ rows: [pod('a'), pod('c')], start: 48 }, 'gone'));
it('is gone between the rows of other namespaces', () => check({ rows: [pod('z', { namespace: 'a' }), pod('a', { namespace: 'z' })] }, 'gone'));
it('comes after a namespace that begins with its own', () => check({ rows: [pod('z', { namespace: 'sho' }), pod('a', { namespace: 'shop-eu' })] }, 'unseen'));
it('may be anywhere in an order that its changes change', () => check({ rows: [pod('a'), pod('z')], sort: { column: 'status', direction: 'ascending' } }, 'unseen'));
it('may be anywhere among rows in another order', () => check({ rows: [pod('a'), pod('z'), pod('b')] }, 'unseen'));
it('may be anywhere where no rows are here', () => check({ rows: [] }, 'unseen'));
it('is gone from a list of none', () => check({ rows: [], start: 0, total: 0 }, 'gone'));
it('was replaced where its namesake is here', () => check({ rows: [pod('z'), pod('m', { id: { cluster: 'c1', uid: 'x' } })] }, 'replaced'));

const inCluster = (name: string, cluster: string) => pod(name, { id: { cluster, uid: `uid-${name}-${cluster}` }, cells: [cluster, name, 'Running', '2h'] });
const ofTwo: Pick<ViewWindow, 'columns' | 'parts'> = {
  columns: [{ id: 'secateur/Cluster', name: 'Cluster', description: '', kind: 'cluster', isWide: false }],
  parts: ['c1', 'c2'].map((cluster) => ({ cluster, rows: 1, liveness: { phase: 'live' } as const, remark: null })),
};

it('is not replaced by its namesake in another cluster', () => {
  const rows = [inCluster('m', 'c2'), pod('z')];
  const hint = { view: 'v', version: 1, total: 2, unfiltered: 2, marked: 0, markable: 2, awaited: 0, liveness: { phase: 'live' } as const };
  const window: ViewWindow = { ...ofTwo, hint, hiddenColumns: [], start: 0, rows, agesChangeIn: null, warnings: [] };
  expect(whyMissing(inCluster('m', 'c1'), window, { sort: null, scope: { scope: 'all' } })).toBe('gone');
  // Of a cluster that is not live nothing is known.
  const parts = ofTwo.parts.map((part) => (part.cluster === 'c1' ? { ...part, liveness: { phase: 'opening' } as const } : part));
  expect(whyMissing(inCluster('m', 'c1'), { ...window, parts }, { sort: null, scope: { scope: 'all' } })).toBe('unseen');
});

it('without a UID is its namesake’s row in its own cluster alone', () => {
  const awaited = { ...inCluster('m', 'c1'), id: null };
  expect(isRowOf(inCluster('m', 'c1'), awaited, ofTwo)).toBe(true);
  expect(isRowOf(inCluster('m', 'c2'), awaited, ofTwo)).toBe(false);
});
