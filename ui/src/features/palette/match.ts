/** How well the words of a search fit a text, and where. Pure: it knows nothing of what is searched. */

/** Where in a text a word was found: from, and the place after its end. */
export type Range = readonly [from: number, to: number];

/** The lower the cost, the better the fit. */
export type Fit = { readonly cost: number; readonly ranges: readonly Range[] };

export const EXACT = 0;
const FIRST_PART = 10;
const WHOLE_PART = 12;
const FIRST_LETTERS = 14;
const PART_LETTERS = 16;
const INSIDE = 30;
/** Letters that only follow one another cost more than any number of words that are found whole, and those that are not
 * even where parts begin more than any others. */
export const SCATTERED = 1_000;
export const LOOSE = 100_000;
/** Two letters in their order are in nearly every name, and a number means itself and no other. */
const LEAST_SCATTERED = 3;
const number = /\p{N}/u;

const divider = /[^\p{L}\p{N}]/u;

/** In small letters, with every letter at its place: where that would change the length, as it is. */
function folded(text: string): string {
  const small = text.toLowerCase();
  return small.length === text.length ? small : text;
}

export function wordsOf(search: string): string[] {
  return folded(search).split(/\s+/).filter((word) => word !== '');
}

/** Whether a part of a name begins here: after a divider, or at a capital as in ConfigMap. */
function beginsPart(text: string, at: number): boolean {
  if (at === 0) return true;
  const [before, here] = [text.charAt(at - 1), text.charAt(at)];
  return divider.test(before) || (here !== here.toLowerCase() && before === before.toLowerCase());
}

function endsPart(text: string, at: number): boolean {
  return at >= text.length || divider.test(text.charAt(at)) || beginsPart(text, at);
}

/** One word, whole, anywhere in the text. */
export function fitWhole(text: string, word: string): Fit | null {
  const small = folded(text);
  if (small === word) return { cost: EXACT, ranges: [[0, word.length]] };
  let best: Fit | null = null;
  for (let at = small.indexOf(word); at >= 0; at = small.indexOf(word, at + 1)) {
    const cost = costAt(text, at, at + word.length);
    if (best === null || cost < best.cost) best = { cost, ranges: [[at, at + word.length]] };
  }
  return best;
}

function costAt(text: string, from: number, to: number): number {
  if (!beginsPart(text, from)) return INSIDE;
  if (endsPart(text, to)) return from === 0 ? FIRST_PART : WHOLE_PART;
  return from === 0 ? FIRST_LETTERS : PART_LETTERS;
}

/** The letters of a word in their order, the first where a part begins: `pse` in payments-staging-eu. */
export function fitScattered(text: string, word: string): Fit | null {
  if (word.length < LEAST_SCATTERED || number.test(word)) return null;
  const small = folded(text);
  let best: Fit | null = null;
  for (let at = small.indexOf(word.charAt(0)); at >= 0; at = small.indexOf(word.charAt(0), at + 1)) {
    if (!beginsPart(text, at)) continue;
    const byParts = follow(small, word, at, (letter, after) => nextPart(text, small, letter, after));
    const places = byParts ?? follow(small, word, at, (letter, after) => small.indexOf(letter, after));
    if (places === null) continue;
    const ranges = joined(places);
    const spread = (places.at(-1) ?? at) - at;
    const cost = ranges.length + (byParts === null ? LOOSE + spread : SCATTERED);
    if (best === null || cost < best.cost) best = { cost, ranges };
  }
  return best;
}

/** The places of a word's letters from `at` on: next to the one before where possible, else where `next` says. */
function follow(small: string, word: string, at: number, next: (letter: string, after: number) => number): number[] | null {
  const places = [at];
  for (const letter of word.slice(1)) {
    const after = (places.at(-1) ?? at) + 1;
    const place = small.charAt(after) === letter ? after : next(letter, after);
    if (place < 0) return null;
    places.push(place);
  }
  return places;
}

function nextPart(text: string, small: string, letter: string, after: number): number {
  let place = small.indexOf(letter, after);
  while (place >= 0 && !beginsPart(text, place)) place = small.indexOf(letter, place + 1);
  return place;
}

function joined(places: readonly number[]): Range[] {
  const ranges: [number, number][] = [];
  for (const place of places) {
    const last = ranges.at(-1);
    if (last?.[1] === place) last[1] = place + 1;
    else ranges.push([place, place + 1]);
  }
  return ranges;
}

/** A text in pieces, those that were found marked as such. Ranges may overlap and come in any order. */
export function pieces(text: string, ranges: readonly Range[]): { text: string; isFound: boolean }[] {
  const made: { text: string; isFound: boolean }[] = [];
  const add = (from: number, to: number, isFound: boolean) => {
    if (to > from) made.push({ text: text.slice(from, to), isFound });
  };
  let at = 0;
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    add(at, from, false);
    add(Math.max(at, from), to, true);
    at = Math.max(at, to);
  }
  add(at, text.length, false);
  return made;
}
