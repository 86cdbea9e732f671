import { beforeEach, describe, expect, it } from 'vitest';

import type { Outcome } from '../../ipc/types';
import { announcer } from '../../shared/announcer.svelte';
import { toasts } from '../../shared/toasts.svelte';
import { job } from './scene';
import { JobsController, SPOKEN_EVERY_MS } from './jobs.svelte';
import { endSentence, laneSentence, progressWords, titleWords } from './words';

const one = (outcome: Outcome, isSettled = false) => job({ [outcome]: 1 }, { subject: 'ConfigMap a in ci', isSettled });

describe('jobs', () => {
  let now = 0;
  beforeEach(() => {
    now = 0;
    announcer.politeText = '';
    announcer.assertiveText = '';
    toasts.close();
  });
  const controller = () => new JobsController(() => now);

  it('open the panel for many and the card for one', () => {
    const jobs = controller();
    jobs.confirmed(job({ waiting: 9 }));
    expect(jobs.shown).toBe('j1');
    expect(jobs.compact).toBeNull();
    const single = controller();
    single.confirmed(one('requested'));
    expect(single.shown).toBeNull();
    expect(single.compact?.job).toBe('j1');
  });

  it('that run while the page begins are shown as they were when they began', () => {
    const jobs = controller();
    jobs.set([job({ waiting: 9 }), job({ gone: 3 }, { job: 'j0', isSettled: true })]);
    expect(jobs.shown).toBe('j1');
    const over = controller();
    over.set([job({ gone: 9 }, { isSettled: true })]);
    expect([over.shown, over.compact]).toEqual([null, null]);
  });

  it('say that one object is gone only once it is, and then in place of the card', () => {
    const jobs = controller();
    jobs.confirmed(one('requested'));
    jobs.update(one('accepted'));
    expect(toasts.current).toBeNull();
    jobs.update(one('gone', true));
    expect(toasts.current?.title).toBe('ConfigMap a in ci is gone');
    expect(jobs.compact).toBeNull();
  });

  it('keep the card of one that is not gone, without a toast', () => {
    const jobs = controller();
    jobs.confirmed(one('requested'));
    jobs.update(one('recreated', true));
    expect(toasts.current).toBeNull();
    expect(jobs.compact?.isSettled).toBe(true);
  });

  it('are not set back by an answer that is older than the events', () => {
    const jobs = controller();
    jobs.update(one('gone', true));
    jobs.confirmed(one('requested'));
    jobs.update(one('accepted'));
    expect(jobs.all[0]?.isSettled).toBe(true);
    expect(jobs.compact).toBeNull();
  });

  it('speak of progress at most every five seconds, and of refusals at once', () => {
    const jobs = controller();
    jobs.update(job({ waiting: 9 }));
    expect(announcer.politeText).toContain('0 of 9 settled');
    now = SPOKEN_EVERY_MS - 1;
    jobs.update(job({ gone: 4, waiting: 5 }));
    expect(announcer.politeText).toContain('0 of 9');
    now = SPOKEN_EVERY_MS;
    jobs.update(job({ gone: 5, waiting: 4 }));
    expect(announcer.politeText).toContain('5 of 9');
    jobs.update(job({ gone: 5, refused: 1, waiting: 3 }));
    expect(announcer.assertiveText).toContain('1 object of 9 Pods refused');
  });

  it('say once why a cluster does not go on', () => {
    const jobs = controller();
    const paused = job({ waiting: 9 });
    const lanes = paused.lanes.map((lane) => ({ ...lane, problem: 'Paused: sign in again' }));
    jobs.update({ ...paused, lanes });
    expect(announcer.assertiveText).toBe('shop-prod: Paused: sign in again');
    announcer.assertiveText = '';
    jobs.update({ ...paused, lanes });
    expect(announcer.assertiveText).toBe('');
  });

  it('are silent about a server that only asked to slow down, and about a pause that the person made', () => {
    const jobs = controller();
    for (const waitsFor of ['server', 'person'] as const) {
      const paused = job({ waiting: 9 });
      jobs.update({ ...paused, lanes: paused.lanes.map((lane) => ({ ...lane, state: 'paused' as const, waitsFor })) });
    }
    expect(announcer.assertiveText).toBe('');
  });

  it('speak of a flood of refusals every five seconds', () => {
    const jobs = controller();
    jobs.update(job({ refused: 1, waiting: 8 }));
    jobs.update(job({ refused: 2, waiting: 7 }));
    expect(announcer.assertiveText).toContain('1 object of');
    now = SPOKEN_EVERY_MS;
    jobs.update(job({ refused: 3, waiting: 6 }));
    expect(announcer.assertiveText).toContain('3 objects of');
  });

  it('say at the start that one was interrupted, and count it with those that run', () => {
    const jobs = controller();
    const interrupted = job({ gone: 4, notSent: 5 }, { state: 'interrupted', needsPerson: true, sentence: 'A job was interrupted: 4 gone, 5 not sent.' });
    jobs.set([interrupted]);
    expect(announcer.assertiveText).toBe('A job was interrupted: 4 gone, 5 not sent.');
    expect([jobs.running.length, jobs.open.length, jobs.interrupted.length]).toEqual([0, 1, 1]);
    expect(jobs.statusText).toBe('A job was interrupted: 9 Pods in shop-prod');
  });

  it('open the one that needs a person first', () => {
    const jobs = controller();
    jobs.update(job({ waiting: 2 }, { job: 'needy', needsPerson: true }));
    jobs.update(job({ waiting: 2 }, { job: 'newer' }));
    jobs.toggle();
    expect(jobs.shown).toBe('needy');
  });

  it('tell the status bar what runs, and nothing when nothing does', () => {
    const jobs = controller();
    jobs.update(job({ gone: 4, waiting: 5 }));
    expect(jobs.statusText).toBe('Deleting 9 Pods in shop-prod, 4 of 9');
    jobs.update(job({ gone: 9 }, { isSettled: true }));
    expect(jobs.statusText).toBeNull();
  });

  it('open the newest that runs with the key, and close it with the key', () => {
    const jobs = controller();
    jobs.update(job({ waiting: 2 }, { job: 'old' }));
    jobs.update(job({ gone: 2 }, { job: 'done', isSettled: true }));
    jobs.toggle();
    expect(jobs.shown).toBe('old');
    jobs.toggle();
    expect(jobs.shown).toBeNull();
  });
});

