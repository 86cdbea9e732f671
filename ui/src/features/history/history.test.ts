import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { announcer } from '../../shared/announcer.svelte';
import { settle } from '../../shared/view/scripted';
import { HistoryController, PAGE_JOBS, SEARCH_MS, SPEAK_MS } from './history.svelte';
import { history, job, scene } from './scene';

const jobs = [job('j1', 9), job('j2', 1_000), job('j3', 1, { day: 'Yesterday' })];

async function opened(of = jobs) {
  const script = scene(of);
  const controller = new HistoryController(script.backend);
  controller.show();
  await settle();
  return { script, controller };
}

describe('the history', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('searches once, 300 ms after the last letter', async () => {
    const { script, controller } = await opened();
    const before = script.calls.historyRead.mock.calls.length;
    controller.setText('led');
    await vi.advanceTimersByTimeAsync(SEARCH_MS - 1);
    controller.setText('ledger ');
    await vi.advanceTimersByTimeAsync(SEARCH_MS - 1);
    expect(script.calls.historyRead).toHaveBeenCalledTimes(before);
    await vi.advanceTimersByTimeAsync(1);
    expect(script.calls.historyRead).toHaveBeenCalledTimes(before + 1);
    expect(script.calls.historyRead.mock.calls.at(-1)?.[0]).toMatchObject({ text: 'ledger', start: 0 });
  });

  it('keeps the last result until the new one is here', async () => {
    const { script, controller } = await opened();
    script.state.isHolding = true;
    controller.setText('x');
    await vi.advanceTimersByTimeAsync(SEARCH_MS);
    expect(controller.jobs).toHaveLength(3);
    expect(controller.answered.text).toBe('');
    script.asked[0]?.answer(history([]));
    await settle();
    expect(controller.jobs).toHaveLength(0);
    expect(controller.answered.text).toBe('x');
  });

  it('drops an answer that comes after that to a later question', async () => {
    const { script, controller } = await opened();
    script.state.isHolding = true;
    controller.setOutcomes(['refused']);
    controller.setOutcomes([]);
    script.asked[1]?.answer(history([jobs[0] ?? job('j1', 9)]));
    await settle();
    script.asked[0]?.answer(history([]));
    await settle();
    expect(controller.jobs.map(({ job }) => job)).toEqual(['j1']);
  });

  it('keeps what it has when reading again fails, and says why', async () => {
    const { script, controller } = await opened();
    script.state.isHolding = true;
    void controller.read();
    script.asked[0]?.fail({ code: 'storageFailed', message: 'the journal cannot be read' });
    await settle();
    expect(controller.jobs).toHaveLength(3);
    expect(controller.error?.code).toBe('storageFailed');
  });

  it('adds older jobs to those it has, none of them twice', async () => {
    const many = Array.from({ length: PAGE_JOBS + 20 }, (_, index) => job(`j${String(index)}`, 1));
    const { script, controller } = await opened(many);
    expect(controller.jobs).toHaveLength(PAGE_JOBS);
    // One more was deleted meanwhile: the page begins with a job that is already there.
    script.state.jobs = [job('new', 1), ...many];
    await controller.readOlder();
    expect(controller.jobs).toHaveLength(PAGE_JOBS + 20);
    expect(new Set(controller.jobs.map(({ job }) => job)).size).toBe(PAGE_JOBS + 20);
  });

  it('reads all that is on screen again when something changed', async () => {
    const many = Array.from({ length: PAGE_JOBS + 20 }, (_, index) => job(`j${String(index)}`, 1));
    const { script, controller } = await opened(many);
    await controller.readOlder();
    controller.changed();
    await settle();
    expect(script.calls.historyRead.mock.calls.at(-1)?.[0]).toMatchObject({ start: 0, count: PAGE_JOBS + 20 });
  });

  it('opens with the newest deletion unfolded, and that once', async () => {
    const { controller } = await opened();
    expect([...controller.views.keys()]).toEqual(['j1']);
    controller.fold('j1');
    await controller.read();
    expect([...controller.views.keys()]).toEqual([]);
  });

  it('unfolds the only deletion that a search finds', async () => {
    const { script, controller } = await opened();
    controller.fold('j1');
    script.state.jobs = [job('j2', 1_000, { matching: 1 })];
    controller.setText('uid');
    await vi.advanceTimersByTimeAsync(SEARCH_MS);
    expect([...controller.views.keys()]).toEqual(['j2']);
  });

  it('holds no view of a folded job, and few rows of an unfolded one', async () => {
    const { script, controller } = await opened();
    controller.unfold('j2');
    await settle();
    expect(controller.views.get('j2')?.total).toBe(1_000);
    expect(controller.views.get('j2')?.held.rows.length).toBeLessThan(100);
    controller.fold('j2');
    expect(script.calls.viewClose).toHaveBeenCalledTimes(1);
    expect(controller.views.has('j2')).toBe(false);
  });

  it('asks the open views for what is searched now, and keeps their rows until then', async () => {
    const { script, controller } = await opened();
    const old = controller.views.get('j1');
    script.state.jobs = [job('j1', 9, { matching: 2 }), job('j2', 1_000)];
    controller.setText('api');
    await vi.advanceTimersByTimeAsync(SEARCH_MS);
    await settle();
    const now = controller.views.get('j1');
    expect(now).not.toBe(old);
    expect(now?.total).toBe(2);
    expect(script.calls.viewOpen.mock.calls.at(-1)?.[0].source.query.text).toBe('api');
    expect(old?.view).toBeNull();
  });

  it('reads the receipts of a job again that went on, where they are on screen, and no others', async () => {
    const { script, controller } = await opened();
    controller.unfold('j2');
    await settle();
    const [first, second] = [controller.views.get('j1'), controller.views.get('j2')];
    second?.show(600, 20);
    await settle();
    script.state.jobs = [job('j1', 9), job('j2', 1_000, { outcome: '412 gone, 588 waiting.' }), job('j3', 1)];
    controller.changed();
    await settle();
    const now = controller.views.get('j2');
    expect(now).not.toBe(second);
    expect(now?.rowAt(610)?.name).toBe('j2-610');
    expect(controller.views.get('j1')).toBe(first);
  });

  it('closes its views when it is left, and finds the same unfolded when it is back', async () => {
    const { script, controller } = await opened();
    controller.unfold('j3');
    await settle();
    controller.hide();
    expect(script.views.size).toBe(0);
    controller.show();
    await settle();
    expect([...controller.views.keys()]).toEqual(['j1', 'j3']);
  });

  it('reads nothing while it is not on screen', async () => {
    const { script, controller } = await opened();
    controller.hide();
    const before = script.calls.historyRead.mock.calls.length;
    controller.changed();
    await settle();
    expect(script.calls.historyRead).toHaveBeenCalledTimes(before);
  });

  it('says what was found once typing has stopped for half a second', async () => {
    const { script, controller } = await opened();
    announcer.polite('before');
    script.state.jobs = [job('j1', 9, { matching: 2 })];
    controller.setText('api');
    await vi.advanceTimersByTimeAsync(SPEAK_MS - 1);
    expect(announcer.politeText).toBe('before');
    await vi.advanceTimersByTimeAsync(1);
    expect(announcer.politeText).toBe('2 receipts in 1 deletion');
  });

  it('says nothing for 400 ms, then that it reads, then since when', async () => {
    const script = scene(jobs);
    script.state.isHolding = true;
    const controller = new HistoryController(script.backend);
    controller.show();
    expect(controller.waiting.step).toBe('quiet');
    await vi.advanceTimersByTimeAsync(400);
    expect(controller.waiting.step).toBe('words');
    await vi.advanceTimersByTimeAsync(1_600);
    expect(controller.waiting.step).toBe('since');
    script.asked[0]?.answer(history([]));
    await settle();
    expect(controller.waiting.step).toBe('quiet');
  });
});
