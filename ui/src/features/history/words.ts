/** What the Receipts page says (ui.md §6, §10), from the backend's numbers alone. */
import type { History, HistoryJob, Outcome, TrashSummary } from '../../ipc/types';
import { outcomeWord } from '../../shared/outcomes';
import { count, plural, sentence, visible } from '../../shared/text';

export function days(number: number): string {
  return number === 1 ? '1 day' : `${count(number)} days`;
}

function copies(number: number): string {
  return number === 1 ? '1 copy' : `${count(number)} copies`;
}

const STEPS = ['kB', 'MB', 'GB', 'TB'];

/** 38 MB, 1.4 GB, 512 bytes: powers of 1,000, as the system's own file window counts. */
export function size(bytes: number): string {
  if (bytes < 1_000) return bytes === 1 ? '1 byte' : `${count(Math.round(bytes))} bytes`;
  let value = bytes;
  let step = -1;
  while (value >= 999.5 && step < STEPS.length - 1) {
    value /= 1_000;
    step += 1;
  }
  return `${value < 9.95 ? String(Math.round(value * 10) / 10) : count(Math.round(value))} ${STEPS[step] ?? ''}`;
}

/** "Every deletion of the last 90 days. The trash keeps copies for 30 days." */
export function leadWords(history: History): string {
  return `Every deletion of the last ${days(history.receiptDays)}. The trash keeps copies for ${days(history.trash.days)}.`;
}

/** "1,247 receipts in 90 days, 38 MB in the trash, encrypted". */
export function statusWords(history: History): string {
  const { trash } = history;
  const inTrash = trash.copies === 0 ? 'nothing in the trash' : `${size(trash.bytes)} in the trash, encrypted`;
  return `${plural('receipt', history.receipts)} in ${days(history.receiptDays)}, ${inTrash}`;
}

/** Read aloud after a search. */
export function foundWords(history: History): string {
  if (history.total === 0) return 'No receipt matches';
  const receipts = history.jobs.reduce((sum, job) => sum + job.matching, 0);
  const deletions = plural('deletion', history.total);
  return history.total === history.jobs.length ? `${plural('receipt', receipts)} in ${deletions}` : `${deletions} match`;
}

/** What narrows the list, for "no receipt matches". */
export function askedWords(query: { text: string; outcomes: readonly Outcome[]; cluster: string | null }): string {
  const parts = [
    query.text === '' ? null : `“${visible(query.text)}”`,
    query.outcomes.length === 0 ? null : `outcome ${outcomesWord(query.outcomes)}`,
    query.cluster === null ? null : `cluster ${visible(query.cluster)}`,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

/** Everything that was asked to go and is, or may be, still there. */
export const NOT_GONE: readonly Outcome[] = ['recreated', 'refused', 'replaced', 'terminating', 'unknown', 'notSent'];

export function outcomesWord(outcomes: readonly Outcome[]): string {
  const [only] = outcomes;
  if (only === undefined) return 'Any';
  return outcomes.length === 1 ? outcomeWord(only) : 'Not gone';
}

/** Whether and why copies cannot be read, said once; null where they all can. */
export function trashTrouble(trash: TrashSummary): { title: string; text: string } | null {
  const lost = `${copies(trash.unreadable)} in the trash cannot be read: the key is no longer there`;
  if (!trash.isLasting) {
    const why = trash.problem === null ? '' : sentence(visible(trash.problem));
    return { title: 'Copies taken now cannot be restored after quitting.', text: trash.unreadable === 0 ? why : `${why} ${sentence(lost)}`.trim() };
  }
  if (trash.unreadable > 0) return { title: sentence(lost), text: trash.problem === null ? '' : sentence(visible(trash.problem)) };
  return null;
}

/** Beside the job's words while the list is narrowed: "2 of 9 match". */
export function matchWords(job: HistoryJob): string | null {
  return job.matching === job.total ? null : `${count(job.matching)} of ${count(job.total)} match`;
}

export function markedWords(number: number): string {
  return `${plural('receipt', number)} marked`;
}
