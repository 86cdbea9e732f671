/** Whether a cluster comes and goes. Banners and panels that did so with it could not be read, and would move the list each
 * time: from its second break within a minute on, one banner says so, until the cluster has been there for a while. */
export const LATELY_MS = 60_000;
export const STEADY_MS = 20_000;

export class Steadiness {
  comesAndGoes = $state(false);
  #brokeAt = -Infinity;
  #settling: ReturnType<typeof setTimeout> | undefined;

  broke(): void {
    clearTimeout(this.#settling);
    const at = performance.now();
    if (at - this.#brokeAt < LATELY_MS) this.comesAndGoes = true;
    this.#brokeAt = at;
  }

  returned(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => (this.comesAndGoes = false), STEADY_MS);
  }
}
