/** One plan from the request to its confirmation. What it shows depends only on the plan it got. It holds the rules of
 * agreeing: nothing is confirmed that was not shown, that is still being worked out, that changed within the last
 * second, whose cluster is read-only, whose proof is missing, or whose press began within 400 ms of becoming possible;
 * and nothing is confirmed twice. */
import { toApiError, type Backend } from '../../ipc/backend';
import type { ApiError, ClusterCare, DeleteOptions, Given, JobSummary, PlanCluster, PlanCreate, PlanForm, PlanSummary } from '../../ipc/types';

export const ARMING_MS = 400;
export const CHANGE_MS = 1_000;
export const HOLD_MS = 1_200;
/** More changes than these are told by their number. */
export const CHANGES_KEPT = 100;

type Phase = 'making' | 'failed' | 'open' | 'confirming' | 'closed';

export interface SheetEnd {
  onclose(): void;
  onjob(job: JobSummary): void;
}

export class SheetController {
  phase = $state<Phase>('making');
  plan = $state.raw<PlanSummary | null>(null);
  /** Why no plan could be made, why the confirmation was not taken, or why a cluster stays locked. */
  error = $state.raw<ApiError | null>(null);
  /** What changed since the plan was made, newest last. */
  changes = $state.raw<readonly string[]>([]);
  changeCount = $state(0);
  typed = $state('');
  /** Whether a change still has to be read. */
  isChangeUnread = $state(false);
  /** Whether Delete is being held at this moment. */
  isHolding = $state(false);
  /** Set by Enter on Delete or in the proof field. */
  isSpaceHintShown = $state(false);
  isRemaking = $state(false);
  /** The cluster about which is asked once more before it is unlocked. */
  unlocking = $state<string | null>(null);
  /** Whether a cluster is being unlocked, or given a tier, at this moment. */
  isCaring = $state(false);

  readonly #backend: Backend;
  readonly #end: SheetEnd;
  readonly #now: () => number;
  #request: PlanCreate;
  #shownDigest: string | null = null;
  #possibleSince: number | null = null;
  #pressedAt: number | null = null;
  #holdTimer: ReturnType<typeof setTimeout> | null = null;
  #changeTimer: ReturnType<typeof setTimeout> | null = null;
  #making = 0;
  /** A change may be told before the answer that it changes has come. */
  #early: { plan: PlanSummary; change: string }[] = [];

  /** `now` is on the clock of events' time stamps. */
  constructor(backend: Backend, request: PlanCreate, end: SheetEnd, now: () => number = () => performance.now()) {
    this.#backend = backend;
    this.#request = request;
    this.#end = end;
    this.#now = now;
    void this.#make(request);
  }

  /** The first cluster that has to be unlocked before anything can be agreed to. */
  get locked(): PlanCluster | null {
    return this.plan?.clusters.find((cluster) => cluster.isLocked) ?? null;
  }

  /** Whether the word, or the count, is in the field. */
  get isTyped(): boolean {
    const proof = this.plan?.proof;
    if (proof?.proof === 'typed') return this.typed === proof.word;
    return proof?.proof === 'hold' && this.typed === String(proof.count);
  }

  /** Whether Delete has to be held rather than pressed: typing the count takes the place of holding. */
  get isHoldAsked(): boolean {
    return this.plan?.proof.proof === 'hold' && !this.isTyped;
  }

  /** Whether all is there but the press: a hold is a way of pressing. */
  get isProven(): boolean {
    const proof = this.plan?.proof.proof;
    return proof === 'click' || proof === 'hold' || this.isTyped;
  }

  /** Whether Delete is a button that can be pressed or held. */
  get isPossible(): boolean {
    const { plan } = this;
    if (this.phase !== 'open' || plan === null || this.isRemaking || this.isCaring) return false;
    return plan.isReady && plan.remaining > 0 && this.locked === null && this.isProven && !this.isChangeUnread;
  }

  /** Called by the view after the plan is in the document, and whenever `isPossible` may have changed. */
  shown(digest: string | null): void {
    this.#shownDigest = digest;
    this.#arm();
  }

  /** The plan is not what it was; without a `change` it is only further worked out. Whatever was half done about one
   * with another digest is void. */
  changed(plan: PlanSummary, change: string): void {
    if (this.phase === 'closed') return;
    if (this.plan === null || this.isRemaking) this.#early = [...this.#early.slice(-CHANGES_KEPT), { plan, change }];
    if (this.plan?.plan !== plan.plan) return;
    if (plan.digest !== this.plan.digest) this.#disarm();
    this.plan = plan;
    if (!plan.clusters.some((cluster) => cluster.isLocked && cluster.cluster === this.unlocking)) this.unlocking = null;
    if (change !== '') this.#changeToRead(change);
    this.#arm();
  }

  setTyped(text: string): void {
    this.typed = text;
    this.isSpaceHintShown = false;
    this.#disarmUnlessHeld();
    this.#arm();
  }

