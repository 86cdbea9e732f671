/** Three hundred and twelve clusters: the seven of the pictures in groups, one with a colour of its own, and many more. */
import type { ClusterSummary } from '../types';

const ALL = 312;
const groups = ['edge', 'identity', 'search', 'tenants'];
const places = ['ams2', 'fra1', 'hel1', 'mad1', 'par2', 'waw1', 'sin1', 'iad3'];

const chosen: Partial<Record<string, Partial<ClusterSummary['care']>>> = {
  'payments-prod-eu': { group: 'payments' },
  'payments-prod-us': { group: 'payments', color: 5 },
  'payments-staging-eu': { group: 'payments', color: 3 },
  'ci-runners-dev': { group: 'build', color: 2, letters: 'CI' },
  'edge-prod-fra1': { group: 'edge' },
};

export function fleet(seeds: ClusterSummary[]): ClusterSummary[] {
  const [first] = seeds;
  if (!first) return [];
  const known = seeds.map((cluster) => {
    const care = { ...cluster.care, ...chosen[cluster.name] };
    return { ...cluster, care, letters: care.letters ?? cluster.letters };
  });
  const more = Array.from({ length: ALL - known.length }, (_, index): ClusterSummary => {
    const group = index % 60 === 7 ? null : (groups[index % groups.length] ?? null);
    const isChosen = group !== null;
    const tier = isChosen ? (['production', 'staging', 'development'] as const)[index % 3] ?? 'unknown' : 'unknown';
    const name = `${group ?? 'scratch'}-${tier === 'unknown' ? 'x' : tier.slice(0, 4)}-${places[index % places.length] ?? ''}-${String(index).padStart(3, '0')}`;
    return {
      ...first,
      id: `c-${name}`,
      name,
      letters: name.slice(0, 2).toUpperCase(),
      source: `~/.kube/${group ?? 'config'}.yaml`,
      server: `https://api.${name}.example.internal:6443`,
      tier,
      care: { tier, isTierAsked: isChosen, readOnly: null, color: null, letters: null, group },
      fingerprint: null,
      isLocked: tier === 'production',
      state: 'notConnected',
      since: null,
      user: `${group ?? 'scratch'}-admin`,
    };
  });
  return [...known, ...more];
}
