import { describe, expect, it, vi } from 'vitest';

import type { Backend } from '../../ipc/backend';
import type { ClusterSummary, RestoreItem, RestoreSummary } from '../../ipc/types';
import { announcer } from '../../shared/announcer.svelte';
import { settle } from '../../shared/view/scripted';
import { RestoreController } from './restore.svelte';
import { buttonWords, itemLook, progressWords } from './words';

const receipts = [{ job: 'j1', row: { cluster: 'c1', uid: 'u1' } }];

function item(name: string, more: Partial<RestoreItem> = {}): RestoreItem {
  return { kind: 'Deployment', namespace: 'shop', name, cluster: 'garden', rehearsal: 'accepted', state: 'planned', words: [], ...more };
}

function summary(more: Partial<RestoreSummary> = {}): RestoreSummary {
  return {
    restore: 'r1', title: 'Restore Deployment api?', clusters: [{ cluster: 'c1', name: 'garden', tier: 'production', isPractice: false }], locked: [],
    items: [item('api')], notes: ['It gets a new UID.'], isReady: true, isDone: false, sentence: '', ...more,
  };
}

const done = summary({ isDone: true, items: [item('api', { state: 'restored' })], sentence: 'Restored as Deployment api in shop, garden, with a new UID.' });

function scene(planned: RestoreSummary = summary()) {
  const calls = {
    restorePlan: vi.fn(() => Promise.resolve(planned)),
    restoreRead: vi.fn(() => Promise.resolve(planned)),
    restoreConfirm: vi.fn(() => Promise.resolve(summary({ items: [item('api', { state: 'creating' })] }))),
    restoreDiscard: vi.fn(() => Promise.resolve(null)),
    clusterUnlock: vi.fn<Backend['clusterUnlock']>(() => Promise.resolve({} as ClusterSummary)),
  };
  return { calls, restore: new RestoreController(calls as unknown as Backend, receipts) };
}

