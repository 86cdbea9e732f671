/** How long something has been awaited, in the steps of ui.md §12.4: nothing is said at first, then words, then since
 * when, then there is a way to stop. */
export type WaitStep = 'quiet' | 'words' | 'since' | 'stoppable';

const STEPS: readonly [WaitStep, number][] = [
  ['words', 400],
  ['since', 2_000],
  ['stoppable', 10_000],
];

export class Waiting {
  step = $state<WaitStep>('quiet');
  /** Local milliseconds. */
  since = $state<number | null>(null);
  #timers: ReturnType<typeof setTimeout>[] = [];

  start(): void {
    this.stop();
    this.since = Date.now();
    this.#timers = STEPS.map(([step, after]) =>
      setTimeout(() => {
        this.step = step;
      }, after),
    );
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
    this.step = 'quiet';
    this.since = null;
  }
}
