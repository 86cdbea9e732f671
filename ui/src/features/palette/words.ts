/** What the palette says about where it looks. */
import { count, list, plural, visible } from '../../shared/text';
import type { Candidate } from './candidates';
import { groups, type Group, type Scope, type Section } from './rank';

export const scopeWords: Record<Scope, string> = {
  all: 'All',
  clusters: 'Clusters',
  kinds: 'Kinds',
  namespaces: 'Namespaces',
  objects: 'Objects',
  actions: 'Actions',
};

/** Said where a group stands or would stand: why there is none of it. */
export interface Note {
  readonly group: Group;
  readonly text: string;
  /** Also where all groups are looked through. */
  readonly isAlways: boolean;
}

/** Beside a heading: "14 of 312", "3 of 27 in payments-prod-eu". */
export function captionOf({ group, matching, all }: Section<Candidate>, isTyped: boolean, where: string): string {
  // How many rows of a long list match is not counted.
  if (group === 'objects') return where;
  return [isTyped ? `${count(matching)} of ${count(all)}` : count(all), where].filter((part) => part !== '').join(' ');
}

const singular: Record<Group, string> = { clusters: 'cluster', kinds: 'kind', namespaces: 'namespace', objects: 'row', actions: 'action' };

/** "312 clusters, 27 kinds and 48,312 rows were searched." Of the list on screen all rows are, also those that the page
 * does not hold. */
export function searchedWords(candidates: readonly Candidate[], scope: Scope, rows: number): string {
  const looked = groups.filter((group) => scope === 'all' || scope === group);
  const parts = looked.flatMap((group) => {
    const here = group === 'objects' ? rows : candidates.filter((candidate) => candidate.group === group).length;
    return here === 0 ? [] : [plural(singular[group], here)];
  });
  if (parts.length === 0) return '';
  const isOne = parts.length === 1 && parts[0]?.startsWith('1 ') === true;
  return `${list(parts)} ${isOne ? 'was' : 'were'} searched.`;
}

export function nothingWords(text: string, scope: Scope): string {
  const what = scope === 'all' ? 'Nothing' : `None of the ${scope}`;
  if (text !== '') return `${what} matches “${visible(text)}”.`;
  return scope === 'all' ? 'Nothing is here.' : `There are no ${scope} here.`;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago it was on screen: "just now", "5 min ago", "2 h ago", "yesterday", "12 d ago", "never". Unix seconds. */
export function usedWords(at: number | null, now: number): string {
  if (at === null) return 'never';
  const ago = Math.max(0, now - at);
  if (ago < MINUTE) return 'just now';
  if (ago < HOUR) return `${count(Math.floor(ago / MINUTE))} min ago`;
  if (ago < DAY) return `${count(Math.floor(ago / HOUR))} h ago`;
  return ago < 2 * DAY ? 'yesterday' : `${count(Math.floor(ago / DAY))} d ago`;
}
