/** How a person arranged lists, by kind: kept across runs, for every cluster alike. What changes here shows at once and is
 * written a moment later, so that a column that is being resized by keys is not written at every key. */
import type { Backend } from '../ipc/backend';
import type { KindRef, ListLook } from '../ipc/types';

export const WRITE_MS = 300;

export const PLAIN: ListLook = { isWide: false, columns: { shown: [], hidden: [], labels: [] }, widths: {}, sort: null };

/** As kubectl names it: `pods`, `deployments.apps`. A kind keeps its look when its version changes. */
export function resourceOf({ group, plural }: KindRef): string {
  return group === '' ? plural : `${plural}.${group}`;
}

export class Looks {
  #looks = $state.raw<Readonly<Partial<Record<string, ListLook>>>>({});
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(
    private readonly backend: Pick<Backend, 'listLookWrite'>,
    private readonly onFault: (cause: unknown) => void = () => undefined,
  ) {}

  /** Those of earlier runs. */
  set(looks: Readonly<Partial<Record<string, ListLook>>>): void {
    this.#looks = looks;
  }

  of(kind: KindRef): ListLook {
    return this.#looks[resourceOf(kind)] ?? PLAIN;
  }

  isPlain(kind: KindRef): boolean {
    return this.#looks[resourceOf(kind)] === undefined;
  }

  change(kind: KindRef, change: Partial<ListLook>): void {
    this.#keep(resourceOf(kind), { ...this.of(kind), ...change });
  }

  /** As the server has it. */
  reset(kind: KindRef): void {
    if (!this.isPlain(kind)) this.#keep(resourceOf(kind), undefined);
  }

  #keep(resource: string, look: ListLook | undefined): void {
    this.#looks = { ...this.#looks, [resource]: look };
    clearTimeout(this.#timers.get(resource));
    const write = (): void => {
      this.#timers.delete(resource);
      this.backend.listLookWrite(resource, this.#looks[resource] ?? null).catch(this.onFault);
    };
    this.#timers.set(resource, setTimeout(write, WRITE_MS));
  }
}
