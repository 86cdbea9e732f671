/** Adding clusters to the fake host, and taking them off its list. */
import { credentialOf, standing } from './credentials';
import { fail } from './world';
import type { World } from './world';
import type { ClustersAdd, ClustersAdded, ClustersPick, ClusterSummary, ExtraHeader } from '../types';

export class Adding {
  constructor(private readonly world: World) {}

  add(request: ClustersAdd): ClustersAdded {
    if (request.kind === 'paths') return this.#take(request.paths.map((path) => `of-${path.split('/').at(-1)?.replace(/\.\w+$/, '') ?? 'file'}`), request.paths[0] ?? '', false);
    const isConfig = request.text.includes('contexts:');
    const section = request.text.split('contexts:')[1] ?? '';
    const names = [...section.matchAll(/^\s*(?:- )?name: *(\S+)/gm)].map(([, name]) => name ?? '');
    if (!isConfig || names.length === 0) {
      return { added: [], known: [], problems: [{ file: 'pasted text', line: 1, message: isConfig ? 'it names no context' : 'this is no kubeconfig: it has no contexts' }] };
    }
    return this.#take(names, 'added in Secateur', true);
  }

  pick(pick: ClustersPick): ClustersAdded | null {
    return this.#take([pick === 'files' ? 'picked-dev' : 'folder-dev', 'payments-prod-eu'], pick === 'files' ? '~/Downloads/dev.yaml' : '~/clusters/dev.yaml', false);
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

  #take(names: string[], source: string, isAdded: boolean): ClustersAdded {
    const known = names.filter((name) => this.world.clusters.some((cluster) => cluster.name === name));
    const added = names.filter((name) => !known.includes(name)).map((name) => this.#made(name, source, isAdded));
    this.world.clusters = [...this.world.clusters, ...added];
    if (added.length) this.world.emit({ event: 'catalogueChanged' });
    return { added: added.map(({ id }) => id), known, problems: [] };
  }

  #made(name: string, source: string, isAdded: boolean): ClusterSummary {
    return {
      id: `c-${name}`, name, letters: name.slice(0, 2).toUpperCase(), source, server: `https://${name}.example.internal:6443`, namespace: 'default',
      tier: 'unknown', care: { tier: 'unknown', isTierAsked: false, readOnly: null, color: null, letters: null, group: null },
      fingerprint: null, isLocked: false, unlockedUntil: null, state: 'notConnected', since: null, user: 'admin', method: null, problem: null,
      credential: { ...credentialOf(name), kind: 'token', words: 'token in the kubeconfig' }, ...standing('notConnected', 0), isAdded, headers: [],
      isInsecure: false, generation: 0, clockOffset: 0,
    };
  }
}
