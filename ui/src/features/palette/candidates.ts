/** What the palette finds, made of what the page knows. It reads and calls; it decides nothing about what is done. */
import type { ClusterSummary, KindSummary, WindowRow } from '../../ipc/types';
import type { IconName } from '../../shared/icons/icons';
import { resourceOf, spellingsOf } from '../../shared/kinds';
import type { OpenList } from '../../shared/openList';
import { isMarkable, whyNotMarkable } from '../../shared/rows';
import { sessionLook } from '../../shared/sessions';
import type { Tone } from '../../shared/states';
import { kinds as pluralOf, visible } from '../../shared/text';
import type { Marked } from '../../shared/tiers';
import { rowKey } from './held';
import type { Searchable } from './rank';
import { usedWords } from './words';

export interface Side {
  readonly of?: Marked;
  readonly icon?: IconName;
  readonly tone?: Tone;
  readonly word: string;
}

export interface Candidate extends Searchable {
  /** The cluster whose mark stands before it. */
  readonly of: Marked | null;
  readonly icon: IconName;
  /** A state, or which cluster it is in. */
  readonly side: Side | null;
  /** "open" for what is on screen already. */
  readonly aside: string | null;
  /** In the form of `Shortcut.keys`. */
  readonly keys: string | null;
  /** It opens the sheet of a deletion. */
  readonly isPlan: boolean;
  /** Why it cannot be chosen, or not be planned. */
  readonly reason: string | null;
  readonly run: (() => void) | null;
  /** The second action: opens the sheet for exactly this object. */
  readonly plan: (() => void) | null;
  /** Whether it is kept in the rail, and what changes that. */
  readonly isKept: boolean;
  readonly keep: (() => void) | null;
  /** Adds the cluster to the list on screen. */
  readonly add: (() => void) | null;
}

const plain = { isKept: false, keep: null, add: null, of: null, second: '', spellings: [], side: null, aside: null, keys: null, isPlan: false, reason: null, plan: null };
const NUMBERED = 9;

/** What is known of clusters beside what they say. */
export interface ClusterFacts {
  readonly open: string | null;
  /** Their ids in the order of the rail, which is that of the numbers. */
  readonly order: readonly string[];
  readonly isKept: (id: string) => boolean;
  /** When it was on screen last, and now, in Unix seconds. */
  readonly usedAt: (id: string) => number | null;
  readonly now: number;
}

export interface ClusterWays {
  readonly go: (id: string) => void;
  readonly toggleKept: (id: string) => void;
  /** Adds it to the list on screen; null for one that is in it, and where there is none. */
  readonly add: (id: string) => (() => void) | null;
}

export function clusterCandidates(clusters: readonly ClusterSummary[], facts: ClusterFacts, { go, toggleKept, add }: ClusterWays): Candidate[] {
  const numbered = facts.order.slice(0, NUMBERED);
  return clusters.map((cluster) => {
    const { id } = cluster;
    const number = numbered.indexOf(id) + 1;
    const look = sessionLook(cluster);
    return {
      ...plain,
      id: `cluster ${id}`,
      group: 'clusters',
      name: visible(cluster.name),
      second: visible(cluster.care.group ?? cluster.source),
      of: cluster,
      icon: 'cluster',
      // That it was never opened is of this run; when it was opened stands beside it.
      side: { icon: look.icon, tone: look.tone, word: cluster.state === 'notConnected' ? 'not connected' : (look.word ?? 'signed in') },
      aside: id === facts.open ? 'open' : usedWords(facts.usedAt(id), facts.now),
      keys: number > 0 ? `Ctrl+${String(number)}` : null,
      isKept: facts.isKept(id),
      run: () => go(id),
      keep: () => toggleKept(id),
      add: add(id),
    };
  });
}

/** By everything that kubectl takes for it: a category (`all`) finds its kinds. */
export function kindCandidates(kinds: readonly KindSummary[], open: KindSummary | null, go: (kind: KindSummary) => void): Candidate[] {
  return kinds.map((summary) => {
    const full = resourceOf(summary);
    return {
      ...plain,
      id: `kind ${full}`,
      group: 'kinds',
      name: pluralOf(visible(summary.name)),
      second: [...summary.shortNames, full, ...summary.categories].map(visible).join(', '),
      spellings: spellingsOf(summary),
      icon: 'folder',
      aside: open !== null && full === resourceOf(open) ? 'open' : null,
      run: () => go(summary),
    };
  });
}

