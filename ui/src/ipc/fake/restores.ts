/** Restores of the fake host: rehearsed over half a second, then carried out one by one. */
import type { ReceiptRef, RestoreItem, RestoreSummary } from '../types';
import type { Receipts } from './receipts';
import { fail } from './world';
import type { World } from './world';

const beat = 250;

export class Restores {
  #restores = new Map<string, { summary: RestoreSummary; refs: ReceiptRef[] }>();
  #next = 1;

  constructor(
    private readonly world: World,
    private readonly receipts: Receipts,
  ) {}

  plan(refs: ReceiptRef[]): RestoreSummary {
    const found = refs.map((ref) => this.receipts.receipt(ref));
    const unreadable = found.find(({ copy }) => copy !== 'kept');
    if (unreadable && found.length === 1) throw fail('copyUnreadable', `${unreadable.kind} ${unreadable.name} cannot be restored. ${unreadable.copyWords}`);
    const clusters = [...new Map(found.map(({ cluster }) => [cluster.cluster, cluster])).values()];
    const items = found.map(({ kind, namespace, name, cluster, copy }): RestoreItem => ({
      kind, namespace, name, cluster: cluster.name,
      rehearsal: copy === 'kept' ? 'asking' : 'notAsked',
      state: copy === 'kept' ? 'planned' : 'leftOut',
      words: copy === 'kept' ? [] : ['Its copy was thrown away.'],
    }));
    const [first] = found;
    const restore = `r${String(this.#next++)}`;
    const summary: RestoreSummary = {
      restore, clusters, items,
      title: found.length === 1 && first ? `Restore ${first.kind} ${first.name}?` : `Restore ${String(found.length)} objects?`,
      locked: clusters.map(({ cluster }) => cluster).filter((cluster) => this.world.cluster(cluster).isLocked),
      notes: [found.length === 1 ? 'It gets a new UID.' : 'They get new UIDs.', 'Status, owners and what a controller made come back only by their controllers.'],
      isReady: false,
      isDone: false,
      sentence: '',
    };
    this.#restores.set(restore, { summary, refs });
    setTimeout(() => this.#rehearsed(restore), 2 * beat);
    return summary;
  }

  read(restore: string): RestoreSummary {
    const held = this.#restores.get(restore);
    if (!held) throw fail('notOpen', 'this restore is not open');
    const locked = held.summary.clusters.map(({ cluster }) => cluster).filter((cluster) => this.world.cluster(cluster).isLocked);
    if (held.summary.locked.length && !locked.length && !held.summary.isDone) {
      this.#change(restore, { locked, isReady: false, items: held.summary.items.map((item) => ({ ...item, rehearsal: item.state === 'planned' ? 'asking' : item.rehearsal })) });
      setTimeout(() => this.#rehearsed(restore), 2 * beat);
    }
    return this.#restores.get(restore)?.summary ?? held.summary;
  }

  confirm(restore: string): RestoreSummary {
    const { items, locked, clusters } = this.read(restore);
    if (locked.length) throw fail('readOnly', `Nothing was sent. ${clusters[0]?.name ?? ''} is read-only.`);
    const changed = this.#change(restore, { items: items.map((item) => (item.state === 'planned' ? { ...item, state: 'creating' } : item)) });
    setTimeout(() => this.#created(restore), 2 * beat);
    return changed;
  }

  discard(restore: string): void {
    this.#restores.delete(restore);
  }

  #rehearsed(restore: string): void {
    const held = this.#restores.get(restore);
    if (!held || held.summary.isReady) return;
    const isLocked = held.summary.locked.length > 0;
    const items = held.summary.items.map((item): RestoreItem => {
      if (item.state !== 'planned') return item;
      const words = item.kind === 'PersistentVolumeClaim' ? ['A new, empty disk is made. The data does not come back.'] : ['resourceVersion, uid and creationTimestamp will be new.'];
      return isLocked ? { ...item, rehearsal: 'notAsked', words: [`${item.cluster} is read-only: not rehearsed.`, ...words] } : { ...item, rehearsal: 'accepted', words };
    });
    this.#change(restore, { items, isReady: true });
  }

  #created(restore: string): void {
    const held = this.#restores.get(restore);
    if (!held) return;
    const items = held.summary.items.map((item): RestoreItem => {
      if (item.state !== 'creating') return item;
      if (item.name === 'scratch-002') return { ...item, state: 'refused', words: ['403: persistentvolumeclaims "scratch-002" is forbidden: exceeded quota: disks, requested: 1, used: 12, limited: 12'] };
      return { ...item, state: 'restored', words: ['Created with a new UID.'] };
    });
    const [first] = items;
    const restored = items.filter(({ state }) => state === 'restored').length;
    const sentence = items.length === 1 && first ? `Restored as ${first.kind} ${first.name}${first.namespace ? ` in ${first.namespace}` : ''}, ${first.cluster}, with a new UID.` : `${String(restored)} of ${String(items.length)} objects are restored.`;
    this.#change(restore, { items, isDone: true, sentence });
    this.world.emit({ event: 'historyChanged' });
  }

  #change(restore: string, change: Partial<RestoreSummary>): RestoreSummary {
    const held = this.#restores.get(restore);
    if (!held) throw fail('notOpen', 'this restore is not open');
    held.summary = { ...held.summary, ...change };
    this.world.emit({ event: 'restoreChanged', restore });
    return held.summary;
  }
}
