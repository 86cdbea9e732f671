/** What the list says about itself (ui.md §10). */
import type { ClusterSummary, KindSummary, NamespaceScope, ViewHint } from '../../ipc/types';
import { count, kinds, plural, visible } from '../../shared/text';

/** Beside the title: how many, and of how many. */
export function countWords(hint: ViewHint | null, isFiltered: boolean): string {
  if (hint === null) return '';
  const { liveness, total, unfiltered } = hint;
  switch (liveness.phase) {
    case 'opening':
      return '';
    case 'failed':
      return liveness.error.code === 'refused' ? 'not allowed' : 'not read';
    case 'reading': {
      const about = liveness.about === null ? '' : ` of about ${count(liveness.about)}`;
      return `${count(liveness.read)}${about} read so far`;
    }
    default:
      return !isFiltered ? count(unfiltered) : `${count(total)} of ${count(unfiltered)} match`;
  }
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
