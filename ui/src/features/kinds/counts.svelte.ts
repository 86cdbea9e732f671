/** How many objects there are of each kind that was looked at, in each cluster. It asks for what is on screen and was not
 * asked for a while; the backend asks the cluster for a few at a time. */
import { toApiError } from '../../ipc/backend';
import type { Backend } from '../../ipc/backend';
import type { ClusterSummary, KindSummary } from '../../ipc/types';
import { resourceOf } from '../../shared/kinds';
import { visible } from '../../shared/text';

/** A count that is older than this is asked for again when it is on screen. */
const OLD = 30_000;

export type Counted =
  | { readonly is: 'counting' }
  | { readonly is: 'counted'; readonly count: number }
  /** They may not be listed in all namespaces. */
  | { readonly is: 'refused'; readonly why: string };

interface Entry {
  readonly kind: KindSummary;
  /** Null where it is not known, and nothing is said. */
  readonly counted: Counted | null;
  /** When it was asked for last; null while it is. */
  readonly at: number | null;
}

export class KindCounts {
  #entries: ReadonlyMap<string, Entry> = $state.raw(new Map());

  constructor(
    private readonly backend: Pick<Backend, 'kindCount'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** The kind was looked at in this cluster: from now on it is counted there. */
  visit(cluster: ClusterSummary, kind: KindSummary): void {
    if (this.#entries.has(keyOf(cluster, kind))) return;
    this.#set(cluster, { kind, counted: null, at: -Infinity });
  }

  of(cluster: ClusterSummary, kind: KindSummary): Counted | null {
    return this.#entries.get(keyOf(cluster, kind))?.counted ?? null;
  }

  /** Asks again for what is old. `live` is the kind whose list on screen knows its number by itself. */
  refresh(cluster: ClusterSummary, live: KindSummary | null): void {
    if (cluster.state !== 'signedIn') return;
    const old = [...this.#entries].filter(([key, { at }]) => key.startsWith(`${cluster.id} `) && at !== null && this.now() - at > OLD);
    for (const [, entry] of old) {
      if (live === null || resourceOf(live) !== resourceOf(entry.kind)) void this.#count(cluster, entry);
    }
  }

  async #count(cluster: ClusterSummary, { kind, counted }: Entry): Promise<void> {
    this.#set(cluster, { kind, counted: counted ?? { is: 'counting' }, at: null });
    const found = await this.#ask(cluster, kind);
    this.#set(cluster, { kind, counted: found, at: this.now() });
  }

  async #ask(cluster: ClusterSummary, { kind }: KindSummary): Promise<Counted | null> {
    try {
      const count = await this.backend.kindCount(cluster.id, kind);
      return count === null ? null : { is: 'counted', count };
    } catch (cause) {
      // Whatever else is wrong with a cluster is said elsewhere.
      const { code, message } = toApiError(cause);
      return code === 'refused' ? { is: 'refused', why: visible(message) } : null;
    }
  }

  #set(cluster: ClusterSummary, entry: Entry): void {
    this.#entries = new Map(this.#entries).set(keyOf(cluster, entry.kind), entry);
  }
}

function keyOf(cluster: ClusterSummary, kind: KindSummary): string {
  return `${cluster.id} ${resourceOf(kind)}`;
}
