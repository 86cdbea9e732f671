import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { JobSummary, PlanSummary, PlanTarget } from '../../ipc/types';
import { Events } from '../../shared/events';
import { pods, scripted, settle } from '../../shared/view/scripted';
import DeleteSheet from './DeleteSheet.svelte';
import { plan, request } from './scene';
import { ARMING_MS, HOLD_MS } from './sheet.svelte';

const only: PlanTarget = {
  cluster: 'c1',
  kind: 'ConfigMap',
  resource: 'configmaps',
  namespace: 'ci',
  name: 'argo-params',
  uid: 'uid-1',
  presence: 'present',
  rehearsal: 'accepted',
};
const cluster = { cluster: 'c1', name: 'ci-runners-dev', tier: 'development', isPractice: false, server: 'api.example:6443', namespaces: ['ci'], count: 1, user: 'dev', isLocked: false } as const;
const one = plan({
  only,
  total: 1,
  remaining: 1,
  kinds: [{ kind: 'ConfigMap', count: 1 }],
  clusters: [{ ...cluster, namespaces: ['ci'] }],
  findings: [{ kind: 'copy', tone: 'warn', title: 'No copy is kept', detail: 'It cannot be brought back.' }],
});
const typed: PlanSummary = { ...one, risk: 'high', reasons: ['production'], proof: { proof: 'typed', word: 'argo-params' } };

async function settled(): Promise<void> {
  await settle();
  await tick();
  await settle();
  await tick();
}

