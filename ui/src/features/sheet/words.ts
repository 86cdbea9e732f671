/** What the sheet says (ui.md §10), from the plan alone. */
import type { DeleteOptions, Finding, FindingKind, FindingTone, Order, PlanCluster, PlanSummary, RehearsalState, TargetPresence, WindowRow } from '../../ipc/types';
import type { IconName } from '../../shared/icons/icons';
import type { Tone } from '../../shared/states';
import { count, kinds, list, plural, sentence, visible } from '../../shared/text';

const PROPAGATION = { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' } as const;
const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth'];

/** "9 objects", "14 Jobs", "ConfigMap". */
function subject(plan: PlanSummary, number: number): string {
  const [only] = plan.kinds;
  return plan.kinds.length === 1 && only !== undefined ? visible(plural(only.kind, number)) : plural('object', number);
}

/** What a plan is for, in the words that wait for it: "6 Pods", "ConfigMap argo-params". */
export function planWords(plan: PlanSummary): string {
  return plan.only !== null ? `${visible(plan.only.kind)} ${visible(plan.only.name)}` : subject(plan, plan.total);
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

/** "2 objects, goes first": only where one cluster waits for the other. */
export function bandWords(cluster: PlanCluster, place: number, of: number, order: Order): string {
  const objects = plural('object', cluster.count);
  if (of === 1 || order === 'together') return objects;
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

/** "all clusters at once", or their names in their order. */
export function orderWords(plan: PlanSummary): string {
  const { order } = plan.options;
  if (order === 'together') return 'all clusters at once';
  const names = plan.clusters.length > 4 ? `${count(plan.clusters.length)} clusters one after the other` : plan.clusters.map((cluster) => visible(cluster.name)).join(', then ');
  return order === 'stagedUntilFailure' ? `${names}, stop at the first failure` : names;
}

/** What stands under the title. */
export function underWords(plan: PlanSummary): string {
  if (!plan.isReady) return `${visible(plan.progress.words)}. Nothing is sent that changes anything.`;
  return `${plan.rehearsed === '' ? '' : `${sentence(visible(plan.rehearsed))} `}The plan follows changes while this sheet is open.`;
}

/** "Pod a was replaced."; many are summed up, so that the sheet does not grow. */
export function changeWords(changes: readonly string[], total: number): string {
  const newest = visible(changes.at(-1) ?? '');
  return total < 2 ? newest : `${count(total)} changes. The newest: ${newest}`;
}

const EFFECTS: readonly [begins: string, icon: IconName, tone: Tone][] = [
  ['comes back', 'loop', 'warn'],
  ['come back', 'loop', 'warn'],
  ['destroys', 'disk', 'bad'],
  ['will hang', 'hourglass', 'warn'],
  ['already terminating', 'hourglass', 'warn'],
  ['takes', 'tree', 'quiet'],
];

/** Whether it stays out of the deletion: refused by its rehearsal, gone, replaced or changed. */
export function isLeftOut(target: WindowRow, effect: string): boolean {
  return target.rehearsal === 'refused' || target.state === 'gone' || effect.endsWith('not part of this plan');
}

/** The glyph that repeats an effect's words; none for words that are not known here. */
export function effectLook(effect: string): FindingLook | null {
  const known = EFFECTS.find(([begins]) => effect.startsWith(begins));
  return known === undefined ? null : { icon: known[1], tone: known[2] };
}

const REHEARSALS: Readonly<Record<RehearsalState, FindingLook & { word: string }>> = {
  asking: { word: 'asking…', icon: 'ring-dash', tone: 'quiet' },
  accepted: { word: 'accepted', icon: 'check', tone: 'good' },
  refused: { word: 'refused', icon: 'barred', tone: 'bad' },
  cannotBe: { word: 'cannot be', icon: 'question', tone: 'warn' },
  noAnswer: { word: 'no answer', icon: 'question', tone: 'warn' },
  notAsked: { word: 'not asked', icon: 'minus', tone: 'quiet' },
};

export function rehearsalLook(rehearsal: RehearsalState): FindingLook & { word: string } {
  return REHEARSALS[rehearsal];
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

const ICONS: Readonly<Record<Exclude<FindingKind, 'rehearsal'>, IconName>> = {
  data: 'disk',
  refused: 'barred',
  changed: 'swap',
  comesBack: 'loop',
  hangs: 'hourglass',
  refers: 'link',
  dependants: 'tree',
  copy: 'history',
};

const TONES: Readonly<Record<FindingTone, Tone>> = { good: 'good', plain: 'quiet', asking: 'quiet', warn: 'warn', bad: 'bad' };

/** What it is about gives the glyph, the backend the tone. A check mark only where a rehearsal was accepted. */
export function findingLook(finding: Pick<Finding, 'kind' | 'tone'>): FindingLook {
  const { kind, tone } = finding;
  const tones = TONES[tone];
  if (tone === 'asking') return { icon: 'ring-dash', tone: tones };
  if (kind === 'rehearsal') return { icon: tone === 'good' ? 'check' : tone === 'plain' ? 'info' : 'question', tone: tones };
  return { icon: ICONS[kind], tone: tones };
}

/** For the plural of one kind in prose. */
export function kindsOf(plan: PlanSummary): string {
  return list(plan.kinds.map((kind) => visible(`${count(kind.count)} ${kind.count === 1 ? kind.kind : kinds(kind.kind)}`)));
}
