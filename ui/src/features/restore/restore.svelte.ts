/** One restore from the receipts it was asked for to what became of each object. Nothing is created before the person
 * has seen what will differ, and nothing while a cluster that it writes to is read-only. */
import { toApiError, type Backend } from '../../ipc/backend';
import type { ApiError, ClusterSummary, ReceiptRef, RestoreSummary } from '../../ipc/types';
import { announcer } from '../../shared/announcer.svelte';
import { visible } from '../../shared/text';
import { settledCount } from './words';

type Phase = 'making' | 'failed' | 'open' | 'running' | 'done' | 'closed';

/** Progress is read aloud at most so often. */
const SPOKEN_EVERY_MS = 5_000;

export class RestoreController {
  phase = $state<Phase>('making');
  summary = $state.raw<RestoreSummary | null>(null);
  /** Why it could not be worked out, or why it was not begun. */
  error = $state.raw<ApiError | null>(null);
  /** The cluster whose unlocking is asked for once more. */
  asking = $state<string | null>(null);
  /** A cluster is being unlocked. */
  isUnlocking = $state(false);
  /** It is worked out once more: what is shown is no longer what would be done. */
  isRemaking = $state(false);

  readonly planned: number = $derived(this.summary?.items.filter(({ state }) => state === 'planned').length ?? 0);
  /** Whether it can be begun. */
  readonly isPossible: boolean = $derived(
    this.phase === 'open' && this.summary !== null && this.summary.isReady && this.summary.locked.length === 0 && this.planned > 0 && !this.isUnlocking && !this.isRemaking,
  );

  readonly #backend: Backend;
  readonly #receipts: ReceiptRef[];
  #making = 0;
  #isReading = false;
  #isDirty = false;
  #spokenAt = -Infinity;
  /** Events may be older than the answer that names their restore. */
  #early = new Set<string>();

  constructor(backend: Backend, receipts: readonly ReceiptRef[]) {
    this.#backend = backend;
    this.#receipts = [...receipts];
    void this.#make();
  }

  /** The backend says that a restore moved on. */
  changed(restore: string): void {
    if (this.summary === null) this.#early.add(restore);
    else if (restore === this.summary.restore) void this.#read();
  }

  async confirm(): Promise<void> {
    const { summary } = this;
    if (!this.isPossible || summary === null) return;
    this.phase = 'running';
    this.error = null;
    this.#spokenAt = Date.now();
    try {
      this.#take(await this.#backend.restoreConfirm(summary.restore));
    } catch (cause) {
      if (this.#is('running')) this.phase = 'open';
      this.#failed(cause);
    }
  }

  askUnlock(cluster: string): void {
    if (this.phase === 'open' && !this.isUnlocking) this.asking = cluster;
  }

  keepLocked(): void {
    this.asking = null;
  }

  /** Lets writes through to the cluster that was asked about, for as long as the settings say; the restore is then worked
   * out again, since a locked cluster was asked nothing. */
  async unlock(): Promise<void> {
    const cluster = this.asking;
    if (this.phase !== 'open' || cluster === null || this.isUnlocking) return;
    this.asking = null;
    this.isUnlocking = true;
    this.error = null;
    try {
      await this.#backend.clusterUnlock(cluster, null);
      if (this.#is('open')) await this.again();
    } catch (cause) {
      this.#failed(cause);
    } finally {
      this.isUnlocking = false;
    }
  }

  /** A cluster that it writes to was locked, unlocked or given another tier: what was worked out is no longer so. */
  clusterChanged(cluster: ClusterSummary): void {
    if (this.phase !== 'open' || this.summary === null || this.isUnlocking) return;
    const known = this.summary.clusters.find((one) => one.cluster === cluster.id);
    if (known === undefined) return;
    const isLocked = this.summary.locked.includes(cluster.id);
    if (cluster.isLocked !== isLocked || cluster.tier !== known.tier) void this.again();
  }

  /** Works it out once more. */
  async again(): Promise<void> {
    this.#discard();
    await this.#make();
  }

  /** Puts it away; one that runs is only left when the page itself goes. */
  close(): void {
    if (this.phase === 'closed') return;
    if (this.phase !== 'running') this.#discard();
    this.phase = 'closed';
  }

  async #make(): Promise<void> {
    this.#making += 1;
    const ticket = this.#making;
    if (this.phase === 'failed') this.phase = 'making';
    this.isRemaking = this.phase === 'open';
    this.error = null;
    try {
      const summary = await this.#backend.restorePlan(this.#receipts);
      if (ticket !== this.#making || this.phase === 'closed') {
        this.#backend.restoreDiscard(summary.restore).catch(() => undefined);
        return;
      }
      this.phase = 'open';
      this.summary = summary;
      if (this.#early.delete(summary.restore)) void this.#read();
    } catch (cause) {
      if (ticket !== this.#making || this.phase === 'closed') return;
      if (this.phase === 'making' || this.phase === 'open') this.phase = 'failed';
      this.summary = null;
      this.#failed(cause);
    } finally {
      if (ticket === this.#making) this.isRemaking = false;
    }
  }

  async #read(): Promise<void> {
    if (this.summary === null) return;
    if (this.#isReading) {
      this.#isDirty = true;
      return;
    }
    this.#isReading = true;
    const { restore } = this.summary;
    try {
      this.#take(await this.#backend.restoreRead(restore));
    } catch (cause) {
      // One that was discarded meanwhile is not missed.
      if (this.#holds(restore)) this.#failed(cause);
    } finally {
      this.#isReading = false;
    }
    if (!this.#isDirty) return;
    this.#isDirty = false;
    await this.#read();
  }

  #take(next: RestoreSummary): void {
    if (this.phase === 'closed' || this.summary?.restore !== next.restore) return;
    // The answer to the confirmation may come after events that are newer.
    if (this.phase === 'done' && !next.isDone) return;
    if (this.phase === 'running' && !next.isDone && settledCount(next) < settledCount(this.summary)) return;
    this.summary = next;
    if (next.isDone && this.phase !== 'done') {
      this.phase = 'done';
      announcer.polite(visible(next.sentence));
    } else if (this.phase === 'running' && Date.now() - this.#spokenAt >= SPOKEN_EVERY_MS) {
      this.#spokenAt = Date.now();
      announcer.polite(`${String(settledCount(next))} of ${String(next.items.length)} restored`);
    }
  }

  #failed(cause: unknown): void {
    if (this.phase === 'closed') return;
    this.error = toApiError(cause);
    announcer.assertive(visible(this.error.message));
  }

  #discard(): void {
    if (this.summary !== null) this.#backend.restoreDiscard(this.summary.restore).catch(() => undefined);
  }

  #holds(restore: string): boolean {
    return this.summary?.restore === restore && !this.isRemaking;
  }

  #is(phase: Phase): boolean {
    return this.phase === phase;
  }
}