describe('the words of a job', () => {
  const ends: [string, Partial<Record<Outcome, number>>][] = [
    ['All 9 Pods are gone.', { gone: 8, alreadyGone: 1 }],
    ['5 of 9 are gone. 4 are not: 3 came back and 1 is terminating.', { gone: 5, recreated: 3, terminating: 1 }],
    ['8 of 9 are gone. 1 is not: 1 was refused.', { gone: 8, refused: 1 }],
  ];
  it.each(ends)('end with "%s"', (expected, outcomes) => {
    expect(endSentence(job(outcomes, { isSettled: true }))).toBe(expected);
  });

  it('count what is accepted as in flight and never as gone', () => {
    expect(laneSentence(job({ accepted: 2, requested: 1, waiting: 3 }))).toBe('3 in flight, 3 waiting.');
    expect(progressWords(job({ accepted: 2, terminating: 1, gone: 1 }))).toBe('1 of 4 settled');
  });

  it('take the one sentence about one object from the backend', () => {
    expect(endSentence(job({ refused: 1 }, { sentence: 'Secret a was not deleted. dev may not delete secrets there' }))).toBe(
      'Secret a was not deleted. dev may not delete secrets there.',
    );
  });

  it('are titled by what is being deleted and where', () => {
    expect(titleWords(job({ waiting: 9 }))).toBe('Deleting 9 Pods in shop-prod');
    expect(titleWords(job({ gone: 9 }, { isSettled: true }))).toBe('9 Pods in shop-prod');
  });
});
