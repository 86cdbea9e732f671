/** The jobs of this run, newest first, and what is said about them aloud. */
import type { JobSummary, Outcome } from '../ipc/types';
import { announcer } from '../shared/announcer.svelte';
import { isSettled } from '../shared/outcomes';
import { count, list, plural, sentence } from '../shared/text';
import { toasts } from '../shared/toasts.svelte';

const progressMilliseconds = 5000;

export class Jobs {
  all: JobSummary[] = $state.raw([]);
  running = $derived(this.all.filter((job) => !job.isSettled));
  /** The job in the panel; null while it is closed. */
  shown: string | null = $state(null);
  #spokenAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly now: () => number) {}

  set(jobs: JobSummary[]): void {
    this.all = jobs;
  }

  update(job: JobSummary): void {
    const before = this.all.find((known) => known.job === job.job);
    this.all = before ? this.all.map((known) => (known.job === job.job ? job : known)) : [job, ...this.all];
    this.#speak(job, before);
  }

  show(job: string): void {
    this.shown = job;
  }

  close(): void {
    this.shown = null;
  }

  /** Opens the newest job that runs, else the newest; closes the panel when it is open. */
  toggle(): void {
    const newest = this.running[0] ?? this.all[0];
    this.shown = this.shown === null && newest ? newest.job : null;
  }

  #speak(job: JobSummary, before: JobSummary | undefined): void {
    const refused = outcomeCount(job, 'refused');
    if (refused > (before ? outcomeCount(before, 'refused') : 0)) {
      announcer.assertive(`${plural('object', refused)} of ${job.subject} refused`);
    }
    if (job.isSettled && before?.isSettled !== true) {
      const isGone = isAllGone(job);
      announcer.polite(settledSentence(job));
      if (job.total === 1 && isGone) toasts.show(goneToast(job));
    } else if (!job.isSettled && this.now() - this.#spokenAt >= progressMilliseconds) {
      this.#spokenAt = this.now();
      announcer.polite(`${job.subject}: ${count(settledCount(job))} of ${count(job.total)} settled`);
    }
  }
}

function goneToast(job: JobSummary): Parameters<typeof toasts.show>[0] {
  const lane = job.lanes[0];
  return { icon: 'check', tone: 'good', title: `${job.subject} is gone`, ...(lane ? { text: `Confirmed in ${lane.name}.` } : {}) };
}

export function outcomeCount(job: JobSummary, outcome: Outcome): number {
  return job.outcomes.find((part) => part.outcome === outcome)?.count ?? 0;
}

export function settledCount(job: JobSummary): number {
  return job.outcomes.filter((part) => isSettled(part.outcome)).reduce((sum, part) => sum + part.count, 0);
}

export function isAllGone(job: JobSummary): boolean {
  return outcomeCount(job, 'gone') + outcomeCount(job, 'alreadyGone') === job.total;
}

/** "All 1,000 ConfigMaps are gone." or what is still there (ui.md §10). */
export function settledSentence(job: JobSummary): string {
  if (job.sentence !== null) return sentence(job.sentence);
  const gone = outcomeCount(job, 'gone') + outcomeCount(job, 'alreadyGone');
  if (gone === job.total) return `All ${job.subject} are gone.`;
  const rest = (
    [
      ['recreated', 'came back'],
      ['refused', 'refused'],
      ['replaced', 'replaced'],
      ['unknown', 'unknown'],
      ['notSent', 'not sent'],
    ] as const
  )
    .map(([outcome, word]) => [outcomeCount(job, outcome), word] as const)
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${count(number)} ${word}`);
  return `${count(gone)} of ${count(job.total)} are gone. The others: ${list(rest)}.`;
}
