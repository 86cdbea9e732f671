import { describe, expect, it } from 'vitest';

import { seedKinds } from '../../ipc/fake/clusters';
import type { KindSummary } from '../../ipc/types';
import { bestMatch, grouped as groupedBy, type Firsts } from './groups';

const kinds = seedKinds();
const usual: Firsts = { favourites: ['pods', 'configmaps', 'namespaces'], recent: [] };
const grouped = (of: readonly KindSummary[], search: string, firsts = usual) => groupedBy(of, search, firsts);

describe('the kind list', () => {
  const titles = (search: string) => grouped(kinds, search).map(({ title }) => title);
  const names = (search: string) => grouped(kinds, search).flatMap((group) => group.kinds.map(({ name }) => name));

  it('starts with Pods, ConfigMaps and Namespaces', () => expect(names('').slice(0, 3)).toEqual(['Pod', 'ConfigMap', 'Namespace']));
  it('keeps the order of its groups', () =>
    expect(titles('')).toEqual(['Favourites', 'Workloads', 'Config and storage', 'Network', 'Access', 'Cluster', 'Custom resources']));
  it('leaves out what cannot be listed', () => expect(names('')).not.toContain('Binding'));
  it('shows every listable kind once', () => {
    const all = names('');
    expect(all.length).toBe(kinds.filter(({ isListable }) => isListable).length);
    expect(new Set(all).size).toBe(all.length);
  });
  it('finds by short name', () => expect(names('netpol')).toEqual(['NetworkPolicy']));
  it('finds by group', () => expect(names('strimzi')).toEqual(['KafkaTopic']));
  it('opens the kind of an exact short name first', () => expect(bestMatch(grouped(kinds, 'sc'), 'sc')?.name).toBe('StorageClass'));
  it.each([
    ['deployments', 'Deployment'], ['Deployment', 'Deployment'], ['DEPLOY', 'Deployment'], ['deployments.apps', 'Deployment'],
    ['deploy.v1.apps', 'Deployment'], ['deployments.v1.apps', 'Deployment'], ['po', 'Pod'], ['pods.v1', 'Pod'], ['pod', 'Pod'],
    ['netpol.networking', 'NetworkPolicy'], ['kt.kafka.strimzi.io', 'KafkaTopic'],
  ])('opens for %s what kubectl takes it for', (search, expected) => {
    expect(bestMatch(grouped(kinds, search), search)?.name).toBe(expected);
  });
  it('finds a category’s kinds and no others', () => {
    expect(names('all').sort()).toEqual(['CronJob', 'DaemonSet', 'Deployment', 'Job', 'Pod', 'ReplicaSet', 'Service', 'StatefulSet']);
  });
  it('has the favourites of the person in their order, each there alone, and the others at their places', () => {
    const all = grouped(kinds, '', { favourites: ['certificates.cert-manager.io', 'jobs.batch', 'no.such'], recent: [] });
    expect(all[0]).toMatchObject({ title: 'Favourites', kinds: [{ name: 'Certificate' }, { name: 'Job' }] });
    const titleOf = (name: string) => all.filter((group) => group.kinds.some((kind) => kind.name === name)).map(({ title }) => title);
    expect(['Certificate', 'Pod', 'ConfigMap', 'Namespace'].map(titleOf)).toEqual([['Favourites'], ['Workloads'], ['Config and storage'], ['Cluster']]);
  });
  it('repeats what was looked at last, which keeps its place, and finds it once', () => {
    const firsts = { favourites: ['pods'], recent: ['secrets', 'pods', 'no.such', 'nodes'] };
    const all = grouped(kinds, '', firsts);
    expect(all[1]).toMatchObject({ title: 'Recent', kinds: [{ name: 'Secret' }, { name: 'Node' }] });
    expect(all.filter((group) => group.kinds.some(({ name }) => name === 'Secret')).map(({ title }) => title)).toEqual(['Recent', 'Config and storage']);
    expect(grouped(kinds, 'secret', firsts).flatMap((group) => group.kinds)).toHaveLength(1);
  });
  it('puts a built-in kind that no group names under Other', () => {
    const odd: KindSummary = { kind: { group: 'x.k8s.io', version: 'v1', plural: 'odds' }, name: 'Odd', scope: 'cluster', singular: '', shortNames: [], categories: [], isListable: true, isDeletable: true, isCustom: false };
    expect(grouped([odd], '').map(({ title }) => title)).toEqual(['Other']);
  });
  it('does not take a custom Service for the core one', () => {
    const knative: KindSummary = { kind: { group: 'serving.knative.dev', version: 'v1', plural: 'services' }, name: 'Service', scope: 'namespaced', singular: '', shortNames: [], categories: [], isListable: true, isDeletable: true, isCustom: true };
    expect(grouped([knative], '').map(({ title }) => title)).toEqual(['Custom resources']);
  });
});
