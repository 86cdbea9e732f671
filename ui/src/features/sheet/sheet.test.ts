import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { ClusterCare, JobSummary, PlanCluster, PlanSummary } from '../../ipc/types';
import { scripted, settle } from '../../shared/view/scripted';
import { plan, request } from './scene';
import { ARMING_MS, CHANGE_MS, CHANGES_KEPT, HOLD_MS, SheetController } from './sheet.svelte';

const job = { job: 'j1' } as JobSummary;
const typed = plan({ proof: { proof: 'typed', word: 'shop-prod' } });

describe('the sheet', () => {
  let now = 0;
  const end = { onclose: vi.fn(), onjob: vi.fn() };
  beforeEach(() => {
    vi.useFakeTimers();
    now = 1_000;
    end.onclose.mockReset();
    end.onjob.mockReset();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** A sheet whose plan is on screen, as the view would have told. */
  async function open(made: PlanSummary = plan()) {
    const script = scripted([]);
    script.calls.planCreate.mockResolvedValue(made);
    script.calls.planConfirm.mockResolvedValue(job);
    const sheet = new SheetController(script.backend, request, end, () => now);
    await settle();
    sheet.shown(made.digest);
    return { script, sheet };
  }

  /** Presses and lets go. */
  function click(sheet: SheetController): void {
    sheet.press(now);
    sheet.release();
  }

  function wait(milliseconds: number): void {
    now += milliseconds;
    vi.advanceTimersByTime(milliseconds);
  }

  it('confirms what was shown, with its digest, once', async () => {
    const { script, sheet } = await open();
    wait(ARMING_MS);
    click(sheet);
    click(sheet);
    await settle();
    click(sheet);
    await settle();
    expect(script.calls.planConfirm).toHaveBeenCalledExactlyOnceWith({ plan: 'p1', digest: 'd1', given: { how: 'click' } });
    expect(end.onjob).toHaveBeenCalledExactlyOnceWith(job);
    expect(script.calls.planDiscard).not.toHaveBeenCalled();
  });

  it('takes no press that began within 400 ms of becoming possible', async () => {
    const { script, sheet } = await open();
    wait(ARMING_MS - 1);
    sheet.press(now);
    wait(500);
    sheet.release();
    await settle();
    expect(script.calls.planConfirm).not.toHaveBeenCalled();
    click(sheet);
    await settle();
    expect(script.calls.planConfirm).toHaveBeenCalledTimes(1);
  });

  it('takes no click that was queued during a delay: the time of the press counts, not of its handling', async () => {
    const { script, sheet } = await open();
    const queuedAt = now + 10;
    wait(2_000);
    sheet.press(queuedAt);
    sheet.release();
    await settle();
    expect(script.calls.planConfirm).not.toHaveBeenCalled();
  });

  it('takes no release without a press, and none after the pointer left', async () => {
    const { script, sheet } = await open();
    wait(1_000);
    sheet.release();
    sheet.press(now);
    sheet.unpress();
    sheet.release();
    await settle();
    expect(script.calls.planConfirm).not.toHaveBeenCalled();
  });

  it('never deletes with Enter, and says what does', async () => {
    const { script, sheet } = await open();
    wait(1_000);
    sheet.press(now);
    sheet.enter();
    sheet.release();
    await settle();
    expect(script.calls.planConfirm).not.toHaveBeenCalled();
    expect(sheet.isSpaceHintShown).toBe(true);
  });

  const words: [string, boolean][] = [
    ['', false],
    ['shop-pro', false],
    ['shop-prod ', false],
    [' shop-prod', false],
    ['Shop-prod', false],
    ['shop-prod', true],
  ];
  it.each(words)('takes "%s" as the typed word: %s', async (word, isTaken) => {
    const { script, sheet } = await open(typed);
    sheet.setTyped(word);
    wait(1_000);
    click(sheet);
    await settle();
    expect(sheet.isProven).toBe(isTaken);
    expect(script.calls.planConfirm).toHaveBeenCalledTimes(isTaken ? 1 : 0);
    if (isTaken) expect(script.calls.planConfirm).toHaveBeenCalledWith({ plan: 'p1', digest: 'd1', given: { how: 'typed', word: 'shop-prod' } });
  });

  it('counts the 400 ms anew each time the word becomes right', async () => {
    const { script, sheet } = await open(typed);
    sheet.setTyped('shop-prod');
    wait(1_000);
    sheet.setTyped('shop-pro');
    sheet.setTyped('shop-prod');
    click(sheet);
    await settle();
    expect(script.calls.planConfirm).not.toHaveBeenCalled();
  });

  it('waits a second after the last change, and then needs the new plan on screen', async () => {
    const { script, sheet } = await open();
    wait(1_000);
    const changed = plan({ digest: 'd2', remaining: 1 });
    sheet.changed(changed, 'Pod a was replaced.');
    expect(sheet.isPossible).toBe(false);
    expect(sheet.changes).toEqual(['Pod a was replaced.']);
    wait(CHANGE_MS - 1);
    sheet.changed(plan({ digest: 'd3', remaining: 1 }), 'Pod b changed.');
    wait(CHANGE_MS - 1);
    expect(sheet.isPossible).toBe(false);
    wait(1);
    expect(sheet.isPossible).toBe(true);
    wait(2_000);
    click(sheet);
    await settle();
    expect(script.calls.planConfirm).not.toHaveBeenCalled();
    sheet.shown('d3');
    wait(ARMING_MS);
    click(sheet);
    await settle();
    expect(script.calls.planConfirm).toHaveBeenCalledExactlyOnceWith({ plan: 'p1', digest: 'd3', given: { how: 'click' } });
  });

  it('drops a press that was under way when the plan changed', async () => {
    const { script, sheet } = await open();
    wait(1_000);
    sheet.press(now);
    sheet.changed(plan({ digest: 'd2' }), 'changed');
    wait(CHANGE_MS);
    sheet.shown('d2');
    wait(ARMING_MS);
    sheet.release();
    await settle();
    expect(script.calls.planConfirm).not.toHaveBeenCalled();
  });

  it('is not moved by a change of another plan', async () => {
    const { sheet } = await open();
    sheet.changed(plan({ plan: 'p2', digest: 'dx', total: 99 }), 'elsewhere');
    expect(sheet.plan?.total).toBe(2);
    expect(sheet.changes).toEqual([]);
  });

  it('takes a change that was told before the plan itself came', async () => {
    const script = scripted([]);
    let answer: (made: PlanSummary) => void = () => undefined;
    script.calls.planCreate.mockReturnValue(new Promise((resolve) => (answer = resolve)));
    const sheet = new SheetController(script.backend, request, end, () => now);
    sheet.changed(plan({ digest: 'd2', remaining: 0 }), 'All are gone.');
    answer(plan());
    await settle();
    expect(sheet.plan?.digest).toBe('d2');
    expect(sheet.isChangeUnread).toBe(true);
  });

  it('has nothing to delete when nothing is left', async () => {
    const { script, sheet } = await open(plan({ remaining: 0 }));
    wait(1_000);
    click(sheet);
    await settle();
    expect(script.calls.planConfirm).not.toHaveBeenCalled();
  });

  it('stays open with the reason when the confirmation was not taken, and can be tried again', async () => {
    const { script, sheet } = await open();
    script.calls.planConfirm.mockRejectedValueOnce({ code: 'storageFailed', message: 'disk full' });
    wait(1_000);
    click(sheet);
    await settle();
    expect(sheet.error?.code).toBe('storageFailed');
    expect(sheet.phase).toBe('open');
    expect(end.onjob).not.toHaveBeenCalled();
    sheet.shown('d1');
    click(sheet);
    await settle();
    expect(script.calls.planConfirm).toHaveBeenCalledTimes(1);
    wait(ARMING_MS);
    click(sheet);
    await settle();
    expect(script.calls.planConfirm).toHaveBeenCalledTimes(2);
  });

  it('discards its plan when it is cancelled, also one that comes later', async () => {
    const { script, sheet } = await open();
    sheet.cancel();
    expect(script.calls.planDiscard).toHaveBeenCalledExactlyOnceWith('p1');
    expect(end.onclose).toHaveBeenCalledTimes(1);

    const late = scripted([]);
    let answer: (made: PlanSummary) => void = () => undefined;
    late.calls.planCreate.mockReturnValue(new Promise((resolve) => (answer = resolve)));
    const second = new SheetController(late.backend, request, end, () => now);
    second.cancel();
    answer(plan({ plan: 'p9' }));
    await settle();
    expect(late.calls.planDiscard).toHaveBeenCalledExactlyOnceWith('p9');
  });

  it('cannot be cancelled while the confirmation is under way', async () => {
    const { script, sheet } = await open();
    script.calls.planConfirm.mockReturnValue(new Promise(() => undefined));
    wait(1_000);
    click(sheet);
    sheet.cancel();
    expect(end.onclose).not.toHaveBeenCalled();
    expect(script.calls.planDiscard).not.toHaveBeenCalled();
  });

  it('makes a new plan for other options and discards the old one', async () => {
    const { script, sheet } = await open();
    const options = { ...request.options, propagation: 'orphan', gracePeriodSeconds: 0 } as const;
    script.calls.planCreate.mockResolvedValueOnce(plan({ plan: 'p2', digest: 'd2', options }));
    await sheet.setOptions(options);
    expect(script.calls.planCreate).toHaveBeenLastCalledWith({ of: { of: 'marked', part: 'all' }, options });
    expect(script.calls.planDiscard).toHaveBeenCalledExactlyOnceWith('p1');
    wait(1_000);
    click(sheet);
    await settle();
    expect(script.calls.planConfirm).not.toHaveBeenCalled();
  });

  it('says why no plan could be made', async () => {
    const script = scripted([]);
    script.calls.planCreate.mockRejectedValueOnce({ code: 'notFound', message: 'nothing is left' });
    const sheet = new SheetController(script.backend, request, end, () => now);
    await settle();
    expect(sheet.phase).toBe('failed');
    expect(sheet.error?.code).toBe('notFound');
  });

  describe('that asks to hold', () => {
    const held = plan({ proof: { proof: 'hold', count: 14 } });

    it('confirms once Delete was held long enough, and says how long', async () => {
      const { script, sheet } = await open(held);
      wait(ARMING_MS);
      sheet.press(now);
      expect(sheet.isHolding).toBe(true);
      wait(HOLD_MS - 1);
      await settle();
      expect(script.calls.planConfirm).not.toHaveBeenCalled();
      wait(2);
      await settle();
      expect(script.calls.planConfirm).toHaveBeenCalledExactlyOnceWith({ plan: 'p1', digest: 'd1', given: { how: 'held', ms: HOLD_MS + 1 } });
      expect(sheet.isHolding).toBe(false);
    });

    it('is empty again when it is let go, however often', async () => {
      const { script, sheet } = await open(held);
      wait(ARMING_MS);
      for (let time = 0; time < 5; time += 1) {
        sheet.press(now);
        wait(HOLD_MS - 1);
        sheet.release();
        expect(sheet.isHolding).toBe(false);
      }
      wait(HOLD_MS);
      await settle();
      expect(script.calls.planConfirm).not.toHaveBeenCalled();
    });

    const losses: [string, (sheet: SheetController) => void][] = [
      ['the pointer leaves', (sheet) => sheet.unpress()],
      ['the plan changes', (sheet) => sheet.changed(plan({ ...held, digest: 'd2' }), 'Pod a was replaced.')],
      ['the plan is worked out anew', (sheet) => sheet.changed(plan({ ...held, digest: 'd2' }), '')],
      ['Enter is pressed', (sheet) => sheet.enter()],
      ['the sheet is cancelled', (sheet) => sheet.cancel()],
    ];
    it.each(losses)('loses the hold when %s', async (_, lose) => {
      const { script, sheet } = await open(held);
      wait(ARMING_MS);
      sheet.press(now);
      wait(HOLD_MS / 2);
      lose(sheet);
      wait(HOLD_MS);
      await settle();
      expect(script.calls.planConfirm).not.toHaveBeenCalled();
    });

    it('takes no hold that began within 400 ms of becoming possible', async () => {
      const { script, sheet } = await open(held);
      sheet.press(now);
      wait(2 * HOLD_MS);
      await settle();
      expect(script.calls.planConfirm).not.toHaveBeenCalled();
    });

    it('takes the count in place of holding, by a press', async () => {
      const { script, sheet } = await open(held);
      sheet.setTyped('14');
      wait(ARMING_MS);
      click(sheet);
      await settle();
      expect(script.calls.planConfirm).toHaveBeenCalledExactlyOnceWith({ plan: 'p1', digest: 'd1', given: { how: 'typed', word: '14' } });
    });

    it('takes no press without the count', async () => {
      const { script, sheet } = await open(held);
      sheet.setTyped('13');
      wait(ARMING_MS);
      click(sheet);
      await settle();
      expect(script.calls.planConfirm).not.toHaveBeenCalled();
    });
  });

  it('cannot be agreed to before it is worked out, and needs no reading for mere progress', async () => {
    const { script, sheet } = await open(plan({ isReady: false }));
    wait(1_000);
    click(sheet);
    await settle();
    expect(script.calls.planConfirm).not.toHaveBeenCalled();
    sheet.changed(plan({ digest: 'd2' }), '');
    expect([sheet.isChangeUnread, sheet.changes]).toEqual([false, []]);
    sheet.shown('d2');
    wait(ARMING_MS);
    click(sheet);
    await settle();
    expect(script.calls.planConfirm).toHaveBeenCalledExactlyOnceWith({ plan: 'p1', digest: 'd2', given: { how: 'click' } });
  });

  it('keeps the newest of many changes and counts them all', async () => {
    const { sheet } = await open();
    for (let change = 1; change <= 250; change += 1) sheet.changed(plan({ digest: `d${String(change)}` }), `change ${String(change)}`);
    expect(sheet.changeCount).toBe(250);
    expect(sheet.changes).toHaveLength(CHANGES_KEPT);
    expect(sheet.changes.at(-1)).toBe('change 250');
  });

  describe('over a read-only cluster', () => {
    const band: PlanCluster = { cluster: 'c1', name: 'shop-prod', tier: 'production', isPractice: false, server: 's', namespaces: [], count: 2, user: 'dev', isLocked: true };
    const lockedPlan = plan({ clusters: [band] });

    it('deletes nothing, and unlocks only when asked a second time', async () => {
      const { script, sheet } = await open(lockedPlan);
      wait(1_000);
      click(sheet);
      await settle();
      expect(script.calls.planConfirm).not.toHaveBeenCalled();
      expect(sheet.locked?.name).toBe('shop-prod');
      await sheet.unlock();
      sheet.askUnlock('c1');
      sheet.keepLocked();
      await sheet.unlock();
      expect(script.calls.clusterUnlock).not.toHaveBeenCalled();
      sheet.askUnlock('c1');
      await sheet.unlock();
      expect(script.calls.clusterUnlock).toHaveBeenCalledExactlyOnceWith('c1', null);
      expect(script.calls.planConfirm).not.toHaveBeenCalled();
    });

    it('goes on with the plan that is rehearsed after it', async () => {
      const { script, sheet } = await open(lockedPlan);
      sheet.askUnlock('c1');
      await sheet.unlock();
      sheet.changed(plan({ digest: 'd2', clusters: [{ ...band, isLocked: false }] }), '');
      sheet.shown('d2');
      wait(ARMING_MS);
      click(sheet);
      await settle();
      expect(script.calls.planConfirm).toHaveBeenCalledTimes(1);
    });

    it('stays locked with the reason when it could not be unlocked', async () => {
      const { script, sheet } = await open(lockedPlan);
      script.calls.clusterUnlock.mockRejectedValueOnce({ code: 'signInRequired', message: 'not signed in' });
      sheet.askUnlock('c1');
      await sheet.unlock();
      expect(sheet.error?.code).toBe('signInRequired');
      expect([sheet.locked?.cluster, sheet.isCaring, sheet.isPossible]).toEqual(['c1', false, false]);
    });

    it('writes down that the tier was asked about', async () => {
      const { script, sheet } = await open(lockedPlan);
      const care: ClusterCare = { tier: 'staging', isTierAsked: false, readOnly: null, color: null, letters: null, group: null };
      await sheet.setCare('c1', care);
      expect(script.calls.clusterCare).toHaveBeenCalledExactlyOnceWith('c1', { ...care, isTierAsked: true });
    });
  });
});