describe('a restore', () => {
  it('creates nothing while it is worked out, while the server is asked, or while a cluster is read-only', async () => {
    for (const planned of [summary({ isReady: false }), summary({ locked: ['c1'] }), summary({ items: [item('api', { state: 'leftOut' })] })]) {
      const { calls, restore } = scene(planned);
      expect(restore.isPossible).toBe(false);
      await settle();
      await restore.confirm();
      expect(calls.restoreConfirm).not.toHaveBeenCalled();
    }
  });

  it('is sent once, by its id', async () => {
    const { calls, restore } = scene();
    await settle();
    void restore.confirm();
    void restore.confirm();
    await settle();
    expect(calls.restoreConfirm.mock.calls).toEqual([['r1']]);
    expect(restore.phase).toBe('running');
  });

  it('is followed to its end, which is told and announced', async () => {
    const { calls, restore } = scene();
    await settle();
    await restore.confirm();
    calls.restoreRead.mockResolvedValue(done);
    restore.changed('another');
    await settle();
    expect(restore.phase).toBe('running');
    restore.changed('r1');
    await settle();
    expect(restore.phase).toBe('done');
    expect(restore.summary?.items[0]?.state).toBe('restored');
    expect(announcer.politeText).toContain('with a new UID.');
  });

  it('is not taken back by an answer that is older than what events told', async () => {
    const { calls, restore } = scene();
    await settle();
    let confirmed: (value: RestoreSummary) => void = () => undefined;
    calls.restoreConfirm.mockImplementationOnce(() => new Promise((resolve) => (confirmed = resolve)));
    void restore.confirm();
    calls.restoreRead.mockResolvedValue(done);
    restore.changed('r1');
    await settle();
    confirmed(summary({ items: [item('api', { state: 'creating' })] }));
    await settle();
    expect(restore.phase).toBe('done');
    expect(restore.summary?.isDone).toBe(true);
  });

  it('reads what an event told before the answer came', async () => {
    const { calls, restore } = scene(summary({ isReady: false }));
    calls.restoreRead.mockResolvedValue(summary());
    restore.changed('r1');
    await settle();
    expect(calls.restoreRead).toHaveBeenCalledTimes(1);
    expect(restore.isPossible).toBe(true);
  });

  it('stays open with its error when it was not begun', async () => {
    const { calls, restore } = scene();
    await settle();
    calls.restoreConfirm.mockRejectedValueOnce({ code: 'readOnly', message: 'garden is read-only' });
    await restore.confirm();
    expect(restore.phase).toBe('open');
    expect(restore.error?.message).toBe('garden is read-only');
    expect(restore.isPossible).toBe(true);
  });

  it('is worked out anew after its cluster was unlocked', async () => {
    const { calls, restore } = scene(summary({ locked: ['c1'] }));
    await settle();
    calls.restorePlan.mockResolvedValue(summary({ restore: 'r2' }));
    restore.clusterChanged({ id: 'c1', isLocked: false, tier: 'production' } as ClusterSummary);
    await settle();
    expect(calls.restoreDiscard).toHaveBeenCalledWith('r1');
    expect(restore.summary?.restore).toBe('r2');
    expect(restore.isPossible).toBe(true);
  });

  it('unlocks nothing before that was asked once more, and is then worked out anew', async () => {
    const { calls, restore } = scene(summary({ locked: ['c1'] }));
    await settle();
    await restore.unlock();
    expect(calls.clusterUnlock).not.toHaveBeenCalled();
    restore.askUnlock('c1');
    restore.keepLocked();
    await restore.unlock();
    expect(calls.clusterUnlock).not.toHaveBeenCalled();
    calls.restorePlan.mockResolvedValue(summary({ restore: 'r2' }));
    restore.askUnlock('c1');
    await restore.unlock();
    expect(calls.clusterUnlock.mock.calls).toEqual([['c1', null]]);
    expect(restore.summary?.restore).toBe('r2');
    expect(restore.isPossible).toBe(true);
  });

  it('is discarded when it is closed, unless it runs', async () => {
    const open = scene();
    await settle();
    open.restore.close();
    expect(open.calls.restoreDiscard).toHaveBeenCalledWith('r1');
    const running = scene();
    await settle();
    await running.restore.confirm();
    running.restore.close();
    expect(running.calls.restoreDiscard).not.toHaveBeenCalled();
  });

  it('that was closed before it was worked out is discarded then', async () => {
    const { calls, restore } = scene();
    restore.close();
    await settle();
    expect(calls.restoreDiscard).toHaveBeenCalledWith('r1');
  });

  it('says why nothing can be restored, and can be asked again', async () => {
    const calls = { restorePlan: vi.fn(() => Promise.reject(Object.assign(new Error('no copy'), { code: 'copyUnreadable' }))) };
    const restore = new RestoreController(calls as unknown as Backend, receipts);
    await settle();
    expect(restore.phase).toBe('failed');
    expect(restore.error?.message).toBe('no copy');
    void restore.again();
    expect(restore.phase).toBe('making');
    await settle();
    expect(calls.restorePlan).toHaveBeenCalledTimes(2);
  });
});

describe('the restore sheet says', () => {
  it('what is restored, without what is left out', () => {
    expect(buttonWords(summary())).toBe('Restore Deployment');
    expect(buttonWords(summary({ items: [item('a'), item('b', { kind: 'Service' }), item('c', { state: 'leftOut' })] }))).toBe('Restore 2 objects');
    expect(buttonWords(summary({ items: [item('a'), item('b')] }))).toBe('Restore 2 Deployments');
  });

  it('how far it is, of what was to be created', () => {
    expect(progressWords(summary({ items: [item('a', { state: 'restored' }), item('b', { state: 'creating' }), item('c', { state: 'leftOut' })] }))).toBe('1 of 2 settled');
  });

  it('a check mark of nothing: that stands for gone', () => {
    const states = ['planned', 'leftOut', 'creating', 'restored', 'refused', 'unknown', 'notTried'] as const;
    const rehearsals = ['asking', 'accepted', 'refused', 'cannotBe', 'noAnswer', 'notAsked'] as const;
    const icons = [...states.map((state) => itemLook(item('a', { state })).icon), ...rehearsals.map((rehearsal) => itemLook(item('a', { rehearsal })).icon)];
    expect(icons).not.toContain('check');
  });
});
