/** What the panel says of the object as a whole, and its facts. */
import type { Column, KindSummary, WindowRow } from '../../ipc/types';
import type { IconName } from '../../shared/icons/icons';
import type { Fact } from '../../shared/facts';
import type { Tone } from '../../shared/states';
import { clock } from '../../shared/text';
import type { DetailsController, Standing } from './details.svelte';

export interface Words {
  readonly icon: IconName;
  readonly tone: Tone;
  readonly title: string;
  readonly text: string;
}

const LAST_READ = 'Below is what was last read of it.';

type Listed = Pick<DetailsController, 'isListLive'>;

/** Null where the facts alone say it. */
export function standingWords(standing: Standing, { isListLive }: Listed): Words | null {
  switch (standing.is) {
    case 'unread':
    case 'live':
      return null;
    case 'terminating':
      return {
        icon: 'hourglass',
        tone: 'warn',
        title: standing.since === null ? 'Terminating.' : `Terminating since ${clock(standing.since)}.`,
        text: 'Its deletion was accepted. It is not gone yet.',
      };
    case 'awaited':
      return { icon: 'half', tone: 'busy', title: 'Its UID is still being read.', text: 'Until then it can be neither marked nor deleted.' };
    case 'incomplete':
      return { icon: 'warning', tone: 'warn', title: 'Incomplete, no UID.', text: 'Nothing tells it from a namesake, so it can be neither marked nor deleted.' };
    case 'stale':
      return { icon: 'clock', tone: 'warn', title: `As of ${clock(standing.at)}, not live.`, text: 'It may have changed since, or be gone.' };
    case 'unseen':
      return {
        icon: 'clock',
        tone: 'quiet',
        title: `As of ${clock(standing.at)}.`,
        text: isListLive ? 'It is not among the rows of the list that are read now.' : 'The list is not read now.',
      };
    case 'outside':
      return { icon: 'hidden', tone: 'quiet', title: `As of ${clock(standing.at)}.`, text: 'Its namespace is not among those of the list.' };
    case 'gone':
      return { icon: 'minus', tone: 'quiet', title: `Gone since ${clock(standing.since)}.`, text: LAST_READ };
    case 'left':
      return { icon: 'hidden', tone: 'quiet', title: `Not in this list since ${clock(standing.since)}.`, text: `Gone, or no longer matched by the filter. ${LAST_READ}` };
    case 'replaced':
      return { icon: 'swap', tone: 'warn', title: `Replaced, seen at ${clock(standing.since)}.`, text: `A namesake with another UID lives. ${LAST_READ}` };
  }
}

/** Whether the facts are those of now. */
export function isCurrent({ is }: Standing): boolean {
  return is === 'live' || is === 'terminating' || is === 'awaited' || is === 'incomplete';
}

/** Every column but those that the title and the band say already. */
export function columnFacts(row: WindowRow, columns: readonly Column[]): Fact[] {
  return columns.flatMap((column, at): Fact[] => {
    if (column.kind === 'name' || column.kind === 'namespace' || column.kind === 'cluster' || column.kind === 'kind') return [];
    const cell = row.cells[at] ?? '';
    const text = cell === '' ? '–' : cell;
    return [{ label: column.name, text, ...(column.description === '' ? {} : { tip: column.description }), ...(column.kind === 'status' ? { isState: true } : {}) }];
  });
}

/** What tells this object from every other one. */
export function identityFacts(row: WindowRow, kind: KindSummary | null): Fact[] {
  const version = kind === null ? [] : [{ label: 'API', text: kind.kind.group === '' ? kind.kind.version : `${kind.kind.group}/${kind.kind.version}`, isCode: true }];
  return [
    { label: 'Kind', text: row.kind },
    ...version,
    { label: 'Namespace', text: row.namespace ?? 'none: it is of the whole cluster' },
    row.id === null ? { label: 'UID', text: 'none read' } : { label: 'UID', text: row.id.uid, isCode: true, copies: 'UID' },
  ];
}
