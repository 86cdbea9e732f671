import { describe, expect, it, vi } from 'vitest';

import { createFake } from '../ipc/fake';
import type { Fake, Scenario } from '../ipc/fake';
import { announcer } from '../shared/announcer.svelte';
import { STANDARD_OPTIONS } from '../shared/options';
import { pods } from '../shared/place.svelte';
import { Controller } from './controller.svelte';
import { cutOffOf, isCovered } from './overlay';

async function started(scenario: Scenario, prepare: (fake: Fake) => void = () => undefined): Promise<{ fake: Fake; controller: Controller }> {
  const fake = createFake(scenario);
  prepare(fake);
  const controller = new Controller(fake);
  await controller.start();
  return { fake, controller };
}

describe('the window starts', () => {
  it('with the cluster that was open last, showing its Pods in the context’s namespace', async () => {
    const { controller } = await started('list', (fake) => (fake.world.settings.lastCluster = 'c-ci-runners-dev'));
    expect(controller.place?.cluster.name).toBe('ci-runners-dev');
    expect(controller.place?.kind.name).toBe('Pod');
    expect(controller.place?.viewScope).toEqual({ scope: 'only', names: ['ci-nightly'] });
  });

  it('with nothing open when none was chosen yet, or the last one is no longer there, and offers the current one', async () => {
    for (const lastCluster of [null, 'c-gone']) {
      const { controller, fake } = await started('list', (made) => (made.world.settings.lastCluster = lastCluster));
      expect(controller.place).toBeNull();
      expect(controller.current?.name).toBe('payments-prod-eu');
      expect(fake.world.settings.lastCluster).toBe(lastCluster);
    }
  });

  it('and asks a list again that was asked for before there was a session', async () => {
    const { controller, fake } = await started('list', (made) => (made.world.settings.lastCluster = null));
    const id = 'c-ml-platform-dev';
    fake.world.setCluster(id, { state: 'notConnected', generation: 0 });
    controller.catalogue = await fake.catalogueRead();
    controller.openCluster(id);
    const before = controller.place?.refreshAsked ?? 0;
    await vi.waitFor(() => expect(controller.place?.cluster.state).toBe('signedIn'));
    expect(controller.place?.refreshAsked).toBe(before + 1);
  });

  it('without a cluster on the welcome page', async () => {
    const { controller } = await started('welcome');
    expect(controller.place).toBeNull();
    expect(controller.clusters).toEqual([]);
  });

  it('with the marks that the backend still holds', async () => {
    const { controller } = await started('marked');
    expect(controller.selection.total).toBe(7);
  });
});

describe('practice', () => {
  it('opens where the least is at stake, at what is deleted without harm, with the tour', async () => {
    const { controller } = await started('welcome');
    await controller.openPractice();
    expect(controller.place?.cluster.name).toBe('garden-development');
    expect(controller.place?.kind.name).toBe('ConfigMap');
    expect([controller.tour.isOpen, controller.tour.step]).toEqual([true, 0]);
  });

  it('opens without the tour once that was taken to its end', async () => {
    const { controller } = await started('list', (fake) => (fake.world.settings.tourSteps = 5));
    await controller.openPractice();
    expect(controller.place?.cluster.isPractice).toBe(true);
    expect(controller.tour.isOpen).toBe(false);
  });

  it('shares no list with real clusters', async () => {
    const { controller } = await started('practising');
    const named = (name: string) => controller.clusters.find((cluster) => cluster.name === name) as never;
    expect(['garden-production', 'garden-development', 'ci-runners-dev'].map((name) => controller.canAdd(named(name)))).toEqual([false, true, false]);
  });

  it('closed, it leaves nothing of it on screen', async () => {
    const { controller } = await started('practising');
    await controller.practice.close();
    expect(controller.place).toBeNull();
    expect(controller.clusters.some(({ isPractice }) => isPractice)).toBe(false);
  });
});

