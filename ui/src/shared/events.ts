/** Hands the backend's events to whoever asked for them. Knows no feature. */
import type { BackendEvent } from '../ipc/types';

type Name = BackendEvent['event'];
type Of<N extends Name> = Extract<BackendEvent, { event: N }>;
type Handler = (event: BackendEvent) => void;

export class Events {
  #handlers = new Map<Name, Set<Handler>>();

  /** Returns the function that stops it; an `$effect` returns it as its clean-up. */
  on<N extends Name>(name: N, handler: (event: Of<N>) => void): () => void {
    const handlers = this.#handlers.get(name) ?? new Set<Handler>();
    this.#handlers.set(name, handlers);
    const entry: Handler = (event) => handler(event as Of<N>);
    handlers.add(entry);
    return () => {
      handlers.delete(entry);
    };
  }

  dispatch(event: BackendEvent): void {
    for (const handler of this.#handlers.get(event.event) ?? []) handler(event);
  }
}
