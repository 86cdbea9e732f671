import { describe, expect, it } from 'vitest';

import { seedKinds } from '../../ipc/fake/clusters';
import { Shelf } from './shelf.svelte';

function made(favouriteKinds: string[] = ['pods'], recentKinds: string[] = []) {
  const keeper = {
    settings: { favouriteKinds, recentKinds },
    writes: 0,
    change(change: Partial<{ favouriteKinds: string[]; recentKinds: string[] }>) {
      this.settings = { ...this.settings, ...change };
      this.writes += 1;
    },
  };
  return { keeper, shelf: new Shelf(keeper) };
}

const named = (name: string) => {
  const kind = seedKinds().find((one) => one.name === name);
  if (!kind) throw new Error(name);
  return kind;
};

describe('favourites', () => {
  it('are chosen and left again, a new one last, each with its group', () => {
    const { shelf } = made();
    shelf.toggle(named('Deployment'));
    expect([shelf.favourites, shelf.isFavourite(named('Deployment'))]).toEqual([['pods', 'deployments.apps'], true]);
    shelf.toggle(named('Pod'));
    expect(shelf.favourites).toEqual(['deployments.apps']);
  });

  it('are no longer among what was looked at last', () => {
    const { shelf } = made(['pods'], ['secrets', 'nodes']);
    shelf.toggle(named('Secret'));
    expect(shelf.recent).toEqual(['nodes']);
  });
});

describe('what was looked at last', () => {
  it('is the newest first, five at most, each once, and no favourite', () => {
    const { shelf } = made();
    for (const name of ['Secret', 'Node', 'Pod', 'Job', 'Secret', 'Role', 'Service', 'Event']) shelf.visit(named(name));
    expect(shelf.recent).toEqual(['events', 'services', 'roles.rbac.authorization.k8s.io', 'secrets', 'jobs.batch']);
  });

  it('is not written again while it is looked at', () => {
    const { keeper, shelf } = made();
    for (const name of ['Secret', 'Secret', 'Pod']) shelf.visit(named(name));
    expect(keeper.writes).toBe(1);
  });
});
