/** Signing in to clusters and out of them as the person asks for it: what is under way for which cluster. It keeps no
 * token: what was typed goes through to the backend and nowhere else. */
import { toApiError } from '../../ipc/backend';
import type { Backend } from '../../ipc/backend';
import type { ApiError, ClusterSummary, SignInWay } from '../../ipc/types';

export interface Told {
  /** As the cluster is now. */
  changed(cluster: ClusterSummary): void;
  /** Connecting or signing in did not work. The cluster's panel says why. */
  failed(cluster: string, error: ApiError): void;
  /** What should have ended could not be ended. */
  fault(cause: unknown): void;
}

export class Signing {
  /** Clusters that are being connected to, or signed in to. */
  opening: ReadonlySet<string> = $state.raw(new Set());
  /** Clusters that are being left: stopped or signed out of. */
  ending: ReadonlySet<string> = $state.raw(new Set());

  constructor(
    private readonly backend: Backend,
    private readonly told: Told,
  ) {}

  /** Answers whether it worked; false as well where it is under way already. */
  open(id: string): Promise<boolean> {
    return this.#begin(id, () => this.backend.clusterOpen(id));
  }

  signIn(id: string, way: SignInWay): Promise<boolean> {
    return this.#begin(id, () => this.backend.clusterSignIn(id, way));
  }

  consent(id: string, digest: string): Promise<boolean> {
    return this.#begin(id, () => this.backend.clusterConsent(id, digest));
  }

  /** Ends connecting, a plugin, or trying again by itself. What is ended answers for itself. */
  stop(id: string): Promise<void> {
    return this.#end(id, () => this.backend.clusterStop(id));
  }

  signOut(id: string): Promise<void> {
    return this.#end(id, () => this.backend.clusterSignOut(id));
  }

  async #begin(id: string, ask: () => Promise<ClusterSummary>): Promise<boolean> {
    if (this.opening.has(id)) return false;
    this.opening = new Set([...this.opening, id]);
    try {
      this.told.changed(await ask());
      return true;
    } catch (cause) {
      this.told.failed(id, toApiError(cause));
      return false;
    } finally {
      this.opening = without(this.opening, id);
    }
  }

  async #end(id: string, ask: () => Promise<ClusterSummary>): Promise<void> {
    if (this.ending.has(id)) return;
    this.ending = new Set([...this.ending, id]);
    try {
      this.told.changed(await ask());
    } catch (cause) {
      this.told.fault(cause);
    } finally {
      this.ending = without(this.ending, id);
    }
  }
}

function without(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return new Set([...set].filter((other) => other !== id));
}
