import { SvelteMap } from 'svelte/reactivity';
import { describe, expect, it, vi } from 'vitest';

import { seedClusters, seedKinds } from '../../ipc/fake/clusters';
import type { ClusterSummary, KindSummary, RowId, WindowRow } from '../../ipc/types';
import { pod, pods } from '../../shared/view/scripted';
import {
  actionCandidate, clusterCandidates, detailsCandidate, kindCandidates, namespaceCandidates, objectCandidates, planCandidate,
  type Candidate,
} from './candidates';
import { PaletteController, Recent } from './palette.svelte';
import { nothingWords, searchedWords, usedWords } from './words';

const seeds = seedClusters(0);
const cluster = seeds[0] as ClusterSummary;
const kinds = seedKinds();
const [podKind] = kinds as [KindSummary];
const nodes = kinds.find(({ name }) => name === 'Node') as KindSummary;

function acts() {
  return { go: vi.fn<(row: WindowRow) => void>(), plan: vi.fn<(row: RowId) => void>() };
}

const usual = { open: cluster.id, order: seeds.map(({ id }) => id), isKept: () => false, usedAt: () => null, now: 0 };
const ways = () => ({ go: vi.fn(), toggleKept: vi.fn(), add: () => null });

function opened(candidates: readonly Candidate[] | (() => readonly Candidate[]), text = '') {
  return new PaletteController(typeof candidates === 'function' ? candidates : () => candidates, new Recent(), text);
}

const nameOf = (palette: PaletteController) => palette.activeCandidate?.name ?? null;

describe('moving', () => {
  const candidates = clusterCandidates(seeds, usual, ways());

  it('begins at the first row, stops at the ends and follows the words', () => {
    const palette = opened(candidates);
    palette.setScope('clusters');
    expect(nameOf(palette)).toBe('payments-prod-eu');
    palette.move(-1);
    expect(nameOf(palette)).toBe('payments-prod-eu');
    palette.move(8);
    expect(nameOf(palette)).toBe('kind-scratch');
    palette.toEnd('first');
    palette.move(1);
    expect(nameOf(palette)).toBe('payments-prod-us');
    palette.setText('kind');
    expect(nameOf(palette)).toBe('kind-scratch');
  });

  it('goes to a group alone with “more”, without closing', () => {
    const palette = opened(candidates);
    palette.toEnd('last');
    expect(palette.active).toMatchObject({ group: 'clusters', more: seeds.length - 4 });
    expect(palette.choose(palette.active)).toBeNull();
    expect(palette.scope).toBe('clusters');
    expect(palette.options).toHaveLength(seeds.length);
  });
});

describe('scopes', () => {
  it('are stepped through and round', () => {
    const palette = opened([]);
    palette.stepScope(-1);
    expect(palette.scope).toBe('actions');
    palette.stepScope(1);
    expect(palette.scope).toBe('all');
  });

  it('are kinds with a colon in front, which another scope takes away', () => {
    const palette = opened(kindCandidates(kinds, podKind, vi.fn()), ':');
    expect(palette.scope).toBe('kinds');
    palette.setText(':cm');
    expect(nameOf(palette)).toBe('ConfigMaps');
    palette.stepScope(1);
    expect([palette.scope, palette.text]).toEqual(['namespaces', 'cm']);
  });
});

describe('an object', () => {
  it('is gone to, and planned by its own UID', () => {
    const actions = acts();
    const palette = opened(objectCandidates(pods(12), cluster, actions), 'pod-7');
    palette.choose(palette.active)?.();
    expect(actions.go).toHaveBeenCalledExactlyOnceWith(pod('pod-7'));
    palette.activeCandidate?.plan?.();
    expect(actions.plan).toHaveBeenCalledExactlyOnceWith({ cluster: 'c1', uid: 'uid-pod-7' });
  });

  it.each([
    ['without a UID', pod('a', { id: null, state: 'incomplete' }), 'incomplete, no UID', false],
    ['that is stale', pod('a', { state: 'stale' }), 'not live: shown as of an earlier time', true],
    ['that is gone', pod('a', { state: 'gone' }), 'no longer at its place in this list', false],
  ])('%s says why and cannot be planned', (_, row, reason, canGo) => {
    const actions = acts();
    const palette = opened(objectCandidates([row], cluster, actions), 'a');
    expect(palette.activeCandidate).toMatchObject({ reason, plan: null });
    expect(palette.choose(palette.active) !== null).toBe(canGo);
    expect(palette.said).toContain(reason);
    const plan = planCandidate(row, cluster, actions);
    expect([plan.run, plan.plan, plan.reason]).toEqual([null, null, reason]);
    expect(detailsCandidate(row, { details: vi.fn() }).run === null).toBe(row.state === 'gone');
  });
});

describe('rows that change while it is open', () => {
  it('leave the choice on its object, or on none', () => {
    const held = new SvelteMap([['rows', pods(3)]]);
    const palette = opened(() => objectCandidates(held.get('rows') ?? [], cluster, acts()), 'pod');
    palette.move(1);
    held.set('rows', [pod('pod-00'), ...pods(3)]);
    expect(nameOf(palette)).toBe('pod-1');
    held.set('rows', [pod('pod-0'), pod('pod-2')]);
    expect(palette.active).toBeNull();
    expect(palette.choose(palette.active)).toBeNull();
    palette.move(1);
    expect(nameOf(palette)).toBe('pod-0');
  });
});

