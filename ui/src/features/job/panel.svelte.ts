/** What a person does in the job panel: which outcomes are looked at, pause, resume, stop, unlock. What becomes of the
 * job is told by events; here is only what is under way between a press and its answer, and why it did not work. */
import { toApiError, type Backend } from '../../ipc/backend';
import type { ApiError, JobControl, JobSummary, Outcome } from '../../ipc/types';
import type { ViewController } from '../../shared/view/view.svelte';
import { NO_QUERY } from '../../shared/view/view.svelte';
import { groups, type GroupName } from './groups';

export class JobPanelController {
  group = $state<GroupName>('all');
  /** The press whose answer is awaited. */
  busy = $state<JobControl | 'resumeJob' | 'dismiss' | 'unlock' | null>(null);
  error = $state.raw<ApiError | null>(null);
  /** The cluster about which is asked once more before it is unlocked. */
  unlocking = $state<string | null>(null);

  readonly #backend: Backend;
  readonly #view: ViewController;
  readonly #ontold: (job: JobSummary) => void;

  /** `ontold` gets the job as it is after a press. */
  constructor(backend: Backend, view: ViewController, ontold: (job: JobSummary) => void) {
    this.#backend = backend;
    this.#view = view;
    this.#ontold = ontold;
  }

  /** Another job is shown: nothing of the one before is left. */
  open(job: string): void {
    this.group = 'all';
    this.error = null;
    this.unlocking = null;
    void this.#view.open({ source: 'job', job });
  }

  /** Shows only the targets with one of the group's outcomes. */
  show(group: GroupName): void {
    this.group = group;
    const outcomes: Outcome[] = [...(groups.find((known) => known.name === group)?.outcomes ?? [])];
    void this.#view.setQuery({ ...NO_QUERY, outcomes });
  }

  control(job: string, control: JobControl): Promise<void> {
    return this.#press(control, async () => this.#ontold(await this.#backend.jobControl(job, control)));
  }

  /** An interrupted job goes on, unless something changed: then what is left has to be planned anew. */
  resume(job: string): Promise<void> {
    return this.#press('resumeJob', async () => this.#ontold(await this.#backend.jobResume(job)));
  }

  dismiss(job: string): Promise<void> {
    return this.#press('dismiss', () => this.#backend.jobDismiss(job));
  }

  unlock(): Promise<void> {
    const cluster = this.unlocking;
    this.unlocking = null;
    return cluster === null ? Promise.resolve() : this.#press('unlock', () => this.#backend.clusterUnlock(cluster, null));
  }

  async #press(busy: NonNullable<JobPanelController['busy']>, send: () => Promise<unknown>): Promise<void> {
    if (this.busy !== null) return;
    this.busy = busy;
    this.error = null;
    try {
      await send();
    } catch (error) {
      this.error = toApiError(error);
    } finally {
      this.busy = null;
    }
  }
}