describe('the delete sheet', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    cleanup();
    vi.useRealTimers();
  });

  async function open(made: PlanSummary) {
    const script = scripted(pods(3));
    script.calls.planCreate.mockResolvedValue(made);
    script.calls.planConfirm.mockResolvedValue({ job: 'j1' } as JobSummary);
    const events = new Events();
    const onclose = vi.fn();
    const onjob = vi.fn();
    render(DeleteSheet, { props: { backend: script.backend, events, request, clusters: [], unlockMinutes: 15, onclose, onjob, onsignin: vi.fn() } });
    await settled();
    return { script, events, onclose, onjob };
  }

  const destructive = (name: string) => screen.getByRole('button', { name });
  async function wait(milliseconds: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(milliseconds);
    await settled();
  }

  /** An event whose time stamp is that of the moved clock. */
  async function fire(target: Element, event: Event): Promise<void> {
    Object.defineProperty(event, 'timeStamp', { value: performance.now() });
    await fireEvent(target, event);
    await settled();
  }
  const key = (type: string, name: string, repeat = false) => new KeyboardEvent(type, { key: name, repeat, bubbles: true, cancelable: true });
  const pointer = (type: string) => new PointerEvent(type, { button: 0, isPrimary: true, bubbles: true });

  it('is an alert dialog that names kind, name, namespace and cluster, with the focus on Cancel', async () => {
    await open(one);
    const dialog = screen.getByRole('alertdialog', { name: 'Delete ConfigMap argo-params?' });
    expect(dialog.textContent).toContain('ci-runners-dev');
    expect(dialog.textContent).toContain('namespace ci');
    expect(dialog.textContent).toContain('development');
    expect(dialog.textContent).toContain('No copy is kept');
    expect(document.activeElement?.textContent.trim()).toBe('Cancel');
  });

  it('has the focus on Cancel also when a word is to be typed', async () => {
    await open(typed);
    expect(document.activeElement?.textContent.trim()).toBe('Cancel');
  });

  it('deletes by a pointer pressed and let go on Delete', async () => {
    const { script, onjob } = await open(one);
    await wait(ARMING_MS);
    const button = destructive('Delete ConfigMap');
    await fire(button, pointer('pointerdown'));
    expect(script.calls.planConfirm).not.toHaveBeenCalled();
    await fire(button, pointer('pointerup'));
    expect(script.calls.planConfirm).toHaveBeenCalledExactlyOnceWith({ plan: 'p1', digest: 'd1', given: { how: 'click' } });
    expect(onjob).toHaveBeenCalledTimes(1);
  });

  it('does not delete by a pointer that was pressed elsewhere, or that left', async () => {
    const { script } = await open(one);
    await wait(ARMING_MS);
    const button = destructive('Delete ConfigMap');
    await fire(button, pointer('pointerup'));
    await fire(button, pointer('pointerdown'));
    await fire(button, pointer('pointerleave'));
    await fire(button, pointer('pointerup'));
    expect(script.calls.planConfirm).not.toHaveBeenCalled();
  });

  it('deletes by Space, and not by a Space that was held down before', async () => {
    const { script } = await open(one);
    await wait(ARMING_MS);
    const button = destructive('Delete ConfigMap');
    await fire(button, key('keydown', ' ', true));
    await fire(button, key('keyup', ' '));
    expect(script.calls.planConfirm).not.toHaveBeenCalled();
    await fire(button, key('keydown', ' '));
    await fire(button, key('keyup', ' '));
    expect(script.calls.planConfirm).toHaveBeenCalledTimes(1);
  });

  it('does not delete by Enter, a scripted click or a double click in a hurry', async () => {
    const { script } = await open(one);
    const button = destructive('Delete ConfigMap');
    for (let time = 0; time < 2; time += 1) {
      await fire(button, pointer('pointerdown'));
      await fire(button, pointer('pointerup'));
      await fireEvent.click(button);
    }
    await wait(ARMING_MS);
    const enter = key('keydown', 'Enter');
    await fire(button, enter);
    expect(enter.defaultPrevented).toBe(true);
    await fireEvent.click(button);
    button.click();
    await settled();
    expect(script.calls.planConfirm).not.toHaveBeenCalled();
    expect(screen.getByText('Space presses Delete')).toBeTruthy();
  });

  it('keeps Delete disabled until the word is exact, and says what it waits for', async () => {
    const { script } = await open(typed);
    const field = screen.getByRole('textbox');
    const button = () => destructive('Delete ConfigMap') as HTMLButtonElement;
    expect(button().disabled).toBe(true);
    expect(screen.getByText('Waits for argo-params to be typed')).toBeTruthy();
    await fireEvent.input(field, { target: { value: 'argo-param' } });
    await settled();
    expect(button().disabled).toBe(true);
    await fireEvent.input(field, { target: { value: 'argo-params' } });
    await settled();
    expect(button().disabled).toBe(false);
    expect(screen.getByText('matches')).toBeTruthy();
    await fire(field, key('keydown', 'Enter'));
    expect(script.calls.planConfirm).not.toHaveBeenCalled();
    expect(screen.getByText(/Space presses Delete/)).toBeTruthy();
  });

  it('says what changed in an alert and has it read before Delete works again', async () => {
    const { events } = await open(one);
    const changed = { ...one, digest: 'd2', findings: [] };
    events.dispatch({ event: 'planChanged', plan: changed, change: 'ConfigMap argo-params changed.' });
    await settled();
    expect(screen.getByRole('alert').textContent).toContain('ConfigMap argo-params changed.');
    expect((destructive('Read the change') as HTMLButtonElement).disabled).toBe(true);
    await wait(1_000);
    expect((destructive('Delete ConfigMap') as HTMLButtonElement).disabled).toBe(false);
  });

  it('depends on nothing but its plan', async () => {
    const { events } = await open(one);
    const before = screen.getByRole('alertdialog').textContent;
    events.dispatch({ event: 'catalogueChanged' });
    events.dispatch({ event: 'clusterChanged', cluster: { id: 'c1', name: 'another-name', tier: 'production' } as never });
    await settled();
    expect(screen.getByRole('alertdialog').textContent).toBe(before);
  });

  it('is cancelled by Esc and gives its plan back', async () => {
    const { script, onclose } = await open(one);
    await fireEvent(screen.getByRole('alertdialog'), new Event('cancel', { cancelable: true }));
    expect(onclose).toHaveBeenCalledTimes(1);
    expect(script.calls.planDiscard).toHaveBeenCalledExactlyOnceWith('p1');
  });

  it('shows every target of many by name, under its cluster', async () => {
    const many = plan({
      total: 3,
      remaining: 3,
      kinds: [{ kind: 'Pod', count: 2 }, { kind: 'ConfigMap', count: 1 }],
      clusters: [
        { ...cluster, namespaces: ['shop'], count: 2 },
        { ...cluster, cluster: 'c2', name: 'shop-prod', tier: 'production', namespaces: ['shop'], count: 1 },
      ],
    });
    await open(many);
    const dialog = screen.getByRole('alertdialog', { name: 'Delete 3 objects in 2 clusters?' });
    const text = dialog.textContent;
    for (const name of ['pod-0', 'pod-1', 'pod-2']) expect(text).toContain(name);
    const order = ['ci-runners-dev', 'pod-0', 'pod-1', 'shop-prod', 'pod-2'].map((word) => text.indexOf(word));
    expect([...order].sort((left, right) => left - right)).toEqual(order);
  });

  it('fills while Delete is held by Space, and is empty when it is let go', async () => {
    const { script } = await open({ ...one, risk: 'medium', reasons: ['staging'], proof: { proof: 'hold', count: 1 } });
    await wait(ARMING_MS);
    const button = destructive('Delete ConfigMap');
    await fire(button, key('keydown', ' '));
    expect(document.querySelector('.delete-holding')).not.toBeNull();
    await fire(button, key('keyup', ' '));
    expect(document.querySelector('.delete-holding')).toBeNull();
    await fire(button, key('keydown', ' '));
    await wait(HOLD_MS + 1);
    expect(script.calls.planConfirm).toHaveBeenCalledTimes(1);
  });

  it('stands read-only in place of the proof, and asks once more with the name and the tier', async () => {
    const { script } = await open({ ...typed, clusters: [{ ...cluster, namespaces: ['ci'], name: 'shop-prod', tier: 'production', isLocked: true }] });
    expect(screen.getByRole('alertdialog').textContent).toContain('shop-prod is read-only');
    expect(screen.queryByRole('textbox')).toBeNull();
    expect(screen.getByText('shop-prod is read-only', { selector: '.visually-hidden' })).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: 'Unlock for 15 min…' }));
    await settled();
    expect(script.calls.clusterUnlock).not.toHaveBeenCalled();
    expect(screen.getByText('Let writes to this production cluster through for 15 min?')).toBeTruthy();
    expect(document.activeElement?.textContent.trim()).toBe('Keep read-only');
    await fireEvent.click(screen.getByRole('button', { name: 'Unlock' }));
    await settled();
    expect(script.calls.clusterUnlock).toHaveBeenCalledExactlyOnceWith('c1', null);
  });

  it('shows how far it is worked out, and sums up many changes', async () => {
    const { events } = await open({ ...one, isReady: false, progress: { done: 1, total: 4, words: '1 of 4 rehearsed' } });
    expect(screen.getByRole('progressbar').getAttribute('aria-valuetext')).toBe('1 of 4 rehearsed');
    for (const name of ['a', 'b', 'c']) events.dispatch({ event: 'planChanged', plan: { ...one, digest: name }, change: `Pod ${name} was replaced.` });
    await settled();
    expect(screen.queryByRole('progressbar')).toBeNull();
    expect(screen.getByRole('alert').textContent).toContain('3 changes. The newest: Pod c was replaced.');
    await fireEvent.click(screen.getByRole('button', { name: 'Show all' }));
    expect(screen.getByRole('list', { name: 'All changes' }).textContent).toContain('Pod a was replaced.');
  });

  it('says nothing for 400 ms, then that it is being worked out, and Cancel works', async () => {
    const script = scripted([]);
    script.calls.planCreate.mockReturnValue(new Promise(() => undefined));
    const onclose = vi.fn();
    render(DeleteSheet, { props: { backend: script.backend, events: new Events(), request, clusters: [], unlockMinutes: 15, onclose, onjob: vi.fn(), onsignin: vi.fn() } });
    await settled();
    expect(document.querySelector('dialog')?.open).toBe(false);
    await wait(400);
    expect(document.querySelector('dialog')?.open).toBe(true);
    await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(onclose).toHaveBeenCalledTimes(1);
  });

  it('has the focus on Cancel also when the plan came late', async () => {
    const script = scripted([]);
    let answer: (made: PlanSummary) => void = () => undefined;
    script.calls.planCreate.mockReturnValue(new Promise<PlanSummary>((done) => (answer = done)));
    render(DeleteSheet, { props: { backend: script.backend, events: new Events(), request, clusters: [], unlockMinutes: 15, onclose: vi.fn(), onjob: vi.fn(), onsignin: vi.fn() } });
    await settled();
    await wait(400);
    const waiting = screen.getByRole('button', { name: 'Cancel' });
    expect(document.activeElement).toBe(waiting);
    answer(one);
    await settled();
    const cancel = screen.getByRole('button', { name: 'Cancel' });
    expect(cancel).not.toBe(waiting);
    expect(document.activeElement).toBe(cancel);
  });
});