/** `all` is null where all namespaces cannot be listed together. A kind without namespaces takes none. */
export function namespaceCandidates(
  names: readonly string[],
  cluster: ClusterSummary,
  kind: KindSummary,
  go: { one: (name: string) => void; all: (() => void) | null },
): Candidate[] {
  const side = { of: cluster, word: visible(cluster.name) };
  const reason = kind.scope === 'cluster' ? `${pluralOf(visible(kind.name))} are in no namespace` : null;
  const { all } = go;
  const every: Candidate[] = all === null ? [] : [
    { ...plain, id: 'namespaces all', group: 'namespaces', name: 'All namespaces', icon: 'namespace', side, reason, run: reason === null ? all : null },
  ];
  return [
    ...every,
    ...names.map(
      (name): Candidate => ({
        ...plain,
        id: `namespace ${cluster.id} ${name}`,
        group: 'namespaces',
        name: visible(name),
        icon: 'namespace',
        side,
        reason,
        run: reason === null ? () => go.one(name) : null,
      }),
    ),
  ];
}

/** What may be done with one row, and by the list alone. */
function ways(row: WindowRow, list: Pick<OpenList, 'go' | 'plan'>): Pick<Candidate, 'reason' | 'run' | 'plan'> {
  const { id } = row;
  const reason = whyNotMarkable(row);
  if (id === null) return { reason, run: null, plan: null };
  return { reason, run: row.state === 'gone' ? null : () => list.go(row), plan: isMarkable(row) ? () => list.plan(id) : null };
}

export function objectCandidates(rows: readonly WindowRow[], cluster: ClusterSummary, list: Pick<OpenList, 'go' | 'plan'>): Candidate[] {
  return rows.map((row) => ({
    ...plain,
    id: `object ${rowKey(row)}`,
    group: 'objects',
    name: visible(row.name),
    second: visible(row.namespace === null ? row.kind : `${row.kind} in ${row.namespace}`),
    icon: 'doc',
    side: { of: cluster, word: visible(cluster.name) },
    ...ways(row, list),
  }));
}

/** "Plan deletion of ConfigMap web-config…", for the row that was the current one when the palette opened. */
export function planCandidate(row: WindowRow, cluster: ClusterSummary, list: Pick<OpenList, 'go' | 'plan'>): Candidate {
  const { reason, plan } = ways(row, list);
  return {
    ...plain,
    id: `plan ${rowKey(row)}`,
    group: 'actions',
    name: `Plan deletion of ${visible(row.kind)} ${visible(row.name)}…`,
    spellings: ['delete', 'remove'],
    icon: 'cut',
    side: { of: cluster, word: visible(cluster.name) },
    keys: 'Del',
    isPlan: true,
    reason,
    run: plan,
    plan,
  };
}

/** "Details of ConfigMap web-config", for the same row. */
export function detailsCandidate(row: WindowRow, list: Pick<OpenList, 'details'>): Candidate {
  const isGone = row.state === 'gone';
  return {
    ...plain,
    id: `details ${rowKey(row)}`,
    group: 'actions',
    name: `Details of ${visible(row.kind)} ${visible(row.name)}`,
    spellings: ['show', 'describe'],
    icon: 'info',
    keys: 'D',
    reason: isGone ? whyNotMarkable(row) : null,
    run: isGone ? null : () => list.details(row),
  };
}

export interface Action {
  readonly id: string;
  readonly name: string;
  readonly icon: IconName;
  readonly spellings?: readonly string[];
  readonly keys?: string;
  readonly isPlan?: boolean;
  readonly run: () => void;
}

export function actionCandidate({ id, run, isPlan = false, ...rest }: Action): Candidate {
  return { ...plain, ...rest, id: `action ${id}`, group: 'actions', isPlan, run, plan: isPlan ? run : null };
}
