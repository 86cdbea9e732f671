/** Adding clusters and taking them off the list. What is pasted or dropped goes through to the backend; it is kept here
 * only while its sheet is open and it could not be taken. */
import { toApiError } from '../../ipc/backend';
import type { Backend } from '../../ipc/backend';
import type { ApiError, Catalogue, ClustersAdded, ClustersPick, ClusterSummary, SourceProblem } from '../../ipc/types';

/** More than a kubeconfig of a thousand clusters has. */
export const LARGEST_BYTES = 8 * 1024 * 1024;
export const MOST_FILES = 100;

/** A file as a browser gives it. */
export type Dropped = Pick<File, 'name' | 'size' | 'text'>;
export type Busy = 'text' | ClustersPick | 'drop';

const nothing: ClustersAdded = { added: [], known: [], problems: [] };

export class Adding {
  isOpen = $state(false);
  /** The kubeconfig in the field. */
  text = $state('');
  busy: Busy | null = $state(null);
  result: ClustersAdded | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);
  /** The cluster that is about to be taken off the list. */
  removing: ClusterSummary | null = $state.raw(null);
  removeError: ApiError | null = $state.raw(null);
  isRemoving = $state(false);

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
    await this.#add('text', () => this.backend.clustersAdd({ kind: 'text', text }));
    // It holds credentials: it stays only where it has to be mended.
    if (this.error === null && this.result?.problems.length === 0) this.text = '';
  }

  async pick(pick: ClustersPick): Promise<void> {
    await this.#add(pick, () => this.backend.clustersAddPick(pick));
  }

  /** Paths that the host says were dropped on the window. */
  async addPaths(paths: string[]): Promise<void> {
    this.open();
    await this.#add('drop', () => this.backend.clustersAdd({ kind: 'paths', paths }));
  }

  /** Files of which only the text is known: each is kept by Secateur as one that was pasted. */
  async addFiles(files: readonly Dropped[]): Promise<void> {
    this.open();
    await this.#add('drop', async () => {
      let result = nothing;
      for (const file of files.slice(0, MOST_FILES)) result = merged(result, await this.#addFile(file));
      const left = files.length - MOST_FILES;
      return left > 0 ? merged(result, problem('', `${String(left)} more files were not read: ${String(MOST_FILES)} at a time`)) : result;
    });
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

  async #addFile(file: Dropped): Promise<ClustersAdded> {
    if (file.size > LARGEST_BYTES) return problem(file.name, 'it is too large for a kubeconfig');
    const text = await file.text().catch(() => null);
    if (text === null) return problem(file.name, 'it cannot be read; a folder can be chosen instead');
    const result = await this.backend.clustersAdd({ kind: 'text', text });
    return { ...result, problems: result.problems.map((of) => ({ ...of, file: file.name })) };
  }

  async #add(busy: Busy, ask: () => Promise<ClustersAdded | null>): Promise<void> {
    if (this.busy !== null) return;
    this.busy = busy;
    try {
      const result = await ask();
      if (result === null) return;
      this.error = null;
      this.result = result;
      if (result.added.length > 0) this.changed(await this.backend.catalogueRead());
    } catch (cause) {
      this.error = toApiError(cause);
      this.result = null;
    } finally {
      this.busy = null;
    }
  }

  #reset(): void {
    this.text = '';
    this.result = null;
    this.error = null;
  }
}

function problem(file: string, message: string): ClustersAdded {
  const said: SourceProblem = { file, line: null, message };
  return { ...nothing, problems: [said] };
}

function merged(one: ClustersAdded, other: ClustersAdded): ClustersAdded {
  return {
    added: [...one.added, ...other.added],
    known: [...new Set([...one.known, ...other.known])],
    problems: [...one.problems, ...other.problems],
  };
}
