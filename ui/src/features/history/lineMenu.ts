/** What can be done with a line of the history, for its menu. */
import type { HistoryJob } from '../../ipc/types';
import type { MenuItem } from '../../shared/menu';
import { printed } from '../../shared/shortcuts';
import { count } from '../../shared/text';

export interface LineActions {
  open(): void;
  mark(): void;
  restore(): void;
  copyName(): void;
  copyAsKubectl(): void;
}

export interface JobActions {
  fold(): void;
  markAll(): void;
  restoreAll(): void;
  /** Null where this run does not know the job. */
  show: (() => void) | null;
}

export function receiptMenu(isMarked: boolean, actions: LineActions): MenuItem[] {
  return [
    { text: 'Open the receipt', keys: printed('Enter'), run: () => actions.open() },
    { text: isMarked ? 'Take the mark off' : 'Mark', keys: printed('Space'), run: () => actions.mark() },
    { text: 'Restore…', run: () => actions.restore() },
    { separator: true },
    { text: 'Copy the name', keys: printed('Ctrl+C'), run: () => actions.copyName() },
    { text: 'Copy as kubectl', keys: printed('Ctrl+Shift+C'), run: () => actions.copyAsKubectl() },
  ];
}

export function jobMenu(job: HistoryJob, isUnfolded: boolean, actions: JobActions): MenuItem[] {
  const all = job.matching === 1 ? 'its receipt' : `all ${count(job.matching)}${job.matching === job.total ? '' : ' that match'}`;
  const { show } = actions;
  return [
    { text: isUnfolded ? 'Fold' : 'Unfold', keys: printed('Enter'), run: () => actions.fold() },
    { text: `Mark ${all}`, keys: printed('Ctrl+A'), run: () => actions.markAll() },
    { text: `Restore ${all === 'its receipt' ? 'it' : all}…`, run: () => actions.restoreAll() },
    ...(show === null ? [] : [{ separator: true } as const, { text: 'Show the job', run: show }]),
  ];
}
