import { describe, expect, it, vi } from 'vitest';

import { toApiError } from '../../ipc/backend';
import type { ClusterSummary, Column, KindSummary, Liveness, NamespaceScope, ViewWindow, WindowRow } from '../../ipc/types';
import { pods as podKind } from '../../shared/place.svelte';
import { pod, podColumns, scripted } from '../../shared/view/scripted';
import { DetailsController } from './details.svelte';
import { standingWords } from './words';

const cluster = { id: 'c1', name: 'shop-dev', tier: 'development', clockOffset: 100 } as ClusterSummary;
const configMaps: KindSummary = { ...podKind, kind: { group: '', version: 'v1', plural: 'configmaps' }, name: 'ConfigMap' };
const all: NamespaceScope = { scope: 'all' };

type Told = { liveness?: Liveness; total?: number; unfiltered?: number; start?: number; columns?: Column[] };

/** A list of rows beside the panel. */
function scene() {
  const clock = { seconds: 1000 };
  const script = scripted([]);
  const onshow = vi.fn();
  const details = new DetailsController(script.backend, onshow, () => clock.seconds);
  let view: string | null = 'v1';

  function tell(rows: WindowRow[], told: Told = {}, scope: NamespaceScope = all, kind = podKind): void {
    const { liveness = { phase: 'live' }, start = 0, columns = podColumns } = told;
    const total = told.total ?? rows.length;
    const hint = { view: 'v1', version: 1, total, unfiltered: told.unfiltered ?? total, marked: 0, markable: 0, awaited: 0, liveness };
    details.saw({ source: { clusters: [cluster], kind, scope }, view, hint, parts: [], error: null });
    const window: ViewWindow = { hint, columns, hiddenColumns: [], parts: [], start, rows, agesChangeIn: null, warnings: [] };
    if (view !== null) details.took(window, null);
  }
  function closeList(): void {
    view = null;
    details.saw({ source: { clusters: [cluster], kind: podKind, scope: all }, view, hint: null, parts: [], error: null });
  }
  return { details, script, onshow, clock, tell, closeList };
}

/** The panel with one of three Pods. */
function opened(row = pod('b')) {
  const at = scene();
  at.tell([pod('a'), row, pod('c')]);
  at.details.open(row);
  return at;
}

const plan = (name: string) => ({ of: 'row', view: 'v1', row: { cluster: 'c1', uid: `uid-${name}` } });

describe('the object in the panel', () => {
  it('is the one that was opened, and the panel takes the place beside the list', () => {
    const { details, onshow } = opened();
    expect(onshow).toHaveBeenCalledTimes(1);
    expect(details.isOpen).toBe(true);
    expect(details.shown?.row.name).toBe('b');
    expect(details.standing).toEqual({ is: 'live' });
    expect(details.planOf()).toEqual(plan('b'));
  });

  it('is replaced by the row that the person goes to, and by nothing while the panel is closed', () => {
    const { details } = opened();
    details.follow(pod('c'));
    expect(details.planOf()).toEqual(plan('c'));
    details.close();
    details.follow(pod('a'));
    expect([details.isOpen, details.shown, details.planOf()]).toEqual([false, null, null]);
  });

  it('follows its object: other cells, other columns, another place', () => {
    const { details, tell } = opened();
    const wide: Column[] = [...podColumns, { id: 'ip', name: 'IP', description: '', kind: 'text', isWide: true }];
    tell([pod('b', { cells: ['b', 'Failed', '3h', '10.0.0.7'] }), pod('a'), pod('c')], { columns: wide });
    expect(details.shown?.row.cells).toEqual(['b', 'Failed', '3h', '10.0.0.7']);
    expect(details.shown?.columns).toEqual(wide);
  });

  it('is awaited where its row is not read yet, and nothing of the one before is left to act on', () => {
    const { details } = opened();
    details.follow(null);
    expect(details.standing).toEqual({ is: 'unread' });
    expect([details.shown, details.planOf(), details.whyNotPlanned]).toEqual([null, null, 'it is not read yet']);
    details.follow(pod('c'));
    expect(details.planOf()).toEqual(plan('c'));
  });

  it('is awaited no longer when the list starts again', () => {
    const { details } = opened();
    details.reset();
    expect(details.isOpen).toBe(true);
    details.follow(null);
    details.reset();
    expect(details.isOpen).toBe(false);
  });

  it('leaves with the list of its kind', () => {
    const { details, tell } = opened();
    tell([], {}, all, configMaps);
    expect(details.isOpen).toBe(false);
  });
});

describe('an object that is going', () => {
  it('says since when, where that was seen', () => {
    const { details, tell, clock } = opened();
    clock.seconds = 1007;
    tell([pod('b', { state: 'terminating' })]);
    clock.seconds = 1009;
    tell([pod('b', { state: 'terminating' })]);
    expect(details.standing).toEqual({ is: 'terminating', since: 1107 });
    expect(details.planOf()).toEqual(plan('b'));
  });

  it('says no time where it was going before', () => {
    const { details } = opened(pod('b', { state: 'terminating' }));
    expect(details.standing).toEqual({ is: 'terminating', since: null });
  });
});

