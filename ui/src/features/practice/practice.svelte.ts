/** The practice clusters: brought into the list, made what they were at first, taken off it again. */
import { toApiError, type Backend } from '../../ipc/backend';
import type { ApiError, Catalogue, ClusterSummary } from '../../ipc/types';
import { announcer } from '../../shared/announcer.svelte';

export interface PracticeTells {
  catalogue: (catalogue: Catalogue) => void;
  fault: (cause: unknown) => void;
}

export class Practice {
  isBusy = $state(false);
  /** Why what was asked last did not happen. */
  error: ApiError | null = $state.raw(null);

  constructor(
    private readonly backend: Backend,
    private readonly tell: PracticeTells,
  ) {}

  /** Answers with the one to begin in: where the least is at stake. Null where they could not be opened. */
  async open(): Promise<ClusterSummary | null> {
    const opened = await this.#ask(() => this.backend.practiceOpen());
    const all = opened?.clusters.filter(({ isPractice }) => isPractice) ?? [];
    return all.find(({ tier }) => tier === 'development') ?? all[0] ?? null;
  }

  async reset(): Promise<void> {
    const reset = await this.#ask(() => this.backend.practiceReset());
    if (reset !== null) announcer.polite('The practice clusters are what they were at first.');
  }

  async close(): Promise<void> {
    const closed = await this.#ask(() => this.backend.practiceClose());
    if (closed !== null) announcer.polite('The practice clusters are off the list.');
  }

  /** One at a time. */
  async #ask(ask: () => Promise<Catalogue>): Promise<Catalogue | null> {
    if (this.isBusy) return null;
    this.isBusy = true;
    this.error = null;
    try {
      const catalogue = await ask();
      this.tell.catalogue(catalogue);
      return catalogue;
    } catch (cause) {
      this.error = toApiError(cause);
      this.tell.fault(cause);
      return null;
    } finally {
      this.isBusy = false;
    }
  }
}
