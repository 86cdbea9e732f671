import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { ViewWindow } from '../../ipc/types';
import { pods, scripted, settle } from './scripted';
import { KEPT_SCREENS, NO_QUERY, ViewController } from './view.svelte';

const marked = { source: 'marked' } as const;

async function opened(number: number) {
  const script = scripted(pods(number));
  const view = new ViewController(script.backend);
  await view.open(marked);
  await settle();
  return { script, view };
}

describe('a view', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('holds the screen that is shown and one on each side, and no more', async () => {
    const { view } = await opened(1_000);
    view.show(500, 40);
    await settle();
    expect(view.held.start).toBe(460);
    expect(view.held.rows).toHaveLength(KEPT_SCREENS * 40);
    expect(view.rowAt(500)?.name).toBe('pod-500');
    expect(view.rowAt(459)).toBeUndefined();
  });

  it('is on screen after one question, where its rows are known, and after one for each query', async () => {
    const { script, view } = await opened(1_000);
    expect([view.total, view.held.rows.length, script.calls.viewWindow.mock.calls.length]).toEqual([1_000, 20, 0]);
    script.state.rows = pods(7);
    expect(await view.setQuery({ ...NO_QUERY, text: 'few' })).toBe('taken');
    expect([view.total, view.held.rows.length, script.calls.viewWindow.mock.calls.length]).toEqual([7, 7, 0]);
  });

  it('asks again where a hint of later rows overtook the first ones', async () => {
    const script = scripted(pods(3));
    const view = new ViewController(script.backend);
    const opening = view.open(marked);
    script.change(pods(5));
    await opening;
    await settle();
    expect(view.held.rows).toHaveLength(5);
  });

  it('shows what there is once it was read again, whether it changed or not', async () => {
    const { script, view } = await opened(3);
    await view.refresh();
    await settle();
    expect(script.calls.viewRefresh).toHaveBeenCalledTimes(1);
    expect(script.calls.viewWindow).toHaveBeenCalledTimes(1);
  });

  it('pulls nothing while scrolling within what is held', async () => {
    const { script, view } = await opened(1_000);
    view.show(100, 40);
    await settle();
    const before = script.calls.viewWindow.mock.calls.length;
    view.show(120, 40);
    view.show(90, 40);
    await settle();
    expect(script.calls.viewWindow.mock.calls.length).toBe(before);
  });

  it('asks one query at a time, and then the newest of those that waited', async () => {
    const { script, view } = await opened(10);
    const query = (text: string) => view.setQuery({ ...NO_QUERY, text });
    let answer: (answer: ViewWindow) => void = () => undefined;
    script.calls.viewQuery.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    const first = query('a');
    await settle();
    const waited = [query('ab'), query('abc')];
    await settle();
    expect(script.calls.viewQuery).toHaveBeenCalledTimes(1);
    answer(script.window(0, 10));
    expect(await Promise.all([first, ...waited])).toEqual(['taken', 'passed', 'taken']);
    expect(script.calls.viewQuery).toHaveBeenLastCalledWith('v1', { ...NO_QUERY, text: 'abc' }, 20);
  });

  it('drops an answer that was asked for earlier and comes later', async () => {
    const { script, view } = await opened(1_000);
    script.hold();
    view.show(200, 40);
    view.show(700, 40);
    expect(script.windows.map((held) => held.args[0])).toEqual([160, 660]);
    script.windows[1]?.answer();
    await settle();
    script.windows[0]?.answer();
    await settle();
    expect(view.held.start).toBe(660);
    expect(view.rowAt(700)?.name).toBe('pod-700');
  });

  it('asks once more, and only once, for hints that came while an answer was awaited', async () => {
    const { script } = await opened(100);
    script.hold();
    script.change();
    script.change();
    script.change();
    expect(script.windows).toHaveLength(1);
    script.windows[0]?.answer();
    await settle();
    expect(script.windows).toHaveLength(2);
    script.windows[1]?.answer(script.window(0, 30));
    await settle();
    expect(script.windows).toHaveLength(2);
  });

  it('does not go on asking a backend that gives fewer rows than it counts', async () => {
    const script = scripted(pods(100));
    script.state.shortBy = 25;
    const view = new ViewController(script.backend);
    view.show(0, 20);
    await view.open(marked);
    view.show(0, 20);
    await settle();
    await settle();
    expect(script.calls.viewWindow.mock.calls.length).toBeLessThan(4);
  });

  it('pulls again when an age reads differently, unless nobody sees it', async () => {
    const script = scripted(pods(10));
    script.state.agesChangeIn = 3;
    const view = new ViewController(script.backend);
    await view.open(marked);
    await settle();
    const pulls = () => script.calls.viewWindow.mock.calls.length;
    const first = pulls();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(pulls()).toBe(first + 1);
    view.setVisible(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(pulls()).toBe(first + 1);
    view.setVisible(true);
    await settle();
    expect(pulls()).toBe(first + 2);
  });

  it('tries again a second after a pull that failed', async () => {
    const { script, view } = await opened(10);
    script.hold();
    script.change(pods(11));
    script.windows[0]?.fail(new Error('gone'));
    await settle();
    expect(script.windows).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(script.windows).toHaveLength(2);
    script.windows[1]?.answer();
    await settle();
    expect(view.held.rows).toHaveLength(11);
  });

  it('closes a view that was opened for nobody any more', async () => {
    const script = scripted(pods(10));
    const view = new ViewController(script.backend);
    const opening = view.open(marked);
    view.close();
    await opening;
    expect(script.calls.viewClose).toHaveBeenCalledWith('v1');
    expect(view.view).toBeNull();
    expect(view.held.rows).toHaveLength(0);
  });

  it('says why it could not be opened', async () => {
    const script = scripted([]);
    script.calls.viewOpen.mockRejectedValueOnce({ code: 'unreachable', message: 'no route' });
    const view = new ViewController(script.backend);
    await view.open(marked);
    expect(view.error?.code).toBe('unreachable');
  });
});
