/** What the list says about itself (ui.md §10). */
import type { ClusterSummary, KindSummary, Liveness, NamespaceScope, ViewHint, ViewPart } from '../../ipc/types';
import { count, kinds, list, plural, visible } from '../../shared/text';

/** Beside the title: how many, of how many, and which clusters are still being read. */
export function countWords(hint: ViewHint | null, isFiltered: boolean, reading: readonly string[]): string {
  if (hint === null) return '';
  const { liveness, total, unfiltered } = hint;
  if (liveness.phase === 'stale' && liveness.isPartial) {
    return `Incomplete: ${count(unfiltered)} of an unknown number${isFiltered ? `, ${count(total)} match` : ''}`;
  }
  switch (liveness.phase) {
    case 'opening':
      return '';
    case 'failed':
      return liveness.error.code === 'refused' ? 'not allowed' : 'not read';
    case 'reading': {
      const match = isFiltered ? `, ${count(total)} match` : '';
      return `${readWords(liveness)}${match}. Still reading ${list(reading)}`;
    }
    default:
      return !isFiltered ? count(unfiltered) : `${count(total)} of ${count(unfiltered)} match`;
  }
}

/** "12,400 of about 48,000". */
export function readWords({ read, about }: Extract<Liveness, { phase: 'reading' }>): string {
  return `${count(read)}${about === null ? '' : ` of about ${count(about)}`}`;
}

/** The clusters of a list that are still being read, by name. */
export function readingNames(clusters: readonly ClusterSummary[], parts: readonly ViewPart[]): string[] {
  const isRead = ({ id }: ClusterSummary) => parts.some(({ cluster, liveness: { phase } }) => cluster === id && phase !== 'reading' && phase !== 'opening');
  return clusters.filter((cluster) => !isRead(cluster)).map(({ name }) => visible(name));
}

/** Beside the count, where more is marked than is on screen. */
export function allMarkedWords({ marked, markable, awaited, total }: ViewHint, held: number): string | null {
  if (marked === 0 || marked < markable + awaited || total <= held) return null;
  return marked === total ? `All ${count(total)} that match are marked` : `${count(marked)} of ${count(total)} that match are marked, all that can be`;
}

export function scopeWords(scope: NamespaceScope, known: number | null): string {
  if (scope.scope === 'all') return known === null || known === 0 ? 'All' : `All ${count(known)}`;
  const { names } = scope;
  const whole = names.map(visible).join(', ');
  if (names.length <= 3 && whole.length <= 44) return whole;
  return known === null || known === 0 ? `${count(names.length)} named` : `${count(names.length)} of ${count(known)}`;
}

/** "payments-prod-eu", "3 clusters". */
export function clustersWords(clusters: readonly ClusterSummary[]): string {
  const [only, ...others] = clusters;
  return only !== undefined && others.length === 0 ? visible(only.name) : plural('cluster', clusters.length);
}

/** "in all namespaces of a", "in ledger, a". */
export function whereWords(kind: KindSummary, scope: NamespaceScope, clusters: readonly ClusterSummary[]): string {
  const name = clustersWords(clusters);
  if (kind.scope === 'cluster') return `in ${name}`;
  if (scope.scope === 'all') return `in all namespaces of ${name}`;
  const [only] = scope.names;
  return scope.names.length === 1 && only !== undefined ? `in ${visible(only)}, ${name}` : `in ${count(scope.names.length)} namespaces of ${name}`;
}

/** "48,312 Pods in 214 namespaces of a, none match label part-of=chekout." */
export function noMatchWords(where: string, kind: KindSummary, unfiltered: number, filter: string): string {
  return `${plural(visible(kind.name), unfiltered)} ${where}, ${unfiltered === 1 ? 'which does not' : 'none'} match ${filter}.`;
}

export function kindsWord(kind: KindSummary): string {
  return visible(kinds(kind.name));
}
