/** The receipt beside the list: which one, what it says, and whether it is being checked again. */
import { toApiError, type Backend } from '../../ipc/backend';
import type { ApiError, Receipt, ReceiptRef } from '../../ipc/types';
import { announcer } from '../../shared/announcer.svelte';
import { copy } from '../../shared/copy';
import { visible } from '../../shared/text';
import { Waiting } from '../../shared/view/waiting.svelte';
import { keyOf } from './cursor.svelte';

export class ReceiptController {
  /** Which one is asked for; null while the panel is closed. */
  asked = $state.raw<ReceiptRef | null>(null);
  /** The one that is drawn: the one before until the asked one is here. */
  receipt = $state.raw<Receipt | null>(null);
  /** Why it could not be read. */
  error = $state.raw<ApiError | null>(null);
  isChecking = $state(false);
  /** What the last check found, and why the last check or copying failed. */
  checked = $state<string | null>(null);
  failure = $state.raw<ApiError | null>(null);
  readonly waiting = new Waiting();
  /** Whether what is drawn is what was asked for: only then may anything be done with it. */
  readonly isCurrent: boolean = $derived(this.asked !== null && this.receipt !== null && keyOf(this.receipt.receipt) === keyOf(this.asked));

  readonly #backend: Backend;
  #ticket = 0;

  /** `onshow` is told each time that a receipt is asked for: it takes the panel beside the list. */
  constructor(backend: Backend, private readonly onshow: () => void = () => undefined) {
    this.#backend = backend;
  }

  show(receipt: ReceiptRef): void {
    this.onshow();
    if (this.asked !== null && keyOf(this.asked) === keyOf(receipt) && this.error === null) return;
    this.asked = receipt;
    this.error = null;
    this.failure = null;
    this.checked = null;
    this.isChecking = false;
    this.waiting.start();
    void this.#read(receipt);
  }

  close(): void {
    this.#ticket += 1;
    this.asked = null;
    this.receipt = null;
    this.error = null;
    this.failure = null;
    this.checked = null;
    this.isChecking = false;
    this.waiting.stop();
  }

  /** Receipts changed: this one may have. */
  changed(): void {
    if (this.asked !== null && !this.isChecking) void this.#read(this.asked);
  }

  retry(): void {
    if (this.asked === null) return;
    this.error = null;
    this.waiting.start();
    void this.#read(this.asked);
  }

  /** Asks the cluster once more whether the object is there. */
  async check(): Promise<void> {
    const { asked } = this;
    if (asked === null || !this.isCurrent || this.isChecking) return;
    this.isChecking = true;
    this.failure = null;
    this.checked = null;
    this.#ticket += 1;
    const ticket = this.#ticket;
    try {
      const receipt = await this.#backend.receiptCheck(asked);
      if (ticket !== this.#ticket) return;
      this.receipt = receipt;
      const found = receipt.happened.at(-1);
      this.checked = found === undefined ? receipt.words : visible(found.text);
      announcer.polite(`${visible(receipt.kind)} ${visible(receipt.name)}: ${this.checked}`);
    } catch (cause) {
      if (ticket !== this.#ticket) return;
      this.failure = toApiError(cause);
      announcer.assertive(`Not checked. ${visible(this.failure.message)}`);
    } finally {
      if (ticket === this.#ticket) this.isChecking = false;
    }
  }

  async copyAsKubectl(): Promise<void> {
    const { asked } = this;
    if (asked === null || !this.isCurrent) return;
    this.failure = null;
    try {
      await copy(await this.#backend.receiptKubectl(asked), 'kubectl command');
    } catch (cause) {
      this.failure = toApiError(cause);
    }
  }

  async #read(receipt: ReceiptRef): Promise<void> {
    this.#ticket += 1;
    const ticket = this.#ticket;
    try {
      const read = await this.#backend.receiptRead(receipt);
      if (ticket !== this.#ticket) return;
      this.receipt = read;
      this.error = null;
    } catch (cause) {
      if (ticket === this.#ticket) this.error = toApiError(cause);
    } finally {
      if (ticket === this.#ticket) this.waiting.stop();
    }
  }
}
