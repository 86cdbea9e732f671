import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { toApiError } from '../../ipc/backend';
import type { JobSummary, Outcome } from '../../ipc/types';
import { outcomes } from '../../shared/outcomes';
import { pods, scripted, settle } from '../../shared/view/scripted';
import { NO_QUERY } from '../../shared/view/view.svelte';
import { groupCount, groups } from './groups';
import JobPanel from './JobPanel.svelte';
import { job, lane } from './scene';
import { laneWords, paceWords, startedWords, statusWords, waitingForWords } from './words';

async function settled(): Promise<void> {
  await settle();
  await tick();
  await settle();
  await tick();
}

describe('the job panel', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    cleanup();
    vi.useRealTimers();
  });

  async function open(shown: JobSummary) {
    const script = scripted(pods(3));
    const ontold = vi.fn();
    const onplan = vi.fn();
    const onsignin = vi.fn();
    const props = { backend: script.backend, jobs: [shown], shown: shown.job, unlockMinutes: 15, opening: new Set<string>(), onshow: vi.fn(), onclose: vi.fn(), ontold, onplan, onsignin };
    const drawn = render(JobPanel, { props });
    await settled();
    return { script, ontold, onplan, onsignin, again: (next: JobSummary) => drawn.rerender({ jobs: [next] }) };
  }
  const press = async (name: string | RegExp) => {
    await fireEvent.click(screen.getByRole('button', { name }));
    await settled();
  };

  it('pauses, goes on and stops, and tells what became of the job', async () => {
    const { script, ontold, again } = await open(job({ gone: 1, waiting: 8 }));
    const paused = job({ gone: 1, waiting: 8 }, { state: 'paused' });
    script.calls.jobControl.mockResolvedValueOnce(paused);
    await press('Pause');
    expect(script.calls.jobControl).toHaveBeenLastCalledWith('j1', 'pause');
    expect(ontold).toHaveBeenCalledExactlyOnceWith(paused);
    await again(paused);
    script.calls.jobControl.mockResolvedValue(paused);
    await press('Resume');
    expect(script.calls.jobControl).toHaveBeenLastCalledWith('j1', 'resume');
    await press('Stop');
    expect(script.calls.jobControl).toHaveBeenLastCalledWith('j1', 'stop');
  });

  it('says why a press did not work', async () => {
    const { script } = await open(job({ waiting: 9 }));
    script.calls.jobControl.mockRejectedValueOnce({ ...toApiError(new Error('the disk is full')), code: 'storageFailed' });
    await press('Stop');
    expect(screen.getByRole('alert').textContent).toContain('the disk is full');
  });

  it('shows only the outcomes of the chosen group, by the query of its view', async () => {
    const { script } = await open(job({ gone: 4, alreadyGone: 1, refused: 2, waiting: 2 }));
    expect(screen.getByRole('button', { name: /^Gone/ }).textContent).toContain('5');
    await press(/^Gone/);
    expect(script.calls.viewQuery).toHaveBeenLastCalledWith('v1', { ...NO_QUERY, outcomes: ['gone', 'alreadyGone'] }, 48);
    expect(screen.getByRole('button', { name: /^Gone/ }).getAttribute('aria-pressed')).toBe('true');
    await press(/^All/);
    expect(script.calls.viewQuery).toHaveBeenLastCalledWith('v1', expect.objectContaining({ outcomes: [] }), 48);
  });

  it('offers the one thing that a paused lane needs', async () => {
    const waiting = [
      lane({ waiting: 3 }, { state: 'paused', waitsFor: 'signIn', problem: 'The server ended the session' }),
      lane({ waiting: 3 }, { cluster: 'c2', name: 'shop-eu', state: 'paused', waitsFor: 'unlock' }),
    ];
    const { script, onsignin } = await open(job({ waiting: 6 }, { lanes: waiting, needsPerson: true }));
    await press('Sign in');
    expect(onsignin).toHaveBeenCalledExactlyOnceWith('c1');
    await press('Unlock…');
    expect(script.calls.clusterUnlock).not.toHaveBeenCalled();
    expect(screen.getByText('Let writes to this production cluster through for 15 min?')).toBeTruthy();
    await press('Unlock');
    expect(script.calls.clusterUnlock).toHaveBeenCalledExactlyOnceWith('c2', null);
  });

  it('counts down by itself until a busy server is asked again', async () => {
    const busy = lane({ waiting: 3 }, { state: 'paused', waitsFor: 'server', seconds: 7, atOnce: 16 });
    await open(job({ waiting: 3 }, { lanes: [busy] }));
    expect(screen.getByText('Goes on in 7 s')).toBeTruthy();
    await vi.advanceTimersByTimeAsync(3_000);
    await settled();
    expect(screen.getByText('Goes on in 4 s')).toBeTruthy();
  });

  it('offers to go on with an interrupted job, to plan what is left, or to leave it', async () => {
    const { script, onplan } = await open(job({ gone: 4, notSent: 5 }, { state: 'interrupted', needsPerson: true, sentence: 'A job was interrupted.' }));
    expect(screen.queryByRole('button', { name: 'Pause' })).toBeNull();
    script.calls.jobResume.mockRejectedValueOnce({ ...toApiError(new Error('Pod a was replaced.')), code: 'planChanged' });
    await press('Resume');
    expect(screen.getByRole('alert').textContent).toContain('Pod a was replaced.');
    await press('Plan what is left…');
    expect(onplan).toHaveBeenCalledExactlyOnceWith({ of: 'left', job: 'j1' });
    await press('Dismiss');
    expect(script.calls.jobDismiss).toHaveBeenCalledExactlyOnceWith('j1');
  });

  it('is over in amber while objects are left, and offers to try those again', async () => {
    const { onplan } = await open(job({ gone: 6, refused: 3 }, { isSettled: true, state: 'settled', retryable: 3, sentence: '6 of 9 are gone.' }));
    expect(document.querySelector('.end-warn')?.textContent).toContain('6 of 9 are gone.');
    await press('Try the 3 again…');
    expect(onplan).toHaveBeenCalledExactlyOnceWith({ of: 'failed', job: 'j1' });
  });

  it('is over with a check mark only when all are gone', async () => {
    await open(job({ gone: 8, alreadyGone: 1 }, { isSettled: true, state: 'settled' }));
    expect(document.querySelector('.end-good')?.textContent).toContain('All 9 Pods are gone.');
    expect(document.querySelector('.end-warn')).toBeNull();
  });
});

