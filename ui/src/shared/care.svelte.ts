/** What a person chooses for a cluster: tier, read-only, colour, letters, group; and its unlocking for a while.
 * It only asks the backend. What is so is what the backend answers, and nothing is shown as chosen before that. */
import type { Backend } from '../ipc/backend';
import { toApiError } from '../ipc/backend';
import type { ApiError, ClusterCare, ClusterSummary } from '../ipc/types';
import { announcer } from './announcer.svelte';
import { untilWords } from './locks';
import { visible } from './text';
import { tierWord } from './tiers';

type Door = Pick<Backend, 'clusterCare' | 'clusterUnlock' | 'clusterLock'>;

export class Care {
  /** The cluster that is about to be unlocked, and the control that asked: a popover stands by it. */
  asking: { cluster: string; anchor: HTMLElement } | null = $state.raw(null);
  /** Ends of the requests under way, by cluster: a change builds on what the one before it left. */
  readonly #chains = new Map<string, Promise<ClusterCare>>();

  constructor(
    private readonly door: Door,
    private readonly onChanged: (cluster: ClusterSummary) => void,
  ) {}

  /** Changes a part of what is chosen. Answers with the reason when it could not be kept; then nothing changed. */
  async choose(cluster: ClusterSummary, change: Partial<ClusterCare>): Promise<ApiError | null> {
    let problem: ApiError | null = null;
    const before = this.#chains.get(cluster.id) ?? Promise.resolve(cluster.care);
    const run = before.then(async (known) => {
      try {
        const changed = await this.door.clusterCare(cluster.id, { ...known, ...withAnswer(change) });
        this.onChanged(changed);
        if (change.tier !== undefined) announcer.polite(`${visible(cluster.name)} ${changed.isPractice ? 'plays' : 'is'} ${tierWord(changed.tier)} now`);
        return changed.care;
      } catch (cause) {
        problem = toApiError(cause);
        return known;
      }
    });
    this.#chains.set(cluster.id, run);
    await run;
    if (this.#chains.get(cluster.id) === run) this.#chains.delete(cluster.id);
    return problem;
  }

  /** Opens the popover that asks whether to unlock. */
  ask(cluster: string, anchor: HTMLElement): void {
    this.asking = { cluster, anchor };
  }

  stopAsking(): void {
    this.asking = null;
  }

  async unlock(cluster: ClusterSummary): Promise<ApiError | null> {
    return this.#locking(async () => {
      const changed = await this.door.clusterUnlock(cluster.id, null);
      const until = changed.unlockedUntil === null ? '' : ` until ${untilWords(changed.unlockedUntil)}`;
      announcer.polite(`${visible(cluster.name)} is unlocked${until}`);
      return changed;
    });
  }

  async lock(cluster: ClusterSummary): Promise<ApiError | null> {
    return this.#locking(async () => {
      const changed = await this.door.clusterLock(cluster.id);
      announcer.polite(`${visible(cluster.name)} is read-only`);
      return changed;
    });
  }

  async #locking(run: () => Promise<ClusterSummary>): Promise<ApiError | null> {
    try {
      this.onChanged(await run());
      return null;
    } catch (cause) {
      return toApiError(cause);
    }
  }
}

/** Choosing a tier answers the question about it, also when the answer is that it stays unknown. */
function withAnswer(change: Partial<ClusterCare>): Partial<ClusterCare> {
  return change.tier === undefined ? change : { ...change, isTierAsked: true };
}
