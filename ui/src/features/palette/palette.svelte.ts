/** The palette while it is open: what is typed, where it looks, and which row the keys are on. No DOM.
 *
 * The row that the keys are on is known by what it is and never by its place: rows that come or go move it to no other,
 * and where it leaves nothing is chosen until a key or a word chooses again. */
import { count, visible } from '../../shared/text';
import type { Candidate } from './candidates';
import { groups, MOST_ALONE, rank, searchOf, type Found, type Group, type Scope, type Section } from './rank';

export const scopes: readonly Scope[] = ['all', ...groups];
const KEPT = 8;

/** What was chosen, for the run: it leads where nothing is typed. Actions are not places to come back to. */
export class Recent {
  ids: readonly string[] = $state.raw([]);

  add({ id, group }: Candidate): void {
    if (group === 'actions' || group === 'objects') return;
    this.ids = [id, ...this.ids.filter((other) => other !== id)].slice(0, KEPT);
  }
}

/** What leads where nothing is typed. */
export type Leading = Pick<Recent, 'ids' | 'add'>;

export type Option =
  | { readonly id: string; readonly found: Found<Candidate> }
  /** "and 12 more": looks in this group alone. */
  | { readonly id: string; readonly group: Group; readonly more: number }
  /** Looks through the whole list, of which the page holds a part. */
  | { readonly id: string; readonly filter: string };

export interface Shown {
  readonly section: Section<Candidate>;
  readonly options: readonly Option[];
}

export class PaletteController {
  text = $state('');
  #chosenScope: Scope = $state('all');
  #active = $state<string | null>(null);
  readonly #candidates: () => readonly Candidate[];
  readonly #recent: Leading;
  readonly #filter: () => ((text: string) => void) | null;

  readonly search = $derived(searchOf(this.text));
  readonly scope: Scope = $derived(this.search.isOfKinds ? 'kinds' : this.#chosenScope);
  readonly isTyped = $derived(this.search.words.length > 0);
  readonly sections: readonly Shown[] = $derived.by(() =>
    rank(this.#candidates(), this.search.words, this.scope, this.#recent.ids).map((section) => ({ section, options: optionsOf(section, this.scope) })),
  );
  /** Offered where rows may match that are not at hand. */
  readonly filter: Option | null = $derived.by(() => {
    const isAsked = this.isTyped && (this.scope === 'all' || this.scope === 'objects');
    return isAsked && this.#filter() !== null ? { id: 'filter', filter: this.text.trim() } : null;
  });
  readonly options: readonly Option[] = $derived([...this.sections.flatMap(({ options }) => options), ...(this.filter === null ? [] : [this.filter])]);
  /** Nothing was there to be on when the words were typed: then it is on the first that comes. */
  readonly active: Option | null = $derived(
    this.#active === null ? (this.options[0] ?? null) : (this.options.find(({ id }) => id === this.#active) ?? null),
  );
  readonly activeCandidate: Candidate | null = $derived(this.active !== null && 'found' in this.active ? this.active.found.candidate : null);
  /** For those who do not see the list. */
  readonly said: string = $derived.by(() => {
    const reason = this.activeCandidate?.reason ?? null;
    if (reason !== null) return `Cannot be chosen: ${visible(reason)}`;
    return this.isTyped ? `${count(this.sections.reduce((sum, { section }) => sum + section.matching, 0))} found` : '';
  });

  /** `filter` answers null where the page holds every row of the list. */
  constructor(candidates: () => readonly Candidate[], recent: Leading, text = '', filter: () => ((text: string) => void) | null = () => null) {
    this.#candidates = candidates;
    this.#recent = recent;
    this.#filter = filter;
    this.setText(text);
  }

  setText(text: string): void {
    this.text = text;
    this.#toFirst();
  }

  setScope(scope: Scope): void {
    // The colon stands for its scope: another one takes it away.
    if (this.search.isOfKinds && scope !== 'kinds') this.text = this.text.trimStart().slice(1);
    this.#chosenScope = scope;
    this.#toFirst();
  }

  stepScope(by: -1 | 1): void {
    const to = (scopes.indexOf(this.scope) + by + scopes.length) % scopes.length;
    this.setScope(scopes[to] ?? 'all');
  }

  move(by: number): void {
    const at = this.options.findIndex(({ id }) => id === this.active?.id);
    // Of none that is left one begins at the end that the key comes from.
    const to = at < 0 ? (by > 0 ? 0 : this.options.length - 1) : at + by;
    this.#to(Math.min(Math.max(0, to), this.options.length - 1));
  }

  toEnd(end: 'first' | 'last'): void {
    this.#to(end === 'first' ? 0 : this.options.length - 1);
  }

  /** The pointer moved over it. */
  point(option: Option): void {
    this.#active = option.id;
  }

  /** What choosing it does once the palette is closed; null where it cannot be chosen. "More" looks there at once. */
  choose(option: Option | null): (() => void) | null {
    if (option === null) return null;
    if ('more' in option) {
      this.setScope(option.group);
      return null;
    }
    if ('filter' in option) {
      const filter = this.#filter();
      return filter === null ? null : () => filter(option.filter);
    }
    const { candidate } = option.found;
    if (candidate.run !== null) this.#recent.add(candidate);
    return candidate.run;
  }

  /** What one of the keys shown beside the rows does. */
  byKeys(keys: string): (() => void) | null {
    if (!keys.startsWith('Ctrl+')) return null;
    return this.#candidates().find((candidate) => candidate.keys === keys)?.run ?? null;
  }

  #to(index: number): void {
    this.#active = this.options[index]?.id ?? null;
  }

  #toFirst(): void {
    this.#to(0);
  }
}

function optionsOf({ group, found, matching }: Section<Candidate>, scope: Scope): Option[] {
  const options: Option[] = found.map((one) => ({ id: one.candidate.id, found: one }));
  const more = matching - found.length;
  if (more > 0 && scope === 'all') options.push({ id: `more ${group}`, group, more });
  return options;
}

/** How many of a group alone are not drawn. */
export function notDrawn({ matching }: Section<Candidate>, scope: Scope): number {
  return scope === 'all' ? 0 : Math.max(0, matching - MOST_ALONE);
}
