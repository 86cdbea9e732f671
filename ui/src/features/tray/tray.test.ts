import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';

import type { ClusterSummary, SelectionSummary, ViewOpen } from '../../ipc/types';
import { STANDARD_OPTIONS } from '../../shared/options';
import { Events } from '../../shared/events';
import { toasts } from '../../shared/toasts.svelte';
import { pod, scripted, settle } from '../../shared/view/scripted';
import Tray from './Tray.svelte';
import { kindsWords, partsOf, TrayController } from './tray.svelte';

const clusters = [{ id: 'c1', name: 'shop-dev', tier: 'development' } as ClusterSummary];
const selection: SelectionSummary = {
  total: 2,
  kinds: [{ kind: 'Pod', count: 2 }],
  clusters: [{ cluster: 'c1', count: 2 }],
};
const nothing: SelectionSummary = { total: 0, kinds: [], clusters: [] };

async function settled(): Promise<void> {
  await settle();
  await tick();
  await settle();
  await tick();
}

describe('marks of practice clusters and of real ones', () => {
  const all = [...clusters, { id: 'p1', name: 'garden', tier: 'development', isPractice: true } as ClusterSummary];
  const marks = (counts: Record<string, number>): SelectionSummary => ({
    total: Object.values(counts).reduce((sum, count) => sum + count, 0),
    kinds: [],
    clusters: Object.entries(counts).map(([cluster, count]) => ({ cluster, count })),
  });

  it('are two parts, and marks of one sort are none', () => {
    expect(partsOf(marks({ c1: 3, p1: 2 }), all)).toEqual([{ part: 'practice', count: 2 }, { part: 'real', count: 3 }]);
    expect(partsOf(marks({ c1: 3 }), all)).toEqual([]);
    expect(partsOf(marks({ p1: 2 }), all)).toEqual([]);
    // One whose cluster is not in the list any more is no practice.
    expect(partsOf(marks({ gone: 1, p1: 2 }), all)).toEqual([{ part: 'practice', count: 2 }, { part: 'real', count: 1 }]);
  });
});

describe('the tray', () => {
  afterEach(() => {
    cleanup();
    toasts.close();
  });

  async function draw(marks: SelectionSummary) {
    const script = scripted([pod('hidden-one', { note: 'hidden by the filter' }), pod('b')]);
    const onplan = vi.fn();
    const props = { backend: script.backend, events: new Events(), place: null, selection: marks, clusters, isShort: false, onplan };
    const drawn = render(Tray, { props });
    await settled();
    const again = async (next: SelectionSummary) => {
      await drawn.rerender({ selection: next });
      await settled();
    };
    return { script, onplan, again };
  }

  it('is not there without marks', async () => {
    await draw(nothing);
    expect(screen.queryByRole('region', { name: 'Marked objects' })).toBeNull();
  });

  it('shows every marked object, with why it is not in the list', async () => {
    await draw(selection);
    const tray = screen.getByRole('region', { name: 'Marked objects' });
    expect(tray.textContent).toContain('2 marked');
    expect(tray.textContent).toContain('hidden-one');
    expect(tray.textContent).toContain('hidden by the filter');
    expect(tray.textContent).toContain('shop-dev');
  });

  it('takes one mark off by its cross', async () => {
    const { script } = await draw(selection);
    await fireEvent.click(screen.getByRole('button', { name: 'Take the mark off b' }));
    expect(script.calls.selectionChange).toHaveBeenCalledExactlyOnceWith('v1', { change: 'unmark', rows: [{ cluster: 'c1', uid: 'uid-b' }] });
  });

  it('clears all and offers to take that back', async () => {
    const { script } = await draw(selection);
    await fireEvent.click(screen.getByRole('button', { name: 'Clear marks' }));
    await settled();
    expect(script.calls.selectionChange).toHaveBeenLastCalledWith('v1', { change: 'clear' });
    expect(toasts.current?.title).toBe('2 marks cleared');
    toasts.current?.action?.run();
    expect(script.calls.selectionChange).toHaveBeenLastCalledWith('v1', { change: 'undoClear' });
  });

  it('takes the offer back once something else is marked', async () => {
    const { again } = await draw(selection);
    await fireEvent.click(screen.getByRole('button', { name: 'Clear marks' }));
    await settled();
    await again({ ...selection, total: 0 });
    expect(toasts.current).not.toBeNull();
    await again({ ...selection, total: 1 });
    expect(toasts.current).toBeNull();
  });

  it('counts on the plan button only what is left', async () => {
    const { script } = await draw(selection);
    expect(screen.getByRole('button', { name: /Plan deletion of 2…/ })).toBeTruthy();
    script.state.isGone = true;
    script.change(script.state.rows);
    await settled();
    const button = screen.getByRole('button', { name: /Plan deletion of 0…/ }) as HTMLButtonElement;
    expect(button.disabled).toBe(true);
  });

  it('opens the plan of all that is marked and deletes nothing', async () => {
    const { script, onplan } = await draw(selection);
    await fireEvent.click(screen.getByRole('button', { name: /Plan deletion of 2…/ }));
    expect(onplan).toHaveBeenCalledExactlyOnceWith(
      { of: { of: 'marked', part: 'all' }, options: STANDARD_OPTIONS },
      null,
    );
    expect(script.calls.planCreate).not.toHaveBeenCalled();
  });

  it('opens its view with the first mark and closes it with the last', async () => {
    const script = scripted([pod('a')]);
    const tray = new TrayController(script.backend);
    tray.follow(1, null);
    tray.follow(2, null);
    await settle();
    expect(script.calls.viewOpen).toHaveBeenCalledTimes(1);
    tray.follow(0, null);
    expect(script.calls.viewClose).toHaveBeenCalledTimes(1);
  });

  it('looks at the marks beside the list on screen, and beside the next one when that opens', async () => {
    const script = scripted([pod('a')]);
    const tray = new TrayController(script.backend);
    const sources = () => script.calls.viewOpen.mock.calls.map((call) => (call as unknown as [ViewOpen])[0].source);
    tray.follow(1, 'pods');
    tray.follow(2, null);
    tray.follow(2, 'pods');
    await settle();
    expect(sources()).toEqual([{ source: 'marked', beside: 'pods' }]);
    tray.follow(2, 'jobs');
    await settle();
    expect(sources().at(-1)).toEqual({ source: 'marked', beside: 'jobs' });
  });

  it('sums up kinds when there are many', () => {
    const kinds = ['Pod', 'Job', 'Secret', 'Ingress', 'NetworkPolicy'].map((kind) => ({ kind, count: 2 }));
    expect(kindsWords({ ...selection, kinds })).toBe('2 Pods, 2 Jobs, 2 Secrets, 4 of 2 other kinds');
    expect(kindsWords(selection)).toBe('2 Pods');
  });
});
