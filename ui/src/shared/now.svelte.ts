/** The local clock, for what counts down on screen. It ticks once a second, and only while somebody looks. */
import { createSubscriber } from 'svelte/reactivity';

class Now {
  readonly #subscribe = createSubscriber((update) => {
    const timer = setInterval(update, 1000);
    return () => clearInterval(timer);
  });

  /** Unix seconds. */
  get seconds(): number {
    this.#subscribe();
    return Date.now() / 1000;
  }
}

export const now = new Now();
