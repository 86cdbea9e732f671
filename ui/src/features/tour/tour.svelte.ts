/** The tour: five short steps that the person takes on the real controls of a practice cluster. It looks on, notices
 * what was done and says what comes next; it does nothing itself, and can be left at any moment. */
import type { RestoreSummary, Settings } from '../../ipc/types';

export const STEPS = 5;
/** The last step is taken in the receipts, which are of all clusters; those before it in a list of a practice cluster. */
export const RECEIPTS_STEP = 4;

/** What it notices. */
export interface Scene {
  /** The list on screen is of a practice cluster. */
  readonly isPractice: boolean;
  /** One of its rows is the current one. */
  readonly hasCurrent: boolean;
  /** The sheet of a deletion is open. */
  readonly isPlanning: boolean;
  /** Something is being deleted in a practice cluster. */
  readonly isDeleting: boolean;
  /** Deletions in practice clusters after which something was gone. */
  readonly gone: number;
}

const nothing: Scene = { isPractice: false, hasCurrent: false, isPlanning: false, isDeleting: false, gone: 0 };

/** Where the number of steps that are done is kept. */
export interface Kept {
  readonly settings: Pick<Settings, 'tourSteps'>;
  change(change: { tourSteps: number }): void;
}

export class Tour {
  isOpen = $state(false);
  scene: Scene = $state.raw(nothing);
  /** Deletions that ended before the one that it waits for. */
  #goneBefore = 0;

  constructor(private readonly kept: Kept) {}

  get done(): number {
    return this.kept.settings.tourSteps;
  }

  /** The step that is to be taken now, from 0; `STEPS` when all are done. A review that was put away is taken again. */
  get step(): number {
    const { isPlanning, isDeleting } = this.scene;
    const isPutAway = (this.done === 2 || this.done === 3) && !isPlanning && !isDeleting;
    return isPutAway ? 1 : this.done;
  }

  /** Goes on where it was left; from the beginning when it was done. */
  start(): void {
    if (this.done >= STEPS) this.#done(0);
    this.#goneBefore = this.scene.gone;
    this.isOpen = true;
  }

  leave(): void {
    this.isOpen = false;
  }

  /** What will happen was read: nobody can see that, so the person says it. */
  read(): void {
    if (this.step === 2) this.#done(3);
  }

  notice(scene: Scene): void {
    this.scene = scene;
    if (!this.isOpen) return;
    let { done } = this;
    if (done < 1 && scene.isPractice && scene.hasCurrent) done = 1;
    if (done < 2 && scene.isPractice && scene.isPlanning) {
      done = 2;
      this.#goneBefore = scene.gone;
    }
    // Who confirms has read it.
    if (done === 2 && scene.isDeleting) done = 3;
    if ((done === 2 || done === 3) && scene.gone > this.#goneBefore) done = RECEIPTS_STEP;
    if (done !== this.done) this.#done(done);
  }

  /** A restore is over. */
  restored({ clusters, items }: Pick<RestoreSummary, 'clusters' | 'items'>): void {
    const isIt = clusters.some(({ isPractice }) => isPractice) && items.some(({ state }) => state === 'restored');
    if (this.isOpen && this.done === RECEIPTS_STEP && isIt) this.#done(STEPS);
  }

  #done(tourSteps: number): void {
    this.kept.change({ tourSteps });
  }
}
