/** Which kinds stand first in every kind list: those that the person chose, and those that were looked at last. They are
 * kept by what kubectl calls them, for all clusters. */
import type { KindSummary, Settings } from '../../ipc/types';
import { resourceOf } from '../../shared/kinds';

type Kept = Pick<Settings, 'favouriteKinds' | 'recentKinds'>;

export interface ShelfKeeper {
  readonly settings: Kept;
  change(change: Partial<Kept>): void;
}

const MOST_RECENT = 5;

export class Shelf {
  constructor(private readonly keeper: ShelfKeeper) {}

  get favourites(): readonly string[] {
    return this.keeper.settings.favouriteKinds;
  }

  /** The newest first; none of them a favourite. */
  get recent(): readonly string[] {
    return this.keeper.settings.recentKinds;
  }

  isFavourite(kind: KindSummary): boolean {
    return this.favourites.includes(resourceOf(kind));
  }

  /** A new favourite stands last. */
  toggle(kind: KindSummary): void {
    const resource = resourceOf(kind);
    const others = this.favourites.filter((other) => other !== resource);
    this.keeper.change(
      this.isFavourite(kind)
        ? { favouriteKinds: others }
        : { favouriteKinds: [...others, resource], recentKinds: this.recent.filter((other) => other !== resource) },
    );
  }

  visit(kind: KindSummary): void {
    const resource = resourceOf(kind);
    if (this.isFavourite(kind) || this.recent[0] === resource) return;
    this.keeper.change({ recentKinds: [resource, ...this.recent.filter((other) => other !== resource)].slice(0, MOST_RECENT) });
  }
}
