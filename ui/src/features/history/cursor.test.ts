import { describe, expect, it } from 'vitest';

import { settle } from '../../shared/view/scripted';
import { HistoryCursor } from './cursor.svelte';
import { HistoryController } from './history.svelte';
import { job, refOf, scene } from './scene';

const jobs = [job('j1', 3), job('j2', 1_000), job('j3', 1)];

async function opened() {
  const script = scene(jobs);
  const history = new HistoryController(script.backend);
  history.show();
  await settle();
  return { script, history, cursor: new HistoryCursor(history, script.backend) };
}

describe('the keys in the history', () => {
  it('go from job to receipts to the next job', async () => {
    const { cursor } = await opened();
    const seen = [cursor.line];
    for (let step = 0; step < 5; step += 1) {
      cursor.move(1);
      seen.push(cursor.line);
    }
    expect(seen.map((line) => `${line?.job ?? ''}/${String(line?.place)}`)).toEqual(['j1/null', 'j1/0', 'j1/1', 'j1/2', 'j2/null', 'j3/null']);
  });

  it('stay at both ends', async () => {
    const { cursor } = await opened();
    cursor.last();
    cursor.move(1);
    expect(cursor.line).toEqual({ job: 'j3', place: null });
    cursor.first();
    cursor.move(-1);
    expect(cursor.line).toEqual({ job: 'j1', place: null });
  });

  it('unfold with right and go in, go out with left and fold', async () => {
    const { history, cursor } = await opened();
    cursor.set({ job: 'j2', place: null });
    cursor.right();
    expect(history.isUnfolded('j2')).toBe(true);
    expect(cursor.line).toEqual({ job: 'j2', place: null });
    cursor.right();
    expect(cursor.line).toEqual({ job: 'j2', place: 0 });
    cursor.left();
    expect(cursor.line).toEqual({ job: 'j2', place: null });
    cursor.left();
    expect(history.isUnfolded('j2')).toBe(false);
  });

  it('start at the first job where the current one is no longer listed', async () => {
    const { script, history, cursor } = await opened();
    cursor.set({ job: 'j3', place: null });
    script.state.jobs = jobs.slice(0, 2);
    await history.read();
    expect(cursor.line).toEqual({ job: 'j1', place: null });
  });
});

describe('marks on receipts', () => {
  it('are set and taken off one by one', async () => {
    const { cursor } = await opened();
    await cursor.toggleMark({ job: 'j1', place: 1 });
    expect([...cursor.marks.values()]).toEqual([refOf('j1', 1)]);
    await cursor.toggleMark({ job: 'j1', place: 1 });
    expect(cursor.marks.size).toBe(0);
  });

  it('go from the last mark to here', async () => {
    const { history, cursor } = await opened();
    history.unfold('j2');
    await settle();
    await cursor.toggleMark({ job: 'j2', place: 5 });
    await cursor.markTo({ job: 'j2', place: 2 });
    expect([...cursor.marks.values()].map(({ row }) => row.uid).sort()).toEqual(['j2-2', 'j2-3', 'j2-4', 'j2-5']);
  });

  it('are set on all receipts of a folded job, by pages, and no view stays open for it', async () => {
    const { script, cursor } = await opened();
    const open = script.views.size;
    await cursor.toggleMark({ job: 'j2', place: null });
    expect(cursor.marks.size).toBe(1_000);
    expect(Math.max(...script.calls.viewWindow.mock.calls.map(([, , count]) => count))).toBeLessThanOrEqual(200);
    expect(script.views.size).toBe(open);
    await cursor.toggleMark({ job: 'j2', place: null });
    expect(cursor.marks.size).toBe(0);
  });

  it('stay when the search hides their job', async () => {
    const { script, history, cursor } = await opened();
    await cursor.toggleMark({ job: 'j1', place: 0 });
    script.state.jobs = jobs.slice(1);
    await history.read();
    expect(cursor.marks.size).toBe(1);
  });
});
