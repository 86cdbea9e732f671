/** Adding clusters and taking them off the list. What is pasted goes through to the backend; it is kept here only while
 * its sheet is open and it could not be taken. Which files are picked or dropped only the host knows. */
import { toApiError } from '../../ipc/backend';
import type { Backend } from '../../ipc/backend';
import type { ApiError, Catalogue, ClustersAdded, ClustersPick, ClusterSummary, FilesDrag } from '../../ipc/types';

export type Busy = 'text' | ClustersPick | 'drop';

export class Adding {
  isOpen = $state(false);
  /** Files are dragged over the window. */
  isOver = $state(false);
  /** Something was dropped and not added, since a sheet asked about something else. */
  isMissed = $state(false);
  /** The kubeconfig in the field. */
  text = $state('');
  busy: Busy | null = $state(null);
  result: ClustersAdded | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);
  /** The cluster that is about to be taken off the list. */
  removing: ClusterSummary | null = $state.raw(null);
  removeError: ApiError | null = $state.raw(null);
  isRemoving = $state(false);
  #isDropWaiting = false;

  constructor(
    private readonly backend: Backend,
    /** The catalogue is another one. */
    private readonly changed: (catalogue: Catalogue) => void,
  ) {}

  open(): void {
    if (!this.isOpen) this.#reset();
    this.isOpen = true;
  }

  close(): void {
    this.isOpen = false;
    this.#reset();
  }

  async addText(): Promise<void> {
    const { text } = this;
    if (text.trim() === '') return;
    await this.#add('text', () => this.backend.clustersAdd(text));
    // It holds credentials: it stays only where nothing of it could be taken, to be mended.
    const { error, result } = this;
    if (error === null && result !== null && result.added.length + result.known.length > 0) this.text = '';
  }

  async pick(pick: ClustersPick): Promise<void> {
    await this.#add(pick, () => this.backend.clustersAddPick(pick));
  }

  /** What the host says of files that the person drags. `isFree` unless a sheet asks about something else: it stays what
   * it is. */
  async dragged(drag: FilesDrag, isFree: boolean): Promise<void> {
    this.isOver = drag === 'over' && isFree;
    if (drag !== 'dropped') return;
    this.isMissed = !isFree;
    if (isFree) await this.#addDropped();
  }

  askRemove(cluster: ClusterSummary): void {
    this.removeError = null;
    this.removing = cluster;
  }

  keep(): void {
    this.removing = null;
  }

  /** Answers whether it is off the list. */
  async remove(): Promise<boolean> {
    const { removing } = this;
    if (removing === null || this.isRemoving) return false;
    this.isRemoving = true;
    try {
      this.changed(await this.backend.clusterRemove(removing.id));
      return true;
    } catch (cause) {
      this.removeError = toApiError(cause);
      return false;
    } finally {
      this.isRemoving = false;
    }
  }

  /** Rejects with why it could not be brought back. */
  async restore(id: string): Promise<void> {
    this.changed(await this.backend.clusterRestoreHidden(id));
  }

  /** While something else is being added it waits. */
  async #addDropped(): Promise<void> {
    this.open();
    this.#isDropWaiting = this.busy !== null;
    if (!this.#isDropWaiting) await this.#add('drop', () => this.backend.clustersAddDropped());
  }

  async #add(busy: Busy, ask: () => Promise<ClustersAdded | null>): Promise<void> {
    if (this.busy !== null) return;
    this.busy = busy;
    try {
      await this.#show(await ask());
    } catch (cause) {
      this.error = toApiError(cause);
      this.result = null;
    } finally {
      this.busy = null;
    }
    if (this.#isDropWaiting) await this.#addDropped();
  }

  async #show(result: ClustersAdded | null): Promise<void> {
    if (result === null) return;
    this.error = null;
    this.result = result;
    if (result.added.length > 0) this.changed(await this.backend.catalogueRead());
  }

  #reset(): void {
    this.text = '';
    this.result = null;
    this.error = null;
  }
}
