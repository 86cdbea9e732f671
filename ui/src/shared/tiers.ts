/** How tiers and a cluster's own colour, letters and group are called and drawn (ui.md §3). */
import type { ClusterSummary, Tier } from '../ipc/types';
import type { IconName } from './icons/icons';

/** In the order in which they are offered: where most can be lost first. */
export const tiers: readonly Tier[] = ['production', 'staging', 'development', 'unknown'];

/** What a cluster is drawn as. Practice is a mark and no tier: it goes before the tier that is played, so that nobody takes
 * the cluster for a real one. */
export type Look = Tier | 'practice';

export const looks: readonly Look[] = [...tiers, 'practice'];

/** What has a tier: a cluster, or what a plan, a job or a receipt knows of one. */
export type Marked = Pick<ClusterSummary, 'tier' | 'isPractice'>;

export function lookOf(of: Look | Marked): Look {
  if (typeof of === 'string') return of;
  return of.isPractice ? 'practice' : of.tier;
}

/** A look's glyph has the look's own name (ui.md §3); colour comes from the class `tier-*`. */
export function tierIcon(look: Look): IconName {
  return look;
}

/** "production"; "practice, plays production". */
export function tierWord(of: Look | Marked): string {
  const look = lookOf(of);
  const plays = playsWord(of);
  if (plays !== null) return `practice, ${plays}`;
  return look === 'unknown' ? 'unknown tier' : look;
}

/** As what a practice cluster is treated; null for anything else. */
export function playsWord(of: Look | Marked): string | null {
  if (typeof of === 'string' || !of.isPractice) return null;
  return `plays ${of.tier === 'unknown' ? 'an unknown tier' : of.tier}`;
}

const careful: readonly Tier[] = ['production', 'unknown', 'staging', 'development'];

/** As what a list of several clusters is marked and treated: as the one that asks for most care. None is of practice
 * clusters and real ones. */
export function mostCareful(of: readonly Marked[]): Marked {
  const tier = careful.find((known) => of.some((cluster) => cluster.tier === known)) ?? 'unknown';
  return { tier, isPractice: of.some((cluster) => cluster.isPractice) };
}

/** What a tier means, said where it is chosen. */
export const tierMeaning: Record<Tier, string> = {
  production: 'Read-only until unlocked. Every deletion asks for a typed name.',
  staging: 'Hold to confirm several objects, or one with dependants.',
  development: 'One click for a single object without impact.',
  unknown: 'Asks for a typed name, as production does, until you choose.',
};

/** The eight colours, in the order of `ClusterCare.color`. A colour changes a tile's fill and letters and nothing else. */
export const clusterColors = ['crimson', 'brown', 'olive', 'green', 'teal', 'blue', 'violet', 'grey'] as const;
export type ClusterColor = (typeof clusterColors)[number];

/** The colour that a person gave a cluster; null where it has its tier's. */
export function colorOf(cluster: Pick<ClusterSummary, 'care'>): ClusterColor | null {
  return cluster.care.color === null ? null : (clusterColors[cluster.care.color] ?? null);
}

/** The letters on a cluster's tile: those that were chosen, else those from its name. */
export function lettersOf(cluster: Pick<ClusterSummary, 'care' | 'letters'>): string {
  return cluster.care.letters ?? cluster.letters;
}

/** Whether what is chosen for a cluster can be kept: it belongs to its fingerprint, which is known once it was opened,
 * in this run or, where something was chosen before, in an earlier one. */
export function isKnown({ fingerprint, care, isPractice }: Pick<ClusterSummary, 'care' | 'fingerprint' | 'isPractice'>): boolean {
  // What a practice cluster plays was chosen by nobody.
  const isChosen = (!isPractice && (care.tier !== 'unknown' || care.isTierAsked)) || care.readOnly !== null;
  return fingerprint !== null || isChosen || care.color !== null || care.letters !== null || care.group !== null;
}

/** Why nothing can be chosen for a cluster that was never opened. */
export const openItOnce = 'Open it once: what is chosen belongs to the cluster itself.';

/** Whether to ask how careful to be: once, and only when the answer can be kept. */
export function isTierAskedFor({ tier, care, state, fingerprint }: ClusterSummary): boolean {
  return tier === 'unknown' && !care.isTierAsked && state === 'signedIn' && fingerprint !== null;
}

/** Whether a cluster of this tier is read-only where nobody chose otherwise. */
export function isReadOnlyByTier(tier: Tier): boolean {
  return tier === 'production';
}

/** Whether writes to it need an unlock, whether or not it is unlocked now. */
export function isReadOnly({ care, tier }: Pick<ClusterSummary, 'care' | 'tier'>): boolean {
  return care.readOnly ?? isReadOnlyByTier(tier);
}

export type ClusterGroup = { name: string | null; clusters: ClusterSummary[] };

/** What the person arranged: which clusters stand first, in this order, and the order of the others. */
export type Arranged = { keptClusters: readonly string[]; clusterOrder: readonly string[] };

const asTheyCome: Arranged = { keptClusters: [], clusterOrder: [] };
/** More clusters than this in no group are divided by where they come from. */
const MANY = 24;

/** Clusters as they stand in the rail: those that are kept at its top, those in no group, and the groups by name. Inside
 * they stand as the person ordered them, and new ones as they come. */
export function grouped(clusters: readonly ClusterSummary[], { keptClusters, clusterOrder }: Arranged = asTheyCome): ClusterGroup[] {
  const placeOf = new Map(clusterOrder.map((id, place) => [id, place]));
  const place = ({ id }: ClusterSummary) => placeOf.get(id) ?? clusterOrder.length;
  const ordered = [...clusters].sort((a, b) => place(a) - place(b));
  const byId = new Map(clusters.map((cluster) => [cluster.id, cluster]));
  const kept = keptClusters.flatMap((id) => byId.get(id) ?? []);
  const others = ordered.filter((cluster) => !kept.includes(cluster));
  const loose = others.filter(({ care }) => !care.group);
  const groups = groupNames(others).map((name) => ({ name, clusters: others.filter(({ care }) => care.group === name) }));
  const parts = [{ name: null, clusters: kept }, ...divided(loose, kept.length > 0), ...groups];
  return parts.filter((group) => group.clusters.length > 0);
}

/** Clusters in no group: together where they are few, else by file, and of one file by tier. */
function divided(loose: readonly ClusterSummary[], isUnderKept: boolean): ClusterGroup[] {
  if (loose.length <= MANY) return [{ name: isUnderKept ? 'Others' : null, clusters: [...loose] }];
  const sources = [...new Set(loose.map(({ source }) => source))];
  if (sources.length > 1) {
    return sources.map((source) => ({ name: fileName(source), clusters: loose.filter((cluster) => cluster.source === source) }));
  }
  return tiers.map((tier) => ({ name: tierWord(tier), clusters: loose.filter((cluster) => cluster.tier === tier) }));
}

function fileName(source: string): string {
  return source.split(/[\\/]/).at(-1) || source;
}

/** Every group there is, by name. */
export function groupNames(clusters: readonly ClusterSummary[]): string[] {
  const names = new Set(clusters.flatMap(({ care }) => (care.group ? [care.group] : [])));
  return [...names].sort((a, b) => a.localeCompare(b, 'en'));
}
