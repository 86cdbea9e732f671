import { describe, expect, it } from 'vitest';

import { MOST_ALONE, rank, searchOf, type Group, type Scope, type Searchable } from './rank';

function named(group: Group, name: string, second = '', spellings: string[] = []): Searchable {
  return { id: `${group} ${name}`, group, name, second, spellings };
}

const clusters = [
  'payments-prod-us', 'payments-prod-eu', 'ledger-prod-eu', 'edge-prod-eu-nord-hel1', 'product-search-eu',
  'gke_acme-retail_europe-west3_shop-prod', 'payments-staging-eu', 'kind-scratch',
].map((name) => named('clusters', name, '~/.kube/config'));

const kinds = [
  named('kinds', 'Pods', 'pods, po', ['Pod', 'pods', 'po']),
  named('kinds', 'PodDisruptionBudgets', 'poddisruptionbudgets.policy, pdb', ['PodDisruptionBudget', 'poddisruptionbudgets', 'pdb']),
  named('kinds', 'ConfigMaps', 'configmaps, cm', ['ConfigMap', 'configmaps', 'cm']),
  named('kinds', 'Certificates', 'certificates.cert-manager.io, cert', ['Certificate', 'certificates', 'cert', 'certificates.v1.cert-manager.io']),
];

function names(candidates: readonly Searchable[], text: string, scope: Scope = 'all', recent: string[] = []): string[] {
  return rank(candidates, searchOf(text).words, scope, recent).flatMap(({ found }) => found.map(({ candidate }) => candidate.name));
}

describe('words', () => {
  it('are all required, in any order', () => {
    const both = ['payments-prod-eu', 'ledger-prod-eu', 'edge-prod-eu-nord-hel1', 'product-search-eu', 'gke_acme-retail_europe-west3_shop-prod'];
    expect(names(clusters, 'prod eu')).toEqual(both);
    expect(names(clusters, 'eu prod')).toEqual(both);
  });

  it('that are whole come before letters in their order', () => {
    expect(names([named('clusters', 'p-s-e'), named('clusters', 'pse-lab')], 'pse')).toEqual(['pse-lab', 'p-s-e']);
  });

  it('whose letters are strewn are looked for only where nothing fits better, in any group', () => {
    const strewn = named('kinds', 'RoleBindings');
    expect(names([strewn], 'redis')).toEqual(['RoleBindings']);
    expect(names([strewn, named('objects', 'checkout-redis-0')], 'redis')).toEqual(['checkout-redis-0']);
  });

  it('are shown in the name where they are in both columns', () => {
    const [section] = rank([named('clusters', 'edge-prod', 'edge')], ['edge'], 'all');
    expect([section?.found[0]?.name, section?.found[0]?.second]).toEqual([[[0, 4]], []]);
  });

  it('may be found in the second column', () => {
    const [section] = rank([named('objects', 'web-config', 'ConfigMap in ledger')], ['web', 'ledger'], 'all');
    expect(section?.found[0]?.name).toEqual([[0, 3]]);
    expect(section?.found[0]?.second).toEqual([[13, 19]]);
  });
});

describe('a kind is found as kubectl takes it', () => {
  it.each([
    ['po', 'Pods'], ['pod', 'Pods'], ['pods', 'Pods'], ['cm', 'ConfigMaps'], ['configmap', 'ConfigMaps'], ['ConfigMaps', 'ConfigMaps'],
    ['cert', 'Certificates'], ['certificates.cert-manager.io', 'Certificates'], ['certificates.v1.cert-manager.io', 'Certificates'],
    ['pdb', 'PodDisruptionBudgets'],
  ])('%s', (text, expected) => {
    expect(names(kinds, text)[0]).toBe(expected);
  });

  it('and shows the short name that was typed', () => {
    const [section] = rank(kinds, ['cm'], 'kinds');
    expect(section?.found[0]?.second).toEqual([[12, 14]]);
  });
});

describe('groups', () => {
  const all = [...clusters, ...kinds, named('actions', 'Plan deletion of Pod ledger-worker…'), named('objects', 'ledger-worker', 'Pod in ledger')];

  it('stand by their best fit, and what plans a deletion never before what goes to a place', () => {
    const order = rank(all, ['ledger-worker'], 'all').map(({ group }) => group);
    expect(order).toEqual(['objects', 'actions']);
    const equal = [named('actions', 'Pods'), named('kinds', 'Pods')];
    expect(rank(equal, ['pods'], 'all').map(({ group }) => group)).toEqual(['kinds', 'actions']);
  });

  it('count what they do not show', () => {
    const many = Array.from({ length: 40 }, (_, index) => named('clusters', `edge-${String(index)}`));
    const [section] = rank(many, ['edge'], 'all');
    expect(section?.matching).toBe(40);
    expect(section?.found.length).toBeLessThan(17);
    expect(section?.found.map(({ candidate }) => candidate.name)).toEqual(many.slice(0, section?.found.length).map(({ name }) => name));
  });

  it('alone show only their own', () => {
    expect(new Set(rank(all, [], 'kinds').map(({ group }) => group))).toEqual(new Set(['kinds']));
  });
});

describe('nothing typed', () => {
  it('offers places first, in their order, and everything that can be done', () => {
    const actions = ['Receipts', 'Settings'].map((name) => named('actions', name));
    const sections = rank([...actions, ...clusters, ...kinds, named('objects', 'a')], [], 'all');
    expect(sections.map(({ group }) => group)).toEqual(['clusters', 'kinds', 'actions']);
    expect(sections[0]?.found[0]?.candidate.name).toBe('payments-prod-us');
    expect(sections[2]?.found).toHaveLength(2);
  });

  it('leads with what was chosen last', () => {
    expect(names(clusters, '', 'clusters', ['clusters kind-scratch', 'clusters ledger-prod-eu']).slice(0, 3)).toEqual([
      'kind-scratch', 'ledger-prod-eu', 'payments-prod-us',
    ]);
  });
});

describe('a colon', () => {
  it('in front is of kinds, and no part of the words', () => {
    expect(searchOf(':cm')).toEqual({ words: ['cm'], isOfKinds: true });
    expect(searchOf(' : pods ')).toEqual({ words: ['pods'], isOfKinds: true });
  });

  it('elsewhere is a letter like others', () => {
    expect(searchOf('arn:aws')).toEqual({ words: ['arn:aws'], isOfKinds: false });
  });
});

describe('five thousand candidates', () => {
  const many = Array.from({ length: 5_000 }, (_, index) => named('objects', `worker-${String(index).padStart(4, '0')}-x7k2p`, `Pod in team-${String(index % 50)}`));

  it('keep their order, with exactly those that match', () => {
    const [section] = rank(many, searchOf('team-7 worker').words, 'objects');
    const expected = many.filter(({ second }) => /team-7\d?$/.test(second)).length;
    expect(section?.all).toBe(5_000);
    expect(section?.matching).toBe(expected);
    const places = section?.found.map(({ candidate }) => many.indexOf(candidate)) ?? [];
    expect(places).toHaveLength(MOST_ALONE);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it('have the one that is meant in front', () => {
    expect(names(many, '4711', 'objects')[0]).toBe('worker-4711-x7k2p');
    expect(names(many, 'x7k2p 0042', 'all')).toEqual(['worker-0042-x7k2p']);
  });
});
