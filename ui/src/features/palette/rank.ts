/** Which candidates are shown for a search, and in which order. Pure: the same candidates and words give the same order,
 * and of two that fit equally well the one that came first stays first. */
import { fitScattered, fitWhole, LOOSE, wordsOf, type Fit, type Range } from './match';

/** In the order in which they stand where nothing tells them apart. What plans a deletion is never before what goes to
 * a place. */
export const groups = ['clusters', 'kinds', 'namespaces', 'objects', 'actions'] as const;
export type Group = (typeof groups)[number];
export type Scope = 'all' | Group;

export interface Searchable {
  /** Unique among all candidates. */
  readonly id: string;
  readonly group: Group;
  readonly name: string;
  /** The second column. */
  readonly second: string;
  /** Other words for it, which are not shown. */
  readonly spellings: readonly string[];
}

export interface Found<C extends Searchable> {
  readonly candidate: C;
  readonly name: readonly Range[];
  readonly second: readonly Range[];
}

export interface Section<C extends Searchable> {
  readonly group: Group;
  readonly found: readonly Found<C>[];
  /** How many match, and how many there are. */
  readonly matching: number;
  readonly all: number;
}

export interface Search {
  readonly words: readonly string[];
  /** A colon in front: kinds alone, as k9s has it. */
  readonly isOfKinds: boolean;
}

/** Rows of one group beside those of the others, and alone. */
const MOST: Record<Group, number> = { clusters: 8, kinds: 5, namespaces: 4, objects: 6, actions: 5 };
/** Where nothing is typed: where one may go, and everything that can be done. */
const MOST_UNTYPED: Record<Group, number> = { clusters: 4, kinds: 3, namespaces: 0, objects: 0, actions: 9 };
export const MOST_ALONE = 100;
/** What is found elsewhere than in the name costs this more. */
const BESIDE = 5;

export function searchOf(text: string): Search {
  const isOfKinds = text.trimStart().startsWith(':');
  return { words: wordsOf(isOfKinds ? text.trimStart().slice(1) : text), isOfKinds };
}

/** `recent` are ids, the last chosen first: they lead where nothing is typed. */
export function rank<C extends Searchable>(
  candidates: readonly C[],
  words: readonly string[],
  scope: Scope,
  recent: readonly string[] = [],
): Section<C>[] {
  const shown = scope === 'all' ? groups : [scope];
  const fits = shown.map((group) => {
    const all = candidates.filter((candidate) => candidate.group === group);
    return { group, all: all.length, fits: words.length === 0 ? untyped(all, recent) : fitting(all, words) };
  });
  // Letters strewn over a name are in so many names that they are of use only where nothing fits better.
  const isLooseOnly = fits.every((one) => one.fits.every(({ cost }) => cost >= LOOSE));
  const ranked = fits
    .map(({ group, all, fits: any }) => {
      const kept = isLooseOnly ? any : any.filter(({ cost }) => cost < LOOSE);
      const most = scope !== 'all' ? MOST_ALONE : words.length === 0 ? MOST_UNTYPED[group] : MOST[group];
      return { cost: kept[0]?.cost ?? 0, section: { group, found: kept.slice(0, most).map(({ found }) => found), matching: kept.length, all } };
    })
    .filter(({ section }) => section.found.length > 0);
  // The group with the best fit leads. Sorting is stable: equal ones stay in the order of `groups`.
  if (words.length > 0) ranked.sort((left, right) => left.cost - right.cost);
  return ranked.map(({ section }) => section);
}

type Costed<C extends Searchable> = { readonly cost: number; readonly found: Found<C> };

function untyped<C extends Searchable>(all: readonly C[], recent: readonly string[]): Costed<C>[] {
  const placeOf = new Map(recent.map((id, place) => [id, place]));
  return all
    .map((candidate) => ({ cost: placeOf.get(candidate.id) ?? recent.length, found: { candidate, name: [], second: [] } }))
    .sort((left, right) => left.cost - right.cost);
}

function fitting<C extends Searchable>(all: readonly C[], words: readonly string[]): Costed<C>[] {
  return all
    .flatMap((candidate) => {
      const fit = fitAll(candidate, words);
      return fit === null ? [] : [fit];
    })
    .sort((left, right) => left.cost - right.cost);
}

/** Every word has to be found, in whatever order and column. */
function fitAll<C extends Searchable>(candidate: C, words: readonly string[]): Costed<C> | null {
  let cost = 0;
  const name: Range[] = [];
  const second: Range[] = [];
  for (const word of words) {
    const inName = fitWhole(candidate.name, word);
    const inSecond = fitWhole(candidate.second, word);
    const elsewhere = best([inSecond, ...candidate.spellings.map((spelling) => fitWhole(spelling, word))]);
    if (inName !== null || elsewhere !== null) {
      cost += Math.min(inName?.cost ?? Infinity, (elsewhere?.cost ?? Infinity) + BESIDE);
      // What is shown is where it is seen first, whichever of both was the better fit.
      if (inName !== null) name.push(...inName.ranges);
      else if (inSecond !== null) second.push(...inSecond.ranges);
    } else {
      const scattered = fitScattered(candidate.name, word);
      if (scattered === null) return null;
      cost += scattered.cost;
      name.push(...scattered.ranges);
    }
  }
  return { cost, found: { candidate, name, second } };
}

function best(fits: readonly (Fit | null)[]): Fit | null {
  return fits.reduce((one, other) => (other !== null && (one === null || other.cost < one.cost) ? other : one), null);
}
