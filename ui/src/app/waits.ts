/** What goes on once a cluster can be reached again, in sentences. */
import type { ClusterSummary, JobSummary } from '../ipc/types';
import { isCutOff } from '../shared/sessions';
import { count, plural, visible } from '../shared/text';

/** A plan that was put away to sign in. */
export type Parked = { cluster: string; subject: string };

export function waitsWords(cluster: ClusterSummary, parked: Parked | null, jobs: readonly JobSummary[], marked: number): string[] {
  const after = ['signedOut', 'needsSignIn', 'needsConsent', 'connecting'].includes(cluster.state) ? 'after you sign in' : 'once it answers';
  const said: string[] = [];
  if (parked?.cluster === cluster.id) said.push(`Your plan for ${parked.subject} goes on ${after}. Nothing has been sent.`);
  const lanes = jobs.filter((job) => !job.isSettled).flatMap((job) => job.lanes.filter((lane) => lane.cluster === cluster.id && lane.settled < lane.total).map((lane) => ({ job, lane })));
  for (const { job, lane } of lanes) {
    said.push(`Your deletion of ${visible(job.subject)} goes on here ${after}: ${count(lane.settled)} of ${count(lane.total)} settled.`);
    const unknown = lane.outcomes.find(({ outcome }) => outcome === 'unknown')?.count ?? 0;
    if (unknown > 0) said.push(`${plural('deletion', unknown)} ${unknown === 1 ? 'has' : 'have'} an unknown outcome. ${unknown === 1 ? 'It is' : 'Each is'} checked by its UID before anything else.`);
  }
  if (said.length === 0 && marked > 0 && isCutOff(cluster.state)) said.push(`${count(marked)} marked, kept as ${marked === 1 ? 'it is' : 'they are'}. Nothing has been sent.`);
  return said;
}
