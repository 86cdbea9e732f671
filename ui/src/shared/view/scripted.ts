/** A backend for tests: one list of rows in memory, every call written down, and answers that can be held back. Never
 * imported by the page. */
import { vi } from 'vitest';

import type { Backend } from '../../ipc/backend';
import type { Column, JobSummary, PlanSummary, ViewHint, ViewPart, ViewWindow, Warning, WindowRow } from '../../ipc/types';

export const podColumns: Column[] = [
  { id: 'name', name: 'Name', description: '', kind: 'name', isWide: false },
  { id: 'status', name: 'Status', description: '', kind: 'status', isWide: false },
  { id: 'age', name: 'Age', description: '', kind: 'age', isWide: false },
];

export function pod(name: string, more: Partial<WindowRow> = {}): WindowRow {
  return {
    id: { cluster: 'c1', uid: `uid-${name}` },
    kind: 'Pod',
    namespace: 'shop',
    name,
    cells: [name, 'Running', '2h'],
    state: 'live',
    isMarked: false,
    isFresh: false,
    outcome: null,
    rehearsal: null,
    note: null,
    ...more,
  };
}

export function pods(number: number): WindowRow[] {
  return Array.from({ length: number }, (_, index) => pod(`pod-${String(index)}`));
}

export interface Held<T> {
  readonly args: unknown[];
  answer(value?: T): void;
  fail(error: unknown): void;
}

export function scripted(rows: WindowRow[]) {
  let version = 1;
  let isHolding = false;
  let columns = podColumns;
  const windows: Held<ViewWindow>[] = [];
  const listeners: ((hint: ViewHint) => void)[] = [];
  const state = { rows, agesChangeIn: null as number | null, warnings: [] as Warning[], liveness: { phase: 'live' } as ViewHint['liveness'], shortBy: 0, isGone: false, awaited: 0, hiddenColumns: [] as Column[], parts: [] as ViewPart[] };

  const hint = (): ViewHint => ({
    view: 'v1',
    version,
    total: state.rows.length,
    unfiltered: state.rows.length,
    marked: state.rows.filter((row) => row.isMarked).length,
    markable: state.isGone ? 0 : state.rows.length,
    awaited: state.awaited,
    liveness: state.liveness,
  });
  const window = (start: number, count: number): ViewWindow => ({
    hint: hint(),
    columns,
    hiddenColumns: state.hiddenColumns,
    start,
    rows: state.rows.slice(start, Math.max(start, start + count - state.shortBy)),
    agesChangeIn: state.agesChangeIn,
    warnings: state.warnings,
    parts: state.parts,
  });

  const calls = {
    viewOpen: vi.fn(({ count }: { count: number }, onHint: (hint: ViewHint) => void) => {
      listeners.push(onHint);
      // A list of which nothing is known yet; its first hint comes with its rows.
      const nothing = { ...window(0, 0), hint: { ...hint(), total: 0, liveness: { phase: 'opening' as const } } };
      return Promise.resolve({ view: 'v1', window: isHolding ? nothing : window(0, count) });
    }),
    viewWindow: vi.fn((_view: string, start: number, count: number) => {
      if (!isHolding) return Promise.resolve(window(start, count));
      const frozen = window(start, count);
      return new Promise<ViewWindow>((resolve, reject) => {
        windows.push({
          args: [start, count],
          answer: (value) => {
            resolve(value ?? frozen);
          },
          fail: reject,
        });
      });
    }),
    viewQuery: vi.fn((_view: string, _query: unknown, count: number) => Promise.resolve(window(0, count))),
    viewRefresh: vi.fn(() => Promise.resolve(null)),
    viewClose: vi.fn(() => Promise.resolve(null)),
    selectionChange: vi.fn(() => Promise.resolve({ total: 0, kinds: [], clusters: [] })),
    planCreate: vi.fn<() => Promise<PlanSummary>>(() => Promise.reject(new Error('not scripted'))),
    clusterUnlock: vi.fn<() => Promise<unknown>>(() => Promise.resolve({})),
    clusterCare: vi.fn<() => Promise<unknown>>(() => Promise.resolve({})),
    planExport: vi.fn(() => Promise.resolve('kubectl delete')),
    listLookWrite: vi.fn(() => Promise.resolve(null)),
    planDiscard: vi.fn(() => Promise.resolve(null)),
    jobControl: vi.fn<() => Promise<JobSummary>>(() => Promise.reject(new Error('not scripted'))),
    jobResume: vi.fn<() => Promise<JobSummary>>(() => Promise.reject(new Error('not scripted'))),
    jobDismiss: vi.fn(() => Promise.resolve(null)),
    planConfirm: vi.fn<() => Promise<JobSummary>>(() => Promise.reject(new Error('not scripted'))),
  };

  return {
    backend: calls as unknown as Backend,
    calls,
    state,
    windows,
    window,
    hint,
    hold(): void {
      isHolding = true;
    },
    setColumns(next: Column[]): void {
      columns = next;
    },
    /** Changes the rows and hints. */
    change(next: WindowRow[] = state.rows): void {
      state.rows = next;
      version += 1;
      for (const listener of listeners) listener(hint());
    },
  };
}

/** Lets every promise that can settle do so. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
}
