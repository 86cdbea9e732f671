import { describe, expect, it, vi } from 'vitest';

import { seedClusters } from '../ipc/fake/clusters';
import type { ClusterSummary } from '../ipc/types';
import type { MenuItem } from './menu';
import { clusterMenu, type ClusterActions } from './clusterMenu';

const [eu, us, , , , , scratch] = seedClusters(0) as [ClusterSummary, ClusterSummary, ClusterSummary, ClusterSummary, ClusterSummary, ClusterSummary, ClusterSummary];
const at = { now: 1000, unlockMinutes: 15 };

function actions(): ClusterActions {
  return { open: vi.fn(), add: null, chooseTier: vi.fn(), setReadOnly: vi.fn(), unlock: vi.fn(), lock: vi.fn(), settings: vi.fn(), signIn: vi.fn(), signOut: vi.fn(), isKept: false, toggleKept: vi.fn(), remove: vi.fn(), resetPractice: vi.fn(), closePractice: vi.fn() };
}

function words(items: MenuItem[]): string[] {
  return items.flatMap((item) => (item.separator ? [] : [item.text]));
}

function find(items: MenuItem[], text: string) {
  const item = items.find((one) => !one.separator && one.text === text);
  if (!item || item.separator) throw new Error(`no item ${text}`);
  return item;
}

describe('the menu of a tile', () => {
  it.each([
    ['whose writes are free', eu, ['Open', 'Sign out', 'Tier', 'Read-only', 'Keep at the top of the rail', 'Settings of this cluster…', 'Remove from list…']],
    ['that is locked', us, ['Open', 'Sign in…', 'Tier', 'Read-only', 'Unlock for 15 min…', 'Keep at the top of the rail', 'Settings of this cluster…', 'Remove from list…']],
    ['that is unlocked', { ...us, isLocked: false, unlockedUntil: 1900 }, ['Open', 'Sign in…', 'Tier', 'Read-only', 'Lock now', 'Keep at the top of the rail', 'Settings of this cluster…', 'Remove from list…']],
  ])('of a cluster %s', (_, cluster, expected) => {
    expect(words(clusterMenu(cluster, 1, at, actions()))).toEqual(expected);
  });

  it('of a practice cluster resets and leaves all of them together', () => {
    const run = actions();
    const items = clusterMenu({ ...eu, isPractice: true }, 1, at, run);
    expect(words(items).slice(-2)).toEqual(['Reset the practice clusters', 'Close practice']);
    for (const text of ['Reset the practice clusters', 'Close practice']) {
      const item = find(items, text);
      if ('run' in item) item.run();
    }
    expect([run.resetPractice, run.closePractice, run.remove].map((called) => vi.mocked(called).mock.calls.length)).toEqual([1, 1, 0]);
  });

  it('keeps it at the top of the rail, says whether it is, and moves it where it can be moved', () => {
    const run = { ...actions(), isKept: true };
    const moves = { up: vi.fn(), down: null };
    const items = clusterMenu(eu, 1, at, run, moves);
    expect(words(items)).toContain('Move up');
    expect(words(items)).not.toContain('Move down');
    const keep = find(items, 'Keep at the top of the rail');
    expect('isOn' in keep && keep.isOn).toBe(true);
  });

  it('offers to add it to the list on screen where it is not in it', () => {
    const add = vi.fn();
    const item = find(clusterMenu(eu, 1, at, { ...actions(), add }), 'Add to this list');
    if ('run' in item) item.run();
    expect(add).toHaveBeenCalledOnce();
  });

  it('marks the tier it has, and chooses another', () => {
    const run = actions();
    const tier = find(clusterMenu(eu, 1, at, run), 'Tier');
    if (!('items' in tier)) throw new Error('no second level');
    const chosen = tier.items.flatMap((item) => (!item.separator && 'isChosen' in item && item.isChosen ? [item.text] : []));
    expect(chosen).toEqual(['production']);
    const staging = find(tier.items, 'staging');
    if ('run' in staging) staging.run();
    expect(run.chooseTier).toHaveBeenCalledExactlyOnceWith('staging');
  });

  it('turns read-only off where it is on, and on where it is off', () => {
    for (const [cluster, wanted] of [[us, false], [eu, true]] as const) {
      const run = actions();
      const item = find(clusterMenu(cluster, null, at, run), 'Read-only');
      if ('run' in item) item.run();
      expect(run.setReadOnly).toHaveBeenCalledExactlyOnceWith(wanted);
    }
  });

  it.each([
    ['signedIn', ['Sign out']],
    ['signedOut', ['Sign in…']],
    ['needsSignIn', ['Sign in…']],
    ['needsConsent', ['Sign in…']],
    ['notConnected', ['Sign in…']],
    ['connecting', []],
    ['unreachable', []],
    ['untrustedCertificate', []],
  ] as const)('of a cluster that is %s offers %j', (state, expected) => {
    const offered = words(clusterMenu({ ...eu, state }, 1, at, actions())).filter((text) => text.startsWith('Sign'));
    expect(offered).toEqual(expected);
  });

  it('of a cluster that was never opened says why nothing can be chosen', () => {
    const items = clusterMenu(scratch, 7, at, actions());
    expect(['Tier', 'Read-only'].map((text) => find(items, text).reason)).toEqual(['open it once', 'open it once']);
    expect(find(items, 'Open').reason).toBeUndefined();
  });
});
