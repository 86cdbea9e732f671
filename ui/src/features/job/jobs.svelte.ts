/** The jobs of this run, newest first; which of them is shown where; and what is said about them aloud. */
import type { JobSummary } from '../../ipc/types';
import { announcer } from '../../shared/announcer.svelte';
import { count, visible } from '../../shared/text';
import { toasts } from '../../shared/toasts.svelte';
import { endSentence, isAllGone, outcomeCount, pausedWords, progressWords, refusedWords, statusWords } from './words';

export const SPOKEN_EVERY_MS = 5_000;

export class JobsController {
  all: readonly JobSummary[] = $state.raw([]);
  readonly running = $derived(this.all.filter((job) => !job.isSettled && job.state !== 'interrupted'));
  /** What runs, and what waits for the person: the count in the rail. */
  readonly open = $derived(this.all.filter((job) => !job.isSettled));
  /** Nothing goes on by itself in these. */
  readonly interrupted = $derived(this.all.filter((job) => job.state === 'interrupted'));
  /** The job in the side panel; null while it is closed. */
  shown: string | null = $state(null);
  #compactId: string | null = $state(null);
  /** The job for one target in the small card. */
  readonly compact: JobSummary | null = $derived(this.all.find((job) => job.job === this.#compactId) ?? null);
  /** For the status bar; null when nothing runs. */
  readonly statusText: string | null = $derived.by(() => {
    const first = this.open.find((job) => job.needsPerson) ?? this.open[0];
    if (first === undefined) return null;
    return this.running.length < 2 ? statusWords(first) : `${count(this.running.length)} jobs run. ${statusWords(first)}`;
  });

  #spokenAt = -Infinity;
  #refusedAt = -Infinity;
  readonly #now: () => number;

  constructor(now: () => number = () => Date.now()) {
    this.#now = now;
  }

  set(jobs: readonly JobSummary[]): void {
    this.all = jobs;
    // A page that begins while a job runs follows one whose process ended: the person saw it and is to see it again.
    const [running] = this.running;
    if (running !== undefined) this.confirmed(running);
    const [interrupted] = this.interrupted;
    if (interrupted !== undefined) announcer.assertive(visible(interrupted.sentence));
  }

  /** A job moved on, or is new. */
  update(job: JobSummary): void {
    const before = this.all.find((known) => known.job === job.job);
    // The answer to a confirmation may come after events that are newer.
    if (before?.isSettled === true && !job.isSettled) return;
    this.all = before === undefined ? [job, ...this.all] : this.all.map((known) => (known.job === job.job ? job : known));
    this.#speak(job, before);
  }

  /** The person agreed: many targets open the panel, one is told of in the card. */
  confirmed(job: JobSummary): void {
    const known = this.all.find((other) => other.job === job.job);
    if (known === undefined) this.update(job);
    if (job.total === 1) {
      if ((known ?? job).isSettled && isAllGone(known ?? job)) return;
      this.#compactId = job.job;
    } else this.show(job.job);
  }

  show(job: string): void {
    this.shown = job;
    if (this.#compactId === job) this.#compactId = null;
  }

  close(): void {
    this.shown = null;
  }

  closeCompact(): void {
    this.#compactId = null;
  }

  /** Opens the job that needs a person, else the newest that runs, else the newest; closes the panel when it is open. */
  toggle(): void {
    const newest = this.open.find((job) => job.needsPerson) ?? this.open[0] ?? this.all[0];
    if (this.shown !== null) this.close();
    else if (newest !== undefined) this.show(newest.job);
  }

  #speak(job: JobSummary, before: JobSummary | undefined): void {
    const refusedBefore = before === undefined ? 0 : outcomeCount(before, 'refused');
    // The first refusal at once, a flood of them every five seconds.
    if (outcomeCount(job, 'refused') > refusedBefore && (refusedBefore === 0 || this.#now() - this.#refusedAt >= SPOKEN_EVERY_MS)) {
      this.#refusedAt = this.#now();
      announcer.assertive(refusedWords(job));
    }
    for (const lane of job.lanes) {
      const was = before?.lanes.find((other) => other.cluster === lane.cluster);
      const why = pausedWords(lane);
      if (why !== null && (was === undefined || why !== pausedWords(was))) announcer.assertive(`${visible(lane.name)}: ${why}`);
    }
    if (job.isSettled && before?.isSettled !== true) this.#ended(job);
    else if (!job.isSettled && this.#now() - this.#spokenAt >= SPOKEN_EVERY_MS) {
      this.#spokenAt = this.#now();
      announcer.polite(`${visible(job.subject)}: ${progressWords(job)}`);
    }
  }

  #ended(job: JobSummary): void {
    announcer.polite(endSentence(job));
    if (job.total !== 1 || !isAllGone(job)) return;
    if (this.#compactId === job.job) this.#compactId = null;
    const [lane] = job.lanes;
    toasts.show({
      icon: outcomeCount(job, 'gone') === 1 ? 'check' : 'minus',
      tone: 'good',
      title: job.sentence === '' ? `${visible(job.subject)} ${outcomeCount(job, 'gone') === 1 ? 'is gone' : 'was already gone'}` : endSentence(job),
      ...(job.sentence === '' ? { text: `In ${visible(lane?.name ?? '')}.` } : {}),
    });
  }
}