describe('switching clusters', () => {
  it('connects to one that was never opened', async () => {
    const { controller, fake } = await started('list');
    const open = vi.spyOn(fake, 'clusterOpen');
    controller.openCluster('c-kind-scratch');
    await vi.waitFor(() => expect(controller.place?.cluster.state).toBe('signedIn'));
    expect(open).toHaveBeenCalledExactlyOnceWith('c-kind-scratch');
    expect(controller.place?.kinds?.kinds.length).toBeGreaterThan(5);
  });

  it('touches neither marks nor plans nor jobs', async () => {
    const { controller, fake } = await started('marked');
    const change = vi.spyOn(fake, 'selectionChange');
    const discard = vi.spyOn(fake, 'planDiscard');
    controller.plan({ of: { of: 'marked', part: 'all' }, options: STANDARD_OPTIONS }, null);
    controller.openCluster('c-ci-runners-dev');
    expect(controller.selection.total).toBe(7);
    expect(controller.planning).not.toBeNull();
    expect([change.mock.calls, discard.mock.calls]).toEqual([[], []]);
  });

  it('comes back to the kind and namespaces as they were left', async () => {
    const { controller } = await started('list');
    const place = controller.place;
    place?.chooseScope({ scope: 'only', names: ['ledger'] });
    controller.openCluster('c-ci-runners-dev');
    controller.openCluster('c-payments-prod-eu');
    expect(controller.place).toBe(place);
    expect(controller.place?.viewScope).toEqual({ scope: 'only', names: ['ledger'] });
  });

  it('is remembered for the next start', async () => {
    const { controller, fake } = await started('list');
    controller.openCluster('c-ci-runners-dev');
    await vi.waitFor(() => expect(fake.world.settings.lastCluster).toBe('c-ci-runners-dev'));
  });
});

describe('a list of several clusters', () => {
  const [eu, us, dev, fresh] = ['c-payments-prod-eu', 'c-payments-prod-us', 'c-ci-runners-dev', 'c-kind-scratch'] as const;
  const listed = (controller: Controller) => controller.place?.clusters.map(({ id }) => id);

  it('is of the cluster that it was begun in, and comes back as it was left', async () => {
    const { controller } = await started('list');
    controller.addToList(dev);
    controller.addToList(dev);
    controller.addToList(eu);
    expect(listed(controller)).toEqual([eu, dev]);
    controller.openCluster(dev);
    expect(listed(controller)).toEqual([dev]);
    controller.openCluster(eu);
    expect(listed(controller)).toEqual([eu, dev]);
  });

  it('connects a cluster that is added and was never opened', async () => {
    const { controller, fake } = await started('list');
    const open = vi.spyOn(fake, 'clusterOpen');
    controller.addToList(fresh);
    await vi.waitFor(() => expect(controller.place?.clusters.map(({ state }) => state)).toEqual(['signedIn', 'signedIn']));
    expect(open).toHaveBeenCalledExactlyOnceWith(fresh);
    expect(controller.place?.cluster.id).toBe(eu);
  });

  it('has the namespaces of all of them', async () => {
    const { controller, fake } = await started('list');
    vi.spyOn(fake, 'namespacesRead').mockImplementation((id) => Promise.resolve({ names: id === dev ? ['ci', 'both'] : ['both', 'pay'], refused: null }));
    controller.openCluster(dev);
    await vi.waitFor(() => expect(controller.place?.namespaces).not.toBeNull());
    controller.addToList('c-ml-platform-dev');
    await vi.waitFor(() => expect(controller.place?.allNamespaces?.names).toEqual(['both', 'ci', 'pay']));
  });

  it('goes on with the next one where the first is taken out', async () => {
    const { controller } = await started('list');
    controller.place?.chooseScope({ scope: 'all' });
    controller.addToList(dev);
    controller.addToList(us);
    controller.takeFromList(eu);
    expect(listed(controller)).toEqual([dev, us]);
    expect(controller.place?.scope).toEqual({ scope: 'all' });
    controller.takeFromList(us);
    expect(listed(controller)).toEqual([dev]);
    controller.openCluster(eu);
    expect(listed(controller)).toEqual([eu]);
  });

  it('is not covered by a panel for one of them, unless it is asked for', async () => {
    const { controller, fake } = await started('list');
    controller.addToList(dev);
    fake.logOut(eu);
    const { place } = controller;
    if (!place) throw new Error('no place');
    expect(isCovered(place, false)).toBe(false);
    controller.showPanel(eu);
    expect(isCovered(place, false)).toBe(true);
    place.isPanelAway = true;
    expect(isCovered(place, false)).toBe(false);
  });

  it('loses a cluster that is no longer in a kubeconfig', async () => {
    const { controller, fake } = await started('list');
    controller.addToList(dev);
    fake.world.clusters = fake.world.clusters.filter(({ id }) => id !== dev);
    await controller.lookAgain();
    expect(listed(controller)).toEqual([eu]);
  });
});

