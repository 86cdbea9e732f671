/** A history for tests: jobs and receipts in memory, every question written down, and answers that can be held back.
 * Never imported by the page. */
import { vi } from 'vitest';

import type { Backend } from '../../ipc/backend';
import type { History, HistoryJob, HistoryQuery, Receipt, ReceiptRef, ViewHint, ViewWindow, WindowRow } from '../../ipc/types';

export function job(id: string, total: number, more: Partial<HistoryJob> = {}): HistoryJob {
  return {
    job: id, day: 'Today', time: '14:03', subject: `${String(total)} Pods in garden`, outcome: `${String(total)} gone.`,
    clusters: [{ cluster: 'c1', name: 'garden', tier: 'development', isPractice: false }], total, matching: total, isInterrupted: false, isRunning: false, ...more,
  };
}

export function history(jobs: HistoryJob[], more: Partial<History> = {}): History {
  return {
    jobs, total: jobs.length, receipts: 1_247, clusters: ['garden'], receiptDays: 90,
    trash: { copies: 1_200, bytes: 38_000_000, unreadable: 0, isLasting: true, problem: null, days: 30 },
    problem: null, ...more,
  };
}

export function receipt(ref: ReceiptRef, more: Partial<Receipt> = {}): Receipt {
  return {
    receipt: ref, kind: 'ConfigMap', namespace: 'shop', name: ref.row.uid, outcome: 'gone', words: 'confirmed at 14:03:12',
    cluster: { cluster: 'c1', name: 'garden', tier: 'development', isPractice: false }, by: 'gardener', server: 'garden:6443', fingerprint: 'CA 4f9a', uid: ref.row.uid,
    options: 'Background', agreed: 'a click', happened: [{ at: '14:03:12.118', text: 'DELETE sent' }], auditId: null, copy: 'kept',
    copyWords: 'It gets a new UID.', copies: 1, ...more,
  };
}

export function refOf(job: string, place: number): ReceiptRef {
  return { job, row: { cluster: 'c1', uid: `${job}-${String(place)}` } };
}

function row(job: string, place: number): WindowRow {
  const { row: id } = refOf(job, place);
  return { id, kind: 'Pod', namespace: 'shop', name: id.uid, cells: [], state: 'gone', isMarked: false, isFresh: false, outcome: 'gone', rehearsal: null, note: null };
}

export interface Asked<T> {
  readonly query: HistoryQuery;
  answer(value: T): void;
  fail(cause: unknown): void;
}

export function scene(jobs: HistoryJob[]) {
  const asked: Asked<History>[] = [];
  const views = new Map<string, { job: string; query: HistoryQuery; rows: number }>();
  const state = { jobs, isHolding: false, receipts: 1_247 };
  const hint = (view: string, total: number): ViewHint => ({ view, version: 1, total, unfiltered: total, marked: 0, markable: 0, awaited: 0, liveness: { phase: 'settled' } });

  const window = (view: string, start: number, count: number): ViewWindow => {
    const { job, rows } = views.get(view) ?? { job: '', rows: 0 };
    const places = Array.from({ length: Math.max(0, Math.min(count, rows - start)) }, (_, offset) => start + offset);
    return { hint: hint(view, rows), columns: [], hiddenColumns: [], parts: [], start, rows: places.map((place) => row(job, place)), agesChangeIn: null, warnings: [] };
  };

  const calls = {
    historyRead: vi.fn((query: HistoryQuery) => {
      if (!state.isHolding) {
        const page = state.jobs.slice(query.start, query.start + query.count);
        return Promise.resolve(history(page, { total: state.jobs.length, receipts: state.receipts }));
      }
      return new Promise<History>((resolve, reject) => {
        asked.push({ query, answer: resolve, fail: reject });
      });
    }),
    viewOpen: vi.fn(({ source, count }: { source: { job: string; query: HistoryQuery }; count: number }) => {
      const view = `v${String(views.size + 1)}`;
      views.set(view, { job: source.job, query: source.query, rows: state.jobs.find(({ job }) => job === source.job)?.matching ?? 0 });
      return Promise.resolve({ view, window: window(view, 0, count) });
    }),
    viewWindow: vi.fn((view: string, start: number, count: number) => Promise.resolve(window(view, start, count))),
    viewClose: vi.fn((view: string) => {
      views.delete(view);
      return Promise.resolve(null);
    }),
    receiptRead: vi.fn((ref: ReceiptRef) => Promise.resolve(receipt(ref))),
    receiptCheck: vi.fn((ref: ReceiptRef) => Promise.resolve(receipt(ref))),
    receiptKubectl: vi.fn(() => Promise.resolve('kubectl delete configmap a')),
  };
  return { backend: calls as unknown as Backend, calls, asked, views, state };
}
