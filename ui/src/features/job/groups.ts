/** The outcomes of a job, grouped as they are looked for. Every outcome is in exactly one group but "all". */
import type { JobSummary, Outcome } from '../../ipc/types';

export type GroupName = 'all' | 'gone' | 'waiting' | 'notSent' | 'inFlight' | 'terminating' | 'refused' | 'other';

export interface Group {
  readonly name: GroupName;
  readonly word: string;
  readonly outcomes: readonly Outcome[];
}

export const groups: readonly Group[] = [
  { name: 'all', word: 'All', outcomes: [] },
  { name: 'gone', word: 'Gone', outcomes: ['gone', 'alreadyGone'] },
  { name: 'waiting', word: 'Waiting', outcomes: ['waiting'] },
  { name: 'inFlight', word: 'In flight', outcomes: ['requested', 'accepted'] },
  { name: 'terminating', word: 'Terminating', outcomes: ['terminating'] },
  { name: 'refused', word: 'Refused', outcomes: ['refused'] },
  { name: 'notSent', word: 'Not sent', outcomes: ['notSent'] },
  { name: 'other', word: 'Other', outcomes: ['recreated', 'replaced', 'unknown'] },
];

export function groupCount(job: JobSummary, group: Group): number {
  if (group.name === 'all') return job.total;
  return job.outcomes.filter((part) => group.outcomes.includes(part.outcome)).reduce((sum, part) => sum + part.count, 0);
}
