/** What a person chooses for a cluster of the fake host: tier, look, lock. */
import type { ClusterCare, ClusterSummary } from '../types';
import { fail } from './world';
import type { World } from './world';

function isReadOnly({ care }: ClusterSummary): boolean {
  return care.readOnly ?? care.tier === 'production';
}

export class Care {
  #timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(private readonly world: World) {}

  set(id: string, care: ClusterCare): ClusterSummary {
    const before = this.world.cluster(id);
    const letters = care.letters ?? before.name.split('-').map((part) => part.charAt(0)).join('').slice(0, 2).toUpperCase();
    const changed = this.world.setCluster(id, { care, tier: care.tier, letters });
    const isUnlocked = changed.unlockedUntil !== null;
    return this.world.setCluster(id, { isLocked: isReadOnly(changed) && !isUnlocked });
  }

  unlock(id: string, minutes: number | null): ClusterSummary {
    const cluster = this.world.cluster(id);
    if (cluster.state !== 'signedIn') throw fail('signInRequired', `${cluster.name} is not signed in`, { cluster: id });
    const length = (minutes ?? this.world.settings.unlockMinutes) * 60;
    clearTimeout(this.#timers.get(id));
    this.#timers.set(id, setTimeout(() => this.lock(id), length * 1000));
    return this.world.setCluster(id, { isLocked: false, unlockedUntil: Date.now() / 1000 + length });
  }

  lock(id: string): ClusterSummary {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    return this.world.setCluster(id, { isLocked: isReadOnly(this.world.cluster(id)), unlockedUntil: null });
  }
}
