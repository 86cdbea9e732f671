import { describe, expect, it } from 'vitest';

import { seedClusters } from '../ipc/fake/clusters';
import type { ClusterSummary, Tier } from '../ipc/types';
import { clusterColors, colorOf, grouped, isKnown, isReadOnly, isTierAskedFor, lettersOf, lookOf, mostCareful, tierMeaning, tiers, tierWord } from './tiers';

const scratch = seedClusters(0).find(({ name }) => name === 'kind-scratch') as ClusterSummary;
const print = { server: 's', ca: 'ab', namespace: 'kube-system', uid: 'u' };

function cluster(change: Partial<ClusterSummary> = {}, care: Partial<ClusterSummary['care']> = {}): ClusterSummary {
  return { ...scratch, ...change, care: { ...scratch.care, ...care } };
}

it('of several clusters is the one that asks for most care', () => {
  const of = (...all: Tier[]) => mostCareful(all.map((tier) => ({ tier, isPractice: false }))).tier;
  expect(of('development', 'staging')).toBe('staging');
  expect(of('staging', 'unknown')).toBe('unknown');
  expect(of('development', 'production', 'unknown')).toBe('production');
  expect(of()).toBe('unknown');
});

it('a practice cluster looks like none of the tiers, and says which one it plays', () => {
  const garden = { tier: 'production', isPractice: true } as const;
  expect([lookOf(garden), lookOf({ ...garden, isPractice: false }), lookOf('staging')]).toEqual(['practice', 'production', 'staging']);
  expect([tierWord(garden), tierWord('practice'), tierWord({ tier: 'unknown', isPractice: false })]).toEqual(['practice, plays production', 'practice', 'unknown tier']);
  expect(mostCareful([{ ...garden, tier: 'development' }, garden])).toEqual(garden);
});

describe('a cluster of unknown tier', () => {
  it('is asked about when it is signed in and what is chosen can be kept', () => {
    expect(isTierAskedFor(cluster({ state: 'signedIn', fingerprint: print }))).toBe(true);
  });

  it.each([
    ['is not signed in', cluster({ state: 'unreachable', fingerprint: print })],
    ['has no fingerprint', cluster({ state: 'signedIn', fingerprint: null })],
    ['was asked about before', cluster({ state: 'signedIn', fingerprint: print }, { isTierAsked: true })],
    ['has a tier', cluster({ state: 'signedIn', fingerprint: print, tier: 'staging' })],
  ])('is not asked about when it %s', (_, asked) => {
    expect(isTierAskedFor(asked)).toBe(false);
  });
});

describe('what is chosen can be kept', () => {
  it.each([
    [false, cluster({ fingerprint: null })],
    [true, cluster({ fingerprint: print })],
    // Something was chosen in an earlier run, so its fingerprint is known to the backend.
    [true, cluster({ fingerprint: null }, { group: 'edge' })],
    [true, cluster({ fingerprint: null }, { isTierAsked: true })],
  ] as const)('%s', (expected, of) => {
    expect(isKnown(of)).toBe(expected);
  });
});

it.each([
  ['production', null, true],
  ['production', false, false],
  ['unknown', null, false],
  ['development', true, true],
] as const)('a %s cluster with the choice %s is read-only: %s', (tier, readOnly, expected) => {
  expect(isReadOnly(cluster({ tier }, { readOnly }))).toBe(expected);
});

it('has a colour by its number, and none for a number that is no colour', () => {
  expect(clusterColors).toHaveLength(8);
  expect([null, 0, 7, 8].map((color) => colorOf(cluster({}, { color })))).toEqual([null, 'crimson', 'grey', null]);
});

it('shows the letters that were chosen, else those from its name', () => {
  expect([lettersOf(cluster()), lettersOf(cluster({}, { letters: 'X1' }))]).toEqual(['KI', 'X1']);
});

it('stands in groups by name after those in none, in the order of before', () => {
  const all = [cluster({ id: 'a' }, { group: 'b' }), cluster({ id: 'b' }), cluster({ id: 'c' }, { group: 'a' }), cluster({ id: 'd' }, { group: 'b' })];
  expect(grouped(all).map(({ name, clusters }) => [name, clusters.map(({ id }) => id)])).toEqual([
    [null, ['b']],
    ['a', ['c']],
    ['b', ['a', 'd']],
  ]);
});

describe('an arrangement of the person', () => {
  const named = (groups: ReturnType<typeof grouped>) => groups.map(({ name, clusters }) => [name, clusters.map(({ id }) => id).join(' ')]);
  const of = (...ids: string[]) => ids.map((id) => cluster({ id }));

  it('puts what is kept first, in its order, whatever group it is in, and nothing that is gone', () => {
    const all = [...of('a', 'b'), cluster({ id: 'c' }, { group: 'g' }), cluster({ id: 'd' }, { group: 'g' })];
    expect(named(grouped(all, { keptClusters: ['d', 'gone', 'a'], clusterOrder: [] }))).toEqual([[null, 'd a'], ['Others', 'b'], ['g', 'c']]);
  });

  it('orders the others inside their groups, and new ones stand last', () => {
    const all = [...of('a', 'b', 'new'), cluster({ id: 'c' }, { group: 'g' }), cluster({ id: 'd' }, { group: 'g' })];
    expect(named(grouped(all, { keptClusters: [], clusterOrder: ['d', 'b', 'gone', 'a', 'c'] }))).toEqual([[null, 'b a new'], ['g', 'd c']]);
  });

  it('is helped where many are in no group: they stand by file', () => {
    const all = Array.from({ length: 30 }, (_, index) => cluster({ id: String(index), source: `~/.kube/${index < 20 ? 'edge' : 'lab'}.yaml` }));
    expect(grouped(all).map(({ name, clusters }) => [name, clusters.length])).toEqual([['edge.yaml', 20], ['lab.yaml', 10]]);
  });

  it('is helped where they are all of one file: they stand by tier', () => {
    const all = Array.from({ length: 30 }, (_, index) => cluster({ id: String(index), tier: index % 3 === 0 ? 'production' : 'development', source: 'C:\\kube\\config' }));
    expect(grouped(all).map(({ name, clusters }) => [name, clusters.length])).toEqual([['production', 10], ['development', 20]]);
  });
});

it('says what every tier means', () => {
  for (const tier of tiers) expect([tierWord(tier), tierMeaning[tier]].every((text) => text.length > 5)).toBe(true);
});
