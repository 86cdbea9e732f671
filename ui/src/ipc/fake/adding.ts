/** Adding clusters to the fake host, and taking them off its list. */
import { credentialOf, standing } from './credentials';
import { fail } from './world';
import type { World } from './world';
import type { ClustersAdded, ClustersPick, ClusterSummary, ExtraHeader, FilesDrag } from '../types';

export class Adding {
  /** What was dropped and not taken yet. */
  #dropped: string[] = [];

  constructor(private readonly world: World) {}

  add(text: string): ClustersAdded {
    const isConfig = text.includes('contexts:');
    const section = text.split('contexts:')[1] ?? '';
    const names = [...section.matchAll(/^\s*(?:- )?name: *(\S+)/gm)].map(([, name]) => name ?? '');
    if (!isConfig || names.length === 0) {
      return { added: [], known: [], problems: [{ file: 'pasted text', line: 1, message: isConfig ? 'it names no context' : 'this is no kubeconfig: it has no contexts' }] };
    }
    return this.#take(names);
  }

  pick(pick: ClustersPick): ClustersAdded | null {
    return this.#take([pick === 'files' ? 'picked-dev' : 'folder-dev', 'payments-prod-eu']);
  }

  /** The host's event: files are over the window, or dropped on it. */
  drag(drag: FilesDrag, paths: string[] = []): void {
    if (drag === 'dropped') this.#dropped = paths;
    this.world.emit({ event: 'filesDragged', drag });
  }

  /** A file that is called `.txt` is no kubeconfig, and any other has a context of its name. */
  addDropped(): ClustersAdded {
    const dropped = this.#dropped;
    this.#dropped = [];
    const taken = this.#take(dropped.filter((path) => !path.endsWith('.txt')).map((path) => path.split('/').at(-1)?.replace(/\.\w+$/, '') ?? path));
    const problems = dropped.filter((path) => path.endsWith('.txt')).map((file) => ({ file, line: 1, message: 'not a kubeconfig' }));
    return { ...taken, problems };
  }

  useKubeconfig(value: string): void {
    this.world.shell = { offered: null, used: value, declined: null };
    this.world.clusters = [...this.world.clusters, this.#made('of-the-shell', value, false)];
    this.world.emit({ event: 'catalogueChanged' });
  }

  declineKubeconfig(value: string): void {
    this.world.shell = { offered: null, used: null, declined: value };
    this.world.clusters = this.world.clusters.filter(({ source }) => source !== value);
    this.world.emit({ event: 'catalogueChanged' });
  }

  remove(id: string): void {
    const cluster = this.world.cluster(id);
    this.world.clusters = this.world.clusters.filter((known) => known.id !== id);
    if (!cluster.isAdded) this.world.hidden = [...this.world.hidden, cluster];
    this.world.emit({ event: 'catalogueChanged' });
  }

  restore(id: string): void {
    const cluster = this.world.hidden.find((hidden) => hidden.id === id);
    if (!cluster) throw fail('clusterUnknown', 'no kubeconfig names this context any more');
    this.world.hidden = this.world.hidden.filter((hidden) => hidden.id !== id);
    this.world.clusters = [...this.world.clusters, cluster];
    this.world.emit({ event: 'catalogueChanged' });
  }

  headers(id: string, headers: ExtraHeader[]): ClusterSummary {
    const known = this.world.cluster(id).headers;
    const missing = headers.find(({ name, value }) => value === null && !known.includes(name));
    if (missing) throw fail('invalidRequest', `the header ${missing.name} has no value`, { cluster: id });
    return this.world.setCluster(id, { headers: headers.map(({ name }) => name) });
  }

  #take(names: string[]): ClustersAdded {
    const known = names.filter((name) => this.world.clusters.some((cluster) => cluster.name === name));
    const added = names.filter((name) => !known.includes(name)).map((name) => this.#made(name, 'added in Secateur', true));
    this.world.clusters = [...this.world.clusters, ...added];
    if (added.length) this.world.emit({ event: 'catalogueChanged' });
    return { added: added.map(({ id }) => id), known, problems: [] };
  }

  #made(name: string, source: string, isAdded: boolean): ClusterSummary {
    return {
      id: `c-${name}`, name, letters: name.slice(0, 2).toUpperCase(), source, server: `https://${name}.example.internal:6443`, namespace: 'default',
      tier: 'unknown', care: { tier: 'unknown', isTierAsked: false, readOnly: null, color: null, letters: null, group: null },
      fingerprint: null, isLocked: false, unlockedUntil: null, state: 'notConnected', since: null, user: 'admin', method: null, problem: null,
      credential: { ...credentialOf(name), kind: 'token', words: 'token in the kubeconfig' }, ...standing('notConnected', 0), isAdded, isPractice: false, headers: [],
      isInsecure: false, generation: 0, clockOffset: 0,
    };
  }
}
