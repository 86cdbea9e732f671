/** What the sheet says (ui.md §10), from the plan alone. */
import type { DeleteOptions, FindingKind, PlanCluster, PlanSummary, TargetPresence } from '../../ipc/types';
import type { IconName } from '../../shared/icons/icons';
import type { Tone } from '../../shared/states';
import { count, kinds, list, plural, visible } from '../../shared/text';

const PROPAGATION = { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' } as const;
const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth'];

/** "9 objects", "14 Jobs", "ConfigMap". */
function subject(plan: PlanSummary, number: number): string {
  const [only] = plan.kinds;
  return plan.kinds.length === 1 && only !== undefined ? visible(plural(only.kind, number)) : plural('object', number);
}

export function titleWords(plan: PlanSummary): string {
  if (plan.only !== null) return `Delete ${visible(plan.only.kind)} ${visible(plan.only.name)}?`;
  const [cluster] = plan.clusters;
  const where = plan.clusters.length === 1 && cluster !== undefined ? visible(cluster.name) : `${count(plan.clusters.length)} clusters`;
  const isPart = plan.remaining < plan.total;
  const what = isPart ? `${count(plan.remaining)} of ${subject(plan, plan.total)}` : subject(plan, plan.total);
  return `Delete ${what} in ${where}?`;
}

export function deleteWords(plan: PlanSummary): string {
  if (plan.only !== null) return `Delete ${visible(plan.only.kind)}`;
  return `Delete ${subject(plan, plan.remaining)}`;
}

/** "namespace ci-nightly", "3 namespaces"; nothing for kinds that live in none. */
export function namespaceWords(cluster: PlanCluster): string | undefined {
  const [only] = cluster.namespaces;
  if (only === undefined) return undefined;
  return cluster.namespaces.length === 1 ? `namespace ${visible(only)}` : `${count(cluster.namespaces.length)} namespaces`;
}

/** "2 objects, goes first". */
export function bandWords(cluster: PlanCluster, place: number, of: number): string {
  const objects = plural('object', cluster.count);
  if (of === 1) return objects;
  const ordinal = place === of - 1 && of > 2 ? 'last' : (ORDINALS[place] ?? `as number ${count(place + 1)}`);
  return `${objects}, goes ${ordinal}`;
}

export function propagationWords(options: DeleteOptions): string {
  return PROPAGATION[options.propagation];
}

export function graceWords(options: DeleteOptions, isOne: boolean): string {
  const seconds = options.gracePeriodSeconds;
  if (seconds === null) return isOne ? 'as the object says' : 'as each object says';
  return seconds === 1 ? '1 second' : `${count(seconds)} seconds`;
}

export function riskWords(plan: PlanSummary): { level: string; reasons: string } {
  const level = { low: 'Low risk', medium: 'Medium risk', high: 'High risk' }[plan.risk];
  return { level, reasons: list(plan.reasons.map(visible)) };
}

export function goneWords(plan: PlanSummary): string {
  if (plan.total === 1) return 'It is no longer there. Nothing to delete.';
  return `None of these ${subject(plan, plan.total)} is left. Nothing to delete.`;
}

export function presenceWords(presence: TargetPresence): string | null {
  switch (presence) {
    case 'present':
      return null;
    case 'terminating':
      return 'already terminating';
    case 'changed':
      return 'changed, not part of this plan';
    case 'gone':
      return 'gone, not part of this plan';
    case 'replaced':
      return 'replaced, not part of this plan';
  }
}

interface FindingLook {
  readonly icon: IconName;
  readonly tone: Tone;
}

const LOOKS: Readonly<Record<FindingKind, FindingLook>> = {
  data: { icon: 'disk', tone: 'bad' },
  refused: { icon: 'barred', tone: 'bad' },
  changed: { icon: 'swap', tone: 'warn' },
  comesBack: { icon: 'loop', tone: 'warn' },
  hangs: { icon: 'hourglass', tone: 'warn' },
  refers: { icon: 'link', tone: 'warn' },
  dependants: { icon: 'tree', tone: 'quiet' },
  copy: { icon: 'history', tone: 'warn' },
  // Not a check mark: the finding also says that nothing was rehearsed.
  rehearsal: { icon: 'info', tone: 'quiet' },
};

export function findingLook(kind: FindingKind): FindingLook {
  return LOOKS[kind];
}

/** For the plural of one kind in prose. */
export function kindsOf(plan: PlanSummary): string {
  return list(plan.kinds.map((kind) => visible(`${count(kind.count)} ${kind.count === 1 ? kind.kind : kinds(kind.kind)}`)));
}