describe('a row that the keys name', () => {
  it('runs by them, and keys of one letter are text', () => {
    const go = vi.fn();
    const help = vi.fn();
    const palette = opened([...clusterCandidates(seeds, { ...usual, open: null }, { ...ways(), go }), actionCandidate({ id: 'help', name: 'Help', icon: 'question', keys: '?', run: help })]);
    palette.byKeys('Ctrl+4')?.();
    expect(go).toHaveBeenCalledExactlyOnceWith('c-ci-runners-dev');
    expect(palette.byKeys('?')).toBeNull();
    expect(palette.byKeys('Ctrl+9')).toBeNull();
  });
});

describe('namespaces', () => {
  it('are not chosen for a kind that has none', () => {
    const go = { one: vi.fn(), all: vi.fn() };
    const [all, one] = namespaceCandidates(['ledger'], cluster, nodes, go);
    expect([all?.run, one?.run, one?.reason]).toEqual([null, null, 'Nodes are in no namespace']);
    namespaceCandidates(['ledger'], cluster, podKind, go)[1]?.run?.();
    expect(go.one).toHaveBeenCalledExactlyOnceWith('ledger');
  });

  it('are not offered together where they cannot be listed', () => {
    expect(namespaceCandidates(['ledger'], cluster, podKind, { one: vi.fn(), all: null }).map(({ name }) => name)).toEqual(['ledger']);
  });
});

describe('what was chosen', () => {
  it('leads the next time, and actions and objects do not', () => {
    const recent = new Recent();
    const candidates = [...clusterCandidates(seeds, { ...usual, open: null }, ways()), ...objectCandidates(pods(2), cluster, acts())];
    const first = new PaletteController(() => candidates, recent, 'kind-scratch');
    first.choose(first.active);
    first.setText('pod-1');
    first.choose(first.active);
    const again = new PaletteController(() => candidates, recent);
    expect(nameOf(again)).toBe('kind-scratch');
    expect(recent.ids).toEqual(['cluster c-kind-scratch']);
  });
});

describe('a list of which the page holds a part', () => {
  it('can be filtered by the words, and says so last', () => {
    const filter = vi.fn();
    const palette = new PaletteController(() => objectCandidates(pods(3), cluster, acts()), new Recent(), 'pod-2 ', () => filter);
    palette.toEnd('last');
    palette.choose(palette.active)?.();
    expect(filter).toHaveBeenCalledExactlyOnceWith('pod-2');
    palette.setText('');
    expect(palette.filter).toBeNull();
  });
});

describe('the words', () => {
  it('say what was searched', () => {
    const candidates = [...clusterCandidates(seeds, { ...usual, open: null }, ways()), ...objectCandidates(pods(1), cluster, acts())];
    expect(searchedWords(candidates, 'all', 38_939)).toBe('7 clusters and 38,939 rows were searched.');
    expect(searchedWords(candidates, 'objects', 1)).toBe('1 row was searched.');
    expect(searchedWords(candidates, 'namespaces', 1)).toBe('');
  });

  it('say that nothing matches, with what cannot be seen escaped', () => {
    expect(nothingWords('a\u202eb', 'all')).toBe('Nothing matches “a\\u202eb”.');
    expect(nothingWords('x', 'kinds')).toBe('None of the kinds matches “x”.');
    expect(nothingWords('', 'namespaces')).toBe('There are no namespaces here.');
  });
});

describe('a cluster', () => {
  const facts = { ...usual, isKept: (id: string) => id === seeds[1]?.id, usedAt: (id: string) => (id === seeds[2]?.id ? 1_000 : null), now: 1_000 + 3 * 86_400 };

  it('says when it was on screen last, and whether it is kept', () => {
    const rows = clusterCandidates(seeds, facts, ways());
    expect(rows.slice(0, 4).map(({ aside, isKept }) => [aside, isKept])).toEqual([['open', false], ['never', true], ['3 d ago', false], ['never', false]]);
  });

  it('is kept, and added to the list on screen where it is not in it', () => {
    const add = vi.fn();
    const did = { ...ways(), add: (id: string) => (id === cluster.id ? null : () => add(id)) };
    const [first, second] = clusterCandidates(seeds, facts, did);
    second?.keep?.();
    second?.add?.();
    expect([did.toggleKept.mock.calls, add.mock.calls, first?.add]).toEqual([[[seeds[1]?.id]], [[seeds[1]?.id]], null]);
  });

  it.each([
    [null, 'never'], [59, 'just now'], [60, '1 min ago'], [3_599, '59 min ago'], [3_600, '1 h ago'], [86_399, '23 h ago'],
    [86_400, 'yesterday'], [172_800, '2 d ago'], [-5, 'just now'],
  ])('that was on screen %s seconds ago: %s', (ago, expected) => {
    expect(usedWords(ago === null ? null : 1_000_000 - ago, 1_000_000)).toBe(expected);
  });
});
