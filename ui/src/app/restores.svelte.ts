/** Restores that were asked for: which run, and how those ended that nobody saw end. */
import type { ReceiptRef, RestoreSummary } from '../ipc/types';

export type Restoring = { readonly id: number; readonly receipts: readonly ReceiptRef[] };

export class Restores {
  /** Those that are asked for or run. The newest has its sheet open, unless it was put away. */
  running: readonly Restoring[] = $state.raw([]);
  /** How those ended whose sheets were put away before. */
  ended: readonly RestoreSummary[] = $state.raw([]);
  #count = 0;

  begin(receipts: readonly ReceiptRef[]): void {
    this.#count += 1;
    this.running = [...this.running, { id: this.#count, receipts }];
  }

  /** `unseen` is how one ended whose sheet was put away before. */
  end(restoring: Restoring, unseen: RestoreSummary | null): void {
    this.running = this.running.filter((other) => other !== restoring);
    if (unseen !== null) this.ended = [...this.ended, unseen];
  }

  /** The person has read how it ended. */
  close(summary: RestoreSummary): void {
    this.ended = this.ended.filter((other) => other !== summary);
  }
}
