import { describe, expect, it } from 'vitest';

import { seedKinds } from '../../ipc/fake/clusters';
import type { KindSummary } from '../../ipc/types';
import { bestMatch, grouped } from './groups';

const kinds = seedKinds();

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
  it('puts a built-in kind that no group names under Other', () => {
    const odd: KindSummary = { kind: { group: 'x.k8s.io', version: 'v1', plural: 'odds' }, name: 'Odd', scope: 'cluster', shortNames: [], isListable: true, isDeletable: true, isCustom: false };
    expect(grouped([odd], '').map(({ title }) => title)).toEqual(['Other']);
  });
  it('does not take a custom Service for the core one', () => {
    const knative: KindSummary = { kind: { group: 'serving.knative.dev', version: 'v1', plural: 'services' }, name: 'Service', scope: 'namespaced', shortNames: [], isListable: true, isDeletable: true, isCustom: true };
    expect(grouped([knative], '').map(({ title }) => title)).toEqual(['Custom resources']);
  });
});