  /** The pointer or Space went down on Delete. */
  press(at: number): void {
    this.#arm();
    const isArmed = this.#possibleSince !== null && at >= this.#possibleSince + ARMING_MS;
    this.#pressedAt = isArmed ? at : null;
    if (isArmed && this.isHoldAsked) this.#hold(at);
  }

  unpress(): void {
    this.#pressedAt = null;
    this.#letGo();
  }

  /** It was let go on Delete: a press is complete, a hold is not. */
  release(): void {
    const isPressed = this.#pressedAt !== null && !this.isHolding;
    this.unpress();
    if (isPressed && this.plan !== null) void this.#confirm(this.plan.proof.proof === 'click' ? { how: 'click' } : { how: 'typed', word: this.typed });
  }

  /** Enter never deletes. */
  enter(): void {
    this.unpress();
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

  /** Asks once more, naming the cluster; nothing is unlocked yet. */
  askUnlock(cluster: string): void {
    this.unlocking = cluster;
  }

  keepLocked(): void {
    this.unlocking = null;
  }

  /** The person agreed a second time. The plan goes on with the rehearsal by itself. */
  unlock(): Promise<void> {
    const cluster = this.unlocking;
    this.unlocking = null;
    return cluster === null ? Promise.resolve() : this.#care(() => this.#backend.clusterUnlock(cluster, null));
  }

  /** Chooses how careful to be with a cluster; asked about once. */
  setCare(cluster: string, care: ClusterCare): Promise<void> {
    return this.#care(() => this.#backend.clusterCare(cluster, { ...care, isTierAsked: true }));
  }

  export(form: PlanForm): Promise<string> {
    return this.plan === null ? Promise.resolve('') : this.#backend.planExport(this.plan.plan, form);
  }

  save(form: PlanForm): Promise<string | null> {
    return this.plan === null ? Promise.resolve(null) : this.#backend.planSave(this.plan.plan, form);
  }

  fail(error: unknown): void {
    this.error = toApiError(error);
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
      const early = this.#early.filter((told) => told.plan.plan === plan.plan);
      this.#early = [];
      for (const told of early) this.changed(told.plan, told.change);
    } catch (error) {
      if (ticket !== this.#making || this.phase === 'closed') return;
      this.error = toApiError(error);
      if (this.phase === 'making') this.phase = 'failed';
    } finally {
      if (ticket === this.#making) this.isRemaking = false;
    }
  }

  async #care(change: () => Promise<unknown>): Promise<void> {
    if (this.phase !== 'open' || this.isCaring) return;
    this.isCaring = true;
    this.error = null;
    this.#disarm();
    try {
      await change();
    } catch (error) {
      this.error = toApiError(error);
    } finally {
      this.isCaring = false;
    }
  }

  async #confirm(given: Given): Promise<void> {
    const { plan } = this;
    if (!this.isPossible || plan === null || this.#shownDigest !== plan.digest) return;
    this.phase = 'confirming';
    this.#disarm();
    this.error = null;
    try {
      const job = await this.#backend.planConfirm({ plan: plan.plan, digest: plan.digest, given });
      this.#close();
      this.#end.onjob(job);
    } catch (error) {
      this.error = toApiError(error);
      this.phase = 'open';
    }
  }

  #changeToRead(change: string): void {
    this.changes = [...this.changes.slice(1 - CHANGES_KEPT), change];
    this.changeCount += 1;
    this.isChangeUnread = true;
    this.#disarm();
    if (this.#changeTimer !== null) clearTimeout(this.#changeTimer);
    this.#changeTimer = setTimeout(() => {
      this.#changeTimer = null;
      this.isChangeUnread = false;
    }, CHANGE_MS);
  }

  #hold(since: number): void {
    this.#letGo();
    this.isHolding = true;
    this.#holdTimer = setTimeout(() => {
      const ms = Math.round(this.#now() - since);
      const isHeld = this.isHolding && this.#pressedAt === since;
      this.unpress();
      if (isHeld && ms >= HOLD_MS) void this.#confirm({ how: 'held', ms });
    }, Math.max(0, HOLD_MS - (this.#now() - since)) + 1);
  }

  #letGo(): void {
    if (this.#holdTimer !== null) clearTimeout(this.#holdTimer);
    this.#holdTimer = null;
    this.isHolding = false;
  }

  /** Since when Delete has been possible for the plan that is shown. */
  #arm(): void {
    const isReady = this.isPossible && this.#shownDigest === this.plan?.digest;
    if (!isReady) this.#disarm();
    else this.#possibleSince ??= this.#now();
  }

  /** What is typed changes what a press means: one that becomes right, or wrong, begins anew. */
  #disarmUnlessHeld(): void {
    if (this.plan?.proof.proof === 'hold') this.#disarm();
  }

  #disarm(): void {
    this.#possibleSince = null;
    this.unpress();
  }

  #close(): void {
    this.phase = 'closed';
    this.#letGo();
    if (this.#changeTimer !== null) clearTimeout(this.#changeTimer);
    this.#changeTimer = null;
  }
}