describe('an object that is not among the rows', () => {
  it('is gone where the whole list is here and nothing is filtered out, keeps its facts and cannot be planned', () => {
    const { details, tell, clock } = opened();
    clock.seconds = 1050;
    tell([pod('a'), pod('c')]);
    expect(details.standing).toEqual({ is: 'gone', since: 1150 });
    expect(details.shown?.row.cells).toEqual(['b', 'Running', '2h']);
    expect([details.planOf(), details.whyNotPlanned, details.whyNotMarked]).toEqual([null, 'it is gone', 'it is gone']);
    clock.seconds = 1060;
    tell([pod('y')], { start: 40, total: 90 });
    expect(details.standing).toEqual({ is: 'gone', since: 1150 });
  });

  it('is gone where the rows around its place are here', () => {
    const { details, tell } = opened();
    tell([pod('a'), pod('c')], { start: 40, total: 90 });
    expect(details.standing.is).toBe('gone');
  });

  it('is merely out of sight where its place is elsewhere, and can still be planned', () => {
    const { details, tell } = opened();
    tell([pod('x'), pod('y')], { start: 40, total: 90 });
    expect(details.standing).toEqual({ is: 'unseen', at: 1100 });
    expect(details.planOf()).toEqual(plan('b'));
    expect(details.whyNotMarked).toBe('not among the rows that are read now');
  });

  it('is not called gone where the filter may hide it', () => {
    const { details, tell } = opened();
    tell([pod('a')], { unfiltered: 3 });
    expect(details.standing.is).toBe('left');
    expect(details.whyNotPlanned).toBe('it is no longer in this list');
    tell([pod('a'), pod('b'), pod('c')]);
    expect(details.standing).toEqual({ is: 'live' });
  });

  it('is not called gone where its namespace is not listed', () => {
    const { details, tell } = opened();
    tell([pod('a', { namespace: 'ledger' })], {}, { scope: 'only', names: ['ledger'] });
    expect(details.standing.is).toBe('outside');
    expect(details.planOf()).toBeNull();
  });

  it('is not called gone while the list is being read, nor once it is closed', () => {
    const { details, tell, closeList } = opened();
    tell([pod('a')], { liveness: { phase: 'reading', read: 1, about: null } });
    expect(details.standing.is).toBe('unseen');
    closeList();
    expect(details.standing.is).toBe('unseen');
    expect(details.whyNotPlanned).toBe('the list is not read now');
  });

  it('was replaced where a namesake has another UID, which is not planned in its place', () => {
    const { details, tell } = opened();
    tell([pod('a'), pod('b', { id: { cluster: 'c1', uid: 'another' } })]);
    expect(details.standing.is).toBe('replaced');
    expect(details.planOf()).toBeNull();
    expect(details.shown?.row.id?.uid).toBe('uid-b');
  });

  it('was struck through already when it was opened', () => {
    const { details, tell } = scene();
    tell([pod('y')], { start: 40, total: 90 });
    details.open(pod('b', { state: 'gone' }));
    expect(details.standing.is).toBe('left');
  });
});

describe('a row that cannot be marked', () => {
  it('without a UID is followed by its name, and gets its UID when that is read', () => {
    const { details, tell } = opened(pod('b', { id: null, state: 'incomplete' }));
    expect(details.standing).toEqual({ is: 'incomplete' });
    expect(details.whyNotPlanned).toBe('it has no UID');
    tell([pod('y')], { start: 40, total: 90 });
    expect([details.standing.is, details.whyNotPlanned]).toEqual(['unseen', 'it has no UID']);
    tell([pod('a'), pod('b')]);
    expect(details.planOf()).toEqual(plan('b'));
  });

  it('that is stale says as of when', () => {
    const { details, tell } = opened();
    tell([pod('b', { state: 'stale' })], { liveness: { phase: 'stale', asOf: 1042, error: toApiError(new Error('unreachable')), isPartial: false } });
    expect(details.standing).toEqual({ is: 'stale', at: 1042 });
    expect([details.planOf(), details.whyNotPlanned]).toEqual([null, 'it is not live']);
  });
});

describe('its mark', () => {
  it('is made and taken off through the list', async () => {
    const { details, script, tell } = opened();
    await details.mark();
    tell([pod('b', { isMarked: true })]);
    await details.mark();
    const rows = [{ cluster: 'c1', uid: 'uid-b' }];
    expect(script.calls.selectionChange.mock.calls).toEqual([['v1', { change: 'mark', rows }], ['v1', { change: 'unmark', rows }]]);
  });

  it('that was not changed says why, and not of another object', async () => {
    const { details, script } = opened();
    script.calls.selectionChange.mockRejectedValueOnce(new Error('no'));
    await details.mark();
    expect(details.problem?.message).toBe('no');
    details.follow(pod('a'));
    expect(details.problem).toBeNull();
  });
});

describe('the words', () => {
  const at = { isListLive: true };
  it('are none where the facts say it, and never say gone of what may be hidden', () => {
    expect(standingWords({ is: 'live' }, at)).toBeNull();
    expect(standingWords({ is: 'gone', since: 0 }, at)?.title).toMatch(/^Gone since \d\d:\d\d:\d\d\.$/);
    expect(standingWords({ is: 'left', since: 0 }, at)?.title).toMatch(/^Not in this list since/);
    expect(standingWords({ is: 'awaited' }, at)?.title).toBe('Its UID is still being read.');
    expect(standingWords({ is: 'incomplete' }, at)?.title).toBe('Incomplete, no UID.');
  });
});