describe('a session that the server ended', () => {
  it('is said aloud with the cluster’s name, and changes that cluster alone', async () => {
    const { controller, fake } = await started('list');
    const others = controller.clusters.filter(({ id }) => id !== 'c-payments-prod-eu');
    fake.logOut('c-payments-prod-eu');
    expect(announcer.assertiveText).toContain('Signed out of payments-prod-eu');
    expect(controller.place?.cluster.state).toBe('needsSignIn');
    expect(controller.clusters.filter(({ id }) => id !== 'c-payments-prod-eu')).toEqual(others);
  });

  it('keeps the server’s words for the panel when trying again fails, and raises no banner', async () => {
    const { controller } = await started('signedOut');
    await controller.connect('c-payments-prod-us');
    expect(controller.place?.openError?.code).toBe('signInRequired');
    expect(controller.faults.list).toEqual([]);
  });
});

describe('a cluster that stops answering', () => {
  it('is said by name, and its panel stays as it is while it is tried again', async () => {
    const { controller, fake } = await started('list');
    const { place } = controller;
    fake.world.setCluster('c-payments-prod-eu', { state: 'unreachable', since: 0, problem: 'no route' });
    expect(announcer.politeText).toContain('payments-prod-eu: Unreachable since');
    fake.world.setCluster('c-payments-prod-eu', { state: 'connecting' });
    expect(place?.cutOff?.state).toBe('unreachable');
    fake.world.setCluster('c-payments-prod-eu', { state: 'signedIn' });
    expect(place?.cutOff).toBeNull();
  });

  it('does not ask twice at once when tried again twice', async () => {
    const { controller, fake } = await started('unreachable');
    const open = vi.spyOn(fake, 'clusterOpen');
    await Promise.all([controller.connect('c-edge-prod-fra1'), controller.connect('c-edge-prod-fra1')]);
    expect(open).toHaveBeenCalledOnce();
    expect(controller.signing.opening.size).toBe(0);
  });

  it('shows its panel again when the state changed after it was put away', async () => {
    const { controller, fake } = await started('signedOut');
    if (controller.place) controller.place.isPanelAway = true;
    fake.world.setCluster('c-payments-prod-us', { state: 'unreachable' });
    expect(controller.place?.isPanelAway).toBe(false);
  });
});

