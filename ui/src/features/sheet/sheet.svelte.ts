/** One plan from the request to its confirmation. What it shows depends only on the plan it got. It holds the rules of
 * agreeing: nothing is confirmed that was not shown, that changed within the last second, whose proof is missing, or
 * whose press began within 400 ms of becoming possible; and nothing is confirmed twice. */
import { toApiError, type Backend } from '../../ipc/backend';
import type { ApiError, DeleteOptions, Given, JobSummary, PlanCreate, PlanSummary } from '../../ipc/types';

export const ARMING_MS = 400;
export const CHANGE_MS = 1_000;

type Phase = 'making' | 'failed' | 'open' | 'confirming' | 'closed';

export interface SheetEnd {
  onclose(): void;
  onjob(job: JobSummary): void;
}

export class SheetController {
  phase = $state<Phase>('making');
  plan = $state.raw<PlanSummary | null>(null);
  /** Why no plan could be made, or why the confirmation was not taken. */
  error = $state.raw<ApiError | null>(null);
  /** What changed since the plan was made, newest last. */
  changes = $state.raw<readonly string[]>([]);
  typed = $state('');
  /** Whether a change still has to be read. */
  isChangeUnread = $state(false);
  /** Set by Enter on Delete or in the proof field. */
  isSpaceHintShown = $state(false);
  isRemaking = $state(false);

  readonly #backend: Backend;
  readonly #end: SheetEnd;
  readonly #now: () => number;
  #request: PlanCreate;
  #shownDigest: string | null = null;
  #possibleSince: number | null = null;
  #pressedAt: number | null = null;
  #changeTimer: ReturnType<typeof setTimeout> | null = null;
  #making = 0;
  /** A change may be told before the answer that it changes has come. */
  #early: { plan: PlanSummary; change: string } | null = null;

  /** `now` is on the clock of events' time stamps. */
  constructor(backend: Backend, request: PlanCreate, end: SheetEnd, now: () => number = () => performance.now()) {
    this.#backend = backend;
    this.#request = request;
    this.#end = end;
    this.#now = now;
    void this.#make(request);
  }

  get isProven(): boolean {
    const proof = this.plan?.proof;
    if (proof === undefined) return false;
    return proof.proof === 'click' || this.typed === (proof.proof === 'hold' ? String(proof.count) : proof.word);
  }

  /** Whether Delete is a button that can be pressed. */
  get isPossible(): boolean {
    return this.phase === 'open' && this.plan !== null && this.plan.isReady && this.plan.remaining > 0 && this.isProven && !this.isChangeUnread && !this.isRemaking;
  }

  /** Called by the view after the plan is in the document, and whenever `isPossible` may have changed. */
  shown(digest: string | null): void {
    this.#shownDigest = digest;
    this.#arm();
  }

  /** The plan is not what it was. Whatever was half done about the old one is void. */
  changed(plan: PlanSummary, change: string): void {
    if (this.phase === 'closed') return;
    if (this.plan === null || this.isRemaking) this.#early = { plan, change };
    if (this.plan?.plan !== plan.plan) return;
    this.plan = plan;
    if (change === '') return;
    this.changes = [...this.changes, change];
    this.isChangeUnread = true;
    this.#disarm();
    if (this.#changeTimer !== null) clearTimeout(this.#changeTimer);
    this.#changeTimer = setTimeout(() => {
      this.#changeTimer = null;
      this.isChangeUnread = false;
    }, CHANGE_MS);
  }

  setTyped(text: string): void {
    this.typed = text;
    this.isSpaceHintShown = false;
    this.#arm();
  }

  /** The pointer or Space went down on Delete. */
  press(at: number): void {
    this.#arm();
    const isArmed = this.#possibleSince !== null && at >= this.#possibleSince + ARMING_MS;
    this.#pressedAt = isArmed ? at : null;
  }

  unpress(): void {
    this.#pressedAt = null;
  }

  /** It was let go on Delete. */
  release(): void {
    const isPressed = this.#pressedAt !== null;
    this.#pressedAt = null;
    if (isPressed) void this.#confirm();
  }

  /** Enter never deletes. */
  enter(): void {
    this.#pressedAt = null;
    this.isSpaceHintShown = true;
  }

  /** Other options are another plan of the same targets. */
  async setOptions(options: DeleteOptions): Promise<void> {
    if (this.phase !== 'open' || this.isRemaking) return;
    const old = this.plan;
    this.isRemaking = true;
    this.#disarm();
    await this.#make({ ...this.#request, options });
    if (old !== null && this.plan?.plan !== old.plan) this.#backend.planDiscard(old.plan).catch(() => undefined);
  }

  asKubectl(): Promise<string> {
    return this.plan === null ? Promise.resolve('') : this.#backend.planExport(this.plan.plan, 'kubectl');
  }

  cancel(): void {
    if (this.phase === 'confirming' || this.phase === 'closed') return;
    if (this.plan !== null) this.#backend.planDiscard(this.plan.plan).catch(() => undefined);
    this.#close();
    this.#end.onclose();
  }

  /** The view goes away by other means; a plan that nobody sees must not stay. */
  drop(): void {
    if (this.phase === 'closed') return;
    if (this.plan !== null && this.phase !== 'confirming') this.#backend.planDiscard(this.plan.plan).catch(() => undefined);
    this.#close();
  }

  async #make(request: PlanCreate): Promise<void> {
    this.#making += 1;
    const ticket = this.#making;
    try {
      const plan = await this.#backend.planCreate(request);
      if (ticket !== this.#making || this.phase === 'closed') {
        this.#backend.planDiscard(plan.plan).catch(() => undefined);
        return;
      }
      this.#request = request;
      this.plan = plan;
      this.isRemaking = false;
      this.error = null;
      this.phase = 'open';
      const early = this.#early;
      this.#early = null;
      if (early?.plan.plan === plan.plan) this.changed(early.plan, early.change);
    } catch (error) {
      if (ticket !== this.#making || this.phase === 'closed') return;
      this.error = toApiError(error);
      if (this.phase === 'making') this.phase = 'failed';
    } finally {
      if (ticket === this.#making) this.isRemaking = false;
    }
  }

  async #confirm(): Promise<void> {
    const { plan } = this;
    if (!this.isPossible || plan === null || this.#shownDigest !== plan.digest) return;
    this.phase = 'confirming';
    this.#disarm();
    this.error = null;
    const given: Given = plan.proof.proof === 'click' ? { how: 'click' } : { how: 'typed', word: this.typed };
    try {
      const job = await this.#backend.planConfirm({ plan: plan.plan, digest: plan.digest, given });
      this.#close();
      this.#end.onjob(job);
    } catch (error) {
      this.error = toApiError(error);
      this.phase = 'open';
    }
  }

  /** Since when Delete has been possible for the plan that is shown. */
  #arm(): void {
    const isReady = this.isPossible && this.#shownDigest === this.plan?.digest;
    if (!isReady) this.#disarm();
    else this.#possibleSince ??= this.#now();
  }

  #disarm(): void {
    this.#possibleSince = null;
    this.#pressedAt = null;
  }

  #close(): void {
    this.phase = 'closed';
    if (this.#changeTimer !== null) clearTimeout(this.#changeTimer);
    this.#changeTimer = null;
  }
}
