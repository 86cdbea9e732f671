/** Theme and text size. Writes are of the whole settings, so one object holds them. */
import { toApiError } from '../ipc/backend';
import type { Backend } from '../ipc/backend';
import type { Settings, Theme } from '../ipc/types';
import { errorTitle } from '../shared/errors';
import { sentence, visible } from '../shared/text';

export const textSizes: readonly number[] = [80, 90, 100, 110, 125, 150, 175, 200];

/** Until the stored ones are read. */
export const FIRST_SETTINGS: Settings = {
  theme: 'system',
  textSize: 100,
  lastCluster: null,
  trashDays: 30,
  trashMib: 2048,
  receiptDays: 90,
  unlockMinutes: 15,
  favouriteKinds: ['pods', 'configmaps', 'namespaces'],
  recentKinds: [],
  keptClusters: [],
  clusterOrder: [],
  clustersUsed: {},
  tourSteps: 0,
  looks: {},
};

export class Preferences {
  settings: Settings = $state.raw(FIRST_SETTINGS);

  constructor(
    private readonly backend: Backend,
    private readonly onFault: (cause: unknown) => void,
  ) {}

  /** A file of settings may say anything: a size at which nothing could be read would lock the person out. */
  set(settings: Settings): void {
    const [least = 80, most = 200] = [textSizes[0], textSizes.at(-1)];
    this.settings = { ...settings, textSize: Math.min(most, Math.max(least, settings.textSize)) };
  }

  chooseTheme(theme: Theme): void {
    this.change({ theme });
  }

  chooseTextSize(textSize: number): void {
    this.change({ textSize });
  }

  /** The next size up or down. A size that is none of the steps moves to the nearest in that direction. */
  stepTextSize(direction: 1 | -1): void {
    const { textSize } = this.settings;
    const next =
      direction === 1 ? textSizes.find((size) => size > textSize) : textSizes.findLast((size) => size < textSize);
    if (next !== undefined) this.chooseTextSize(next);
  }

  /** It is on screen now. */
  rememberCluster(lastCluster: string, unixSeconds: number): void {
    const clustersUsed = { ...this.settings.clustersUsed, [lastCluster]: Math.floor(unixSeconds) };
    this.change({ lastCluster, clustersUsed });
  }

  /** Keeps a change that nobody waits for. */
  change(change: Partial<Settings>): void {
    this.settings = { ...this.settings, ...change };
    this.backend.settingsWrite(this.settings).catch(this.onFault);
  }

  /** Keeps a change that a person waits for. Answers with why it is not kept; then nothing changed. */
  async save(change: Partial<Settings>): Promise<string | null> {
    const before = this.settings;
    this.settings = { ...before, ...change };
    try {
      await this.backend.settingsWrite(this.settings);
      return null;
    } catch (cause) {
      for (const name of Object.keys(change) as (keyof Settings)[]) {
        this.settings = { ...this.settings, [name]: before[name] };
      }
      const error = toApiError(cause);
      return `${errorTitle(error.code)}. ${sentence(visible(error.message))}`;
    }
  }
}
