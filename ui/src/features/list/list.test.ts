import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { PLAIN } from '../../shared/looks.svelte';
import { pod, pods, settle } from '../../shared/view/scripted';
import { NO_QUERY } from '../../shared/view/view.svelte';
import { STILL_MS } from './freeze.svelte';
import { cluster, idOf, podKind, scene } from './scene';

const names = (list: { shown: { rows: readonly { name: string }[] } }) => list.shown.rows.map((row) => row.name);

describe('a list', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('keeps rows at their places while the pointer moves over them', async () => {
    const { script, list } = await scene([pod('a'), pod('b'), pod('c')]);
    list.freeze.moved();
    script.change([pod('new'), pod('a'), pod('c')]);
    await settle();
    expect(names(list)).toEqual(['a', 'b', 'c']);
    expect(list.rowAt(1)?.state).toBe('gone');
    expect(list.newWaiting).toBe(1);
    expect(list.shownTotal).toBe(3);
  });

  it('shows what is so two seconds after the last move', async () => {
    const { script, list } = await scene([pod('a'), pod('b')]);
    list.freeze.moved();
    script.change([pod('new'), pod('b')]);
    await settle();
    vi.advanceTimersByTime(1_500);
    list.freeze.moved();
    vi.advanceTimersByTime(STILL_MS - 1);
    expect(names(list)).toEqual(['a', 'b']);
    vi.advanceTimersByTime(1);
    expect(names(list)).toEqual(['new', 'b']);
    expect(list.newWaiting).toBe(0);
  });

  it('thaws when the pointer leaves, but not under an open menu', async () => {
    const { script, list } = await scene([pod('a')]);
    list.freeze.moved();
    list.freeze.hold();
    script.change([pod('b')]);
    await settle();
    list.freeze.left();
    expect(names(list)).toEqual(['a']);
    list.freeze.release();
    expect(names(list)).toEqual(['b']);
  });

  it('still shows changed cells and marks at the places that are held', async () => {
    const { script, list } = await scene([pod('a'), pod('b')]);
    list.freeze.moved();
    script.change([pod('b'), pod('a', { isMarked: true, cells: ['a', 'Failed', '2h'] })]);
    await settle();
    expect(names(list)).toEqual(['a', 'b']);
    expect(list.rowAt(0)).toMatchObject({ isMarked: true, cells: ['a', 'Failed', '2h'] });
  });

  it('gives the person what they asked for also under the pointer: another order shows at once', async () => {
    const { script, list } = await scene([pod('a'), pod('b')]);
    list.freeze.moved();
    script.state.rows = [pod('b'), pod('a')];
    list.sortBy('age');
    await settle();
    expect(names(list)).toEqual(['b', 'a']);
  });

  it('moves the scroll offset with the rows when a scroll leaves what was held', async () => {
    const { script, list } = await scene(pods(400));
    const onshift = vi.fn();
    list.onshift = onshift;
    list.show(100, 20);
    await settle();
    list.freeze.moved();
    script.change([pod('x'), pod('y'), ...pods(400)]);
    await settle();
    expect(list.rowAt(100)?.name).toBe('pod-100');
    list.show(118, 20);
    await settle();
    list.show(130, 20);
    await settle();
    expect(onshift).toHaveBeenCalledWith(2);
  });

  it('asks the backend at every key, one query at a time and of those that wait only the newest', async () => {
    const { script, list } = await scene(pods(3));
    for (const typed of ['a', 'ab', 'abc']) list.filter.setTyped(typed);
    await settle();
    expect(script.calls.viewQuery.mock.calls.map((call) => (call as unknown[])[1])).toEqual([
      { ...NO_QUERY, text: 'abc' },
    ]);
  });

  it('sorts the other way round at the second click', async () => {
    const { script, list } = await scene(pods(3));
    list.sortBy('age');
    list.sortBy('age');
    await settle();
    expect(script.calls.viewQuery).toHaveBeenLastCalledWith('v1', expect.objectContaining({ sort: { column: 'age', direction: 'descending' } }), 40);
  });

  it('remembers what the backend took of the order and the columns, and of nothing else', async () => {
    const { script, list, looks } = await scene(pods(3));
    list.sortBy('age');
    list.filter.setTyped('x');
    await settle();
    expect(looks.of(podKind.kind)).toEqual({ ...PLAIN, sort: { column: 'age', direction: 'ascending' } });
    script.calls.viewQuery.mockRejectedValueOnce({ code: 'invalidRequest', message: 'no such column' });
    list.addLabel('app');
    await settle();
    expect(looks.of(podKind.kind).columns).toEqual(PLAIN.columns);
    expect(list.problem?.title).toBe('The list stays as it was.');
    list.resetColumns();
    await settle();
    expect(looks.isPlain(podKind.kind)).toBe(true);
    expect(list.view.query.sort).toBeNull();
  });

  it('marks a range by its ends, but names the rows one by one while they are held in place', async () => {
    const { script, list, changes } = await scene([pod('a'), pod('b'), pod('c')]);
    await list.markBetween({ index: 0, id: idOf('a') }, { index: 2, id: idOf('c') });
    expect(changes()).toEqual([{ change: 'markRange', from: idOf('a'), to: idOf('c') }]);
    list.freeze.moved();
    script.change([pod('a'), pod('unseen'), pod('c')]);
    await settle();
    await list.markBetween({ index: 0, id: idOf('a') }, { index: 2, id: idOf('c') });
    expect(changes()[1]).toEqual({ change: 'mark', rows: [idOf('a'), idOf('c')] });
  });

  it('marks all from an empty or mixed head check and takes all off from a full one', async () => {
    const { script, list, changes } = await scene([pod('a', { isMarked: true }), pod('b')]);
    expect(list.headCheck).toBe('mixed');
    await list.markAllOrNone();
    script.change([pod('a', { isMarked: true }), pod('b', { isMarked: true })]);
    await settle();
    expect(list.headCheck).toBe('on');
    await list.markAllOrNone();
    expect(changes()).toEqual([{ change: 'markAll' }, { change: 'unmarkAll' }]);
  });

  it('says how far it is while all that match are marked, and stops without touching a mark', async () => {
    const { script, list, changes } = await scene(pods(400));
    script.state.awaited = 150;
    script.change();
    await settle();
    let end: () => void = () => undefined;
    script.calls.selectionChange.mockReturnValueOnce(new Promise((resolve) => (end = () => resolve({ total: 0, kinds: [], clusters: [] }))));
    const marking = list.mark({ change: 'markAll' });
    expect(list.marking).toBe(400);
    expect(list.headCheck).toBe('off');
    await list.stopMarking();
    expect(list.marking).toBeNull();
    end();
    await marking;
    expect(changes()).toEqual([{ change: 'markAll' }, { change: 'unmark', rows: [] }]);
  });

  it('says nothing of a change of marks that another one took the place of', async () => {
    const { script, list } = await scene(pods(2));
    let fail: (error: unknown) => void = () => undefined;
    script.calls.selectionChange.mockReturnValueOnce(new Promise((_, reject) => (fail = reject)));
    const marking = list.mark({ change: 'markAll' });
    await list.mark({ change: 'unmark', rows: [] });
    fail({ code: 'busy', message: 'another change came' });
    await marking;
    expect(list.problem).toBeNull();
  });

  it('is marked in all only when nothing is awaited any more', async () => {
    const { script, list } = await scene([pod('a', { isMarked: true })]);
    expect(list.headCheck).toBe('on');
    script.state.awaited = 1;
    script.change();
    await settle();
    expect(list.headCheck).toBe('mixed');
  });

  it('says why marks were not changed', async () => {
    const { script, list } = await scene(pods(2));
    script.calls.selectionChange.mockRejectedValueOnce({ code: 'busy', message: 'still reading' });
    await list.mark({ change: 'markAll' });
    expect(list.problem?.error.code).toBe('busy');
  });

  it('opens the same list once and another one in its place', async () => {
    const { script, list } = await scene(pods(2));
    list.open({ clusters: [{ ...cluster }], kind: podKind, scope: { scope: 'all' } });
    expect(script.calls.viewOpen).toHaveBeenCalledTimes(1);
    list.open({ clusters: [cluster], kind: podKind, scope: { scope: 'only', names: ['shop'] } });
    expect(script.calls.viewOpen).toHaveBeenCalledTimes(2);
    expect(list.shown.rows).toHaveLength(0);
    expect(script.calls.viewClose).toHaveBeenCalledWith('v1');
  });

  it('says nothing for 400 ms, then words, since when, and offers a stop', async () => {
    const { script, list } = await scene([]);
    script.calls.viewOpen.mockReturnValueOnce(new Promise(() => undefined));
    list.open({ clusters: [cluster], kind: podKind, scope: { scope: 'only', names: ['slow'] } });
    const steps: string[] = [];
    for (const after of [399, 1, 1_600, 8_000]) {
      vi.advanceTimersByTime(after);
      steps.push(list.waiting.step);
    }
    expect(steps).toEqual(['quiet', 'words', 'since', 'stoppable']);
    list.stop();
    expect(list.isStopped).toBe(true);
    await list.refresh();
    expect(list.isStopped).toBe(false);
    expect(script.calls.viewOpen).toHaveBeenCalledTimes(3);
  });
});