describe('opening a cluster', () => {
  it('that fails for a reason no panel explains raises a banner', async () => {
    const { controller, fake } = await started('list');
    vi.spyOn(fake, 'clusterOpen').mockRejectedValue({ code: 'serverFailed', message: 'the server answered 500' });
    controller.openCluster('c-kind-scratch');
    await vi.waitFor(() => expect(controller.faults.list.map(({ code }) => code)).toEqual(['serverFailed']));
  });

  it('reads its kinds once a session and again after a new sign-in', async () => {
    const { controller, fake } = await started('list');
    const read = vi.spyOn(fake, 'kindsRead');
    await vi.waitFor(() => expect(controller.place?.kinds).not.toBeNull());
    controller.openCluster('c-payments-prod-eu');
    expect(read).not.toHaveBeenCalled();
    fake.world.setCluster('c-payments-prod-eu', { state: 'signedIn', generation: 2 });
    expect(read).toHaveBeenCalledOnce();
  });

  it('reads its kinds and namespaces again when the backend did', async () => {
    const { controller, fake } = await started('list');
    await vi.waitFor(() => expect(controller.place?.kinds).not.toBeNull());
    const { place } = controller;
    const served = { kinds: [...(place?.kinds?.kinds ?? []), { ...pods, kind: { group: 'made.since', version: 'v1', plural: 'plots' }, name: 'Plot' }], unavailable: [], isRemembered: false };
    vi.spyOn(fake, 'kindsRead').mockResolvedValue(served);
    vi.spyOn(fake, 'namespacesRead').mockResolvedValue({ names: ['made-since'], refused: null });
    fake.world.emit({ event: 'kindsChanged', cluster: 'c-payments-prod-eu' });
    await vi.waitFor(() => expect(place?.kinds?.kinds.at(-1)?.name).toBe('Plot'));
    expect(place?.namespaces?.names).toEqual(['made-since']);
    expect(place?.kind.name).toBe('Pod');
  });

  it('shows the kinds that it served last before it is connected, and no namespaces', async () => {
    const { controller, fake } = await started('list', (made) => (made.world.settings.lastCluster = null));
    const id = 'c-kind-scratch';
    vi.spyOn(fake, 'clusterOpen').mockReturnValue(new Promise(() => undefined));
    const namespaces = vi.spyOn(fake, 'namespacesRead');
    fake.world.kinds = { ...fake.world.kinds, isRemembered: true };
    controller.openCluster(id);
    await vi.waitFor(() => expect(controller.place?.kinds?.isRemembered).toBe(true));
    expect(controller.place?.kinds?.kinds.length).toBeGreaterThan(20);
    expect(namespaces).not.toHaveBeenCalled();
    // The cluster's own word says nothing new of namespaces.
    fake.world.serve(id, { isRemembered: false });
    await vi.waitFor(() => expect(controller.place?.kinds?.isRemembered).toBe(false));
    expect(namespaces).not.toHaveBeenCalled();
  });

  it('says aloud that the kind on screen is no longer served, once', async () => {
    const { controller, fake } = await started('list');
    await vi.waitFor(() => expect(controller.place?.kinds).not.toBeNull());
    const served = fake.world.kinds.kinds.filter(({ name }) => name !== 'Pod');
    fake.world.serve('c-payments-prod-eu', { kinds: served });
    await vi.waitFor(() => expect(announcer.politeText).toBe('payments-prod-eu no longer serves Pods'));
    announcer.polite('something else');
    fake.world.serve('c-payments-prod-eu', { kinds: served.slice(1) });
    await vi.waitFor(() => expect(controller.place?.kinds?.kinds).toHaveLength(served.length - 1));
    expect(announcer.politeText).toBe('something else');
  });

  it('keeps on screen a kind that is no longer served', async () => {
    const { controller } = await started('list');
    const { place } = controller;
    const topic = { ...place?.kind, kind: { group: 'x', version: 'v1', plural: 'topics' }, name: 'Topic' } as NonNullable<typeof place>['kind'];
    place?.chooseKind(topic);
    place?.setKinds({ kinds: [], unavailable: [], isRemembered: true });
    expect([place?.kind.name, place?.isVanished]).toEqual(['Topic', false]);
    place?.setKinds({ kinds: [], unavailable: [], isRemembered: false });
    expect([place?.kind.name, place?.isVanished]).toEqual(['Topic', true]);
    // Served again, its list is read again.
    const before = place?.refreshAsked ?? 0;
    place?.setKinds({ kinds: [topic], unavailable: [], isRemembered: false });
    expect([place?.isVanished, place?.refreshAsked]).toEqual([false, before + 1]);
  });
});

describe('a failure that nobody expected', () => {
  it('becomes one banner, however often it happens', async () => {
    const { controller } = await started('list');
    controller.faults.add(new Error('boom'));
    controller.faults.add(new Error('boom'));
    expect(controller.faults.list.map(({ message }) => message)).toEqual(['boom']);
  });

  it('of settings that cannot be written becomes a banner', async () => {
    const { controller, fake } = await started('list');
    vi.spyOn(fake, 'settingsWrite').mockRejectedValue({ code: 'storageFailed', message: 'disk full' });
    controller.preferences.chooseTheme('dark');
    await vi.waitFor(() => expect(controller.faults.list[0]?.code).toBe('storageFailed'));
  });
});

describe('planning', () => {
  it('ignores a second request while a sheet is open', async () => {
    const { controller } = await started('marked');
    const row = { cluster: 'c-payments-prod-eu', uid: 'u' };
    const options = STANDARD_OPTIONS;
    controller.plan({ of: { of: 'marked', part: 'all' }, options }, null);
    controller.plan({ of: { of: 'row', view: 'v', row }, options }, row);
    expect(controller.planning?.request.of.of).toBe('marked');
  });
});

