/** The kubeconfigs that the person's login shell names: offered once, used or declined for good, or put away for now. */
import type { Backend } from '../../ipc/backend';
import type { Catalogue, ShellKubeconfig } from '../../ipc/types';

export class Shell {
  known: ShellKubeconfig = $state.raw({ offered: null, used: null, declined: null });
  /** Put away for this run: the settings still offer it. */
  #isAway = $state(false);

  constructor(
    private readonly backend: Backend,
    /** The catalogue is another one. */
    private readonly changed: (catalogue: Catalogue) => void,
  ) {}

  /** What is asked about now. */
  offered: string | null = $derived(this.#isAway ? null : this.known.offered);

  notNow(): void {
    this.#isAway = true;
  }

  /** Rejects with why it is not used. */
  async use(value: string): Promise<void> {
    this.changed(await this.backend.kubeconfigUse(value));
  }

  /** Rejects with why the answer is not kept. */
  async decline(value: string): Promise<void> {
    this.changed(await this.backend.kubeconfigDecline(value));
  }
}
