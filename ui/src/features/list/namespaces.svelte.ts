/** Choosing the namespaces a list reads: from the names that are known, or by typing where they cannot be listed. */
import type { NamespaceScope } from '../../ipc/types';

/** More rows than this are not drawn; typing narrows them. */
export const MOST_SHOWN = 200;
/** The place of "All namespaces" among the rows. */
export const ALL = -1;
const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

export class NamespaceChoice {
  search = $state('');
  chosen = $state.raw<ReadonlySet<string>>(new Set());
  /** Names that were typed; they are offered beside those the server named. */
  typed = $state.raw<readonly string[]>([]);
  /** Which row the arrow keys are on; 0 is the first match, `ALL` the row above them for all namespaces. */
  active = $state(0);
  /** Checks were changed, so that what is checked is what is meant. */
  isTouched = $state(false);

  readonly #known: () => readonly string[];
  readonly all = $derived.by(() => {
    const known = this.#known();
    return [...this.typed.filter((name) => !known.includes(name)), ...known];
  });
  readonly matches = $derived.by(() => {
    const words = this.search.trim().toLowerCase();
    return words === '' ? this.all : this.all.filter((name) => name.includes(words));
  });

  constructor(scope: NamespaceScope, known: () => readonly string[]) {
    this.#known = known;
    if (scope.scope === 'only') {
      this.chosen = new Set(scope.names);
      this.typed = scope.names.filter((name) => !known().includes(name));
    }
    // Starts at what is shown.
    const [first] = scope.scope === 'only' ? scope.names : [];
    this.active = first === undefined ? ALL : Math.max(0, this.all.indexOf(first));
  }

  /** Whether the search text is a name nobody has listed, so that it can be added as it is. */
  get typedName(): string | null {
    const name = this.search.trim();
    return NAME.test(name) && !this.all.includes(name) ? name : null;
  }

  setSearch(search: string): void {
    this.search = search;
    this.active = 0;
  }

  move(by: number): void {
    const last = Math.min(this.matches.length, MOST_SHOWN) - 1;
    const first = this.search === '' ? ALL : 0;
    this.active = Math.max(first, Math.min(last, this.active + by));
  }

  toggle(name: string): void {
    const next = new Set(this.chosen);
    if (!next.delete(name)) next.add(name);
    this.chosen = next;
    this.isTouched = true;
  }

  /** Adds the typed name and chooses it. */
  addTyped(): void {
    const name = this.typedName;
    if (name === null) return;
    this.typed = [...this.typed, name];
    this.chosen = new Set([...this.chosen, name]);
    this.setSearch('');
  }

  toggleAll(): void {
    const names = this.matches;
    const isAll = names.every((name) => this.chosen.has(name));
    const next = new Set(this.chosen);
    for (const name of names) if (isAll) next.delete(name);
    else next.add(name);
    this.chosen = next;
  }

  get scope(): NamespaceScope | null {
    if (this.chosen.size === 0) return null;
    return { scope: 'only', names: [...this.chosen].sort() };
  }
}