describe('text size', () => {
  it.each([[0, 80], [1000, 200], [125, 125]])('of %i in the settings is shown as %i', async (kept, shown) => {
    const { controller } = await started('list', (fake) => (fake.world.settings.textSize = kept));
    expect(controller.preferences.settings.textSize).toBe(shown);
  });

  it.each([
    [100, 1, 110],
    [100, -1, 90],
    [200, 1, 200],
    [80, -1, 80],
    [105, 1, 110],
  ] as const)('from %i steps by %i to %i', async (from, direction, expected) => {
    const { controller } = await started('list', (fake) => (fake.world.settings.textSize = from));
    controller.preferences.stepTextSize(direction);
    expect(controller.preferences.settings.textSize).toBe(expected);
  });
});

describe('a plan whose cluster has to be signed in first', () => {
  const id = 'c-payments-prod-us';
  const request = { of: { of: 'marked' as const, part: 'all' as const }, options: STANDARD_OPTIONS };

  it('makes room for the panel, with the focus in it, and comes back after signing in', async () => {
    const { controller } = await started('signedOut');
    controller.plan(request, null);
    controller.park(id, '6 Pods');
    expect([controller.planning, controller.parked?.subject]).toEqual([null, '6 Pods']);
    expect(controller.place?.takePanelAsked()).toBe(true);
    await controller.signing.signIn(id, { kind: 'token', token: 'good', keep: false });
    expect([controller.planning?.request, controller.parked]).toEqual([request, null]);
  });

  it('does not come back after another cluster is signed in, nor over another plan', async () => {
    const { controller } = await started('signedOut');
    controller.plan(request, null);
    controller.park(id, '6 Pods');
    await controller.signing.open('c-kind-scratch');
    expect(controller.planning).toBeNull();
    controller.plan({ ...request, of: { of: 'row', view: 'v', row: { cluster: 'c', uid: 'u' } } }, null);
    await controller.signing.signIn(id, { kind: 'token', token: 'good', keep: false });
    expect(controller.planning?.request.of.of).toBe('row');
  });
});

describe('the session’s panel', () => {
  it('has the focus only when the person asked, and once', async () => {
    const { controller, fake } = await started('list');
    fake.logOut('c-payments-prod-eu');
    expect(controller.place?.takePanelAsked()).toBe(false);
    controller.showPanel('c-payments-prod-eu');
    expect([controller.place?.takePanelAsked(), controller.place?.takePanelAsked()]).toEqual([true, false]);
  });

  it('that was asked for and never had to come takes nothing later', async () => {
    const { controller, fake } = await started('list');
    controller.showPanel('c-kind-scratch');
    await vi.waitFor(() => expect(controller.place?.cluster.state).toBe('signedIn'));
    fake.logOut('c-kind-scratch');
    expect(controller.place?.takePanelAsked()).toBe(false);
  });

  it('stays as it is while a plugin runs, and tells what the plugin writes', async () => {
    const { controller, fake } = await started('signedOut');
    const { place } = controller;
    const signing = controller.signing.signIn('c-payments-prod-us', { kind: 'kubeconfig' });
    await vi.waitFor(() => expect(place?.cluster.plugin?.output).toContain('QRXM-BTLD'));
    expect(place && cutOffOf(place, true)).toMatchObject({ state: 'needsSignIn', plugin: { isRunning: true } });
    fake.endPlugin('c-payments-prod-us', true);
    await signing;
    expect(place && isCovered(place, false)).toBe(false);
  });

  it('is said aloud at once when the person signed out', async () => {
    const { controller } = await started('list');
    await controller.signing.signOut('c-payments-prod-eu');
    expect(announcer.assertiveText).toContain('payments-prod-eu: Signed out at');
  });
});

describe('a cluster that is taken off the list', () => {
  it('leaves the screen', async () => {
    const { controller } = await started('list');
    controller.adding.askRemove(controller.place?.cluster as NonNullable<typeof controller.place>['cluster']);
    await controller.adding.remove();
    expect(controller.place).toBeNull();
    expect(controller.catalogue?.hidden).toHaveLength(1);
  });
});