describe('the groups of outcomes', () => {
  it('hold every outcome once', () => {
    const all = groups.flatMap((group) => group.outcomes);
    expect([...all].sort()).toEqual((Object.keys(outcomes) as Outcome[]).sort());
    const whole = job({ gone: 1, alreadyGone: 2, refused: 3, waiting: 4, unknown: 5 });
    expect(groups.slice(1).reduce((sum, group) => sum + groupCount(whole, group), 0)).toBe(whole.total);
  });
});

describe('what is said', () => {
  it('of a pace', () => {
    expect(paceWords(job({ waiting: 9 }, { perSecond: 61, inFlight: 24, secondsLeft: 2 }))).toEqual(['61 a second', '24 in flight', 'about 2 s left']);
    expect(paceWords(job({ waiting: 9 }, { inFlight: 8 }))).toEqual(['8 in flight']);
    expect(paceWords(job({ gone: 9 }, { isSettled: true, took: '4.1 s' }))).toEqual(['Took 4.1 s']);
  });

  it('of who began it and how far it is', () => {
    expect(startedWords(job({ gone: 5, waiting: 4 }, { settled: 5 }))).toBe('Started 14:02:51 by dev. 5 settled, 4 to go.');
  });

  it('of clusters that wait for the person', () => {
    const paused = lane({ waiting: 3 }, { state: 'paused', waitsFor: 'signIn' });
    const one = job({ waiting: 9 }, { lanes: [paused] });
    expect(waitingForWords(one)).toBe('shop-prod waits for you');
    expect(statusWords(one)).toBe('Deleting 9 Pods in shop-prod, 0 of 9, shop-prod waits for you');
    expect(waitingForWords(job({ waiting: 9 }, { lanes: [paused, { ...paused, cluster: 'c2' }] }))).toBe('2 clusters wait for you');
  });

  it('of a lane that waits, with its counts', () => {
    expect(laneWords(lane({ gone: 2, waiting: 3 }, { state: 'paused', waitsFor: 'signIn', problem: 'The server ended the session' }))).toBe('2 gone, 3 waiting. The server ended the session.');
    expect(laneWords(lane({ gone: 2 }, { sentence: '2 gone.' }))).toBe('2 gone.');
  });
});
