import { describe, expect, it, vi } from 'vitest';

import { createFake } from '../../ipc/fake';
import type { ClusterSummary } from '../../ipc/types';
import { Signing } from './signing.svelte';

const id = 'c-payments-prod-us';

function made() {
  const fake = createFake('signedOut');
  const told = { changed: vi.fn<(cluster: ClusterSummary) => void>(), failed: vi.fn(), fault: vi.fn() };
  return { fake, told, signing: new Signing(fake, told) };
}

describe('signing in', () => {
  it('with a good token tells the cluster as it is then', async () => {
    const { signing, told } = made();
    expect(await signing.signIn(id, { kind: 'token', token: 'good', keep: true })).toBe(true);
    expect(told.changed.mock.lastCall?.[0]).toMatchObject({ state: 'signedIn', credential: { kept: 'keyring' } });
    expect(signing.opening.size).toBe(0);
  });

  it('with a wrong token tells why, without the token, and can be tried again', async () => {
    const { signing, told } = made();
    expect(await signing.signIn(id, { kind: 'token', token: 's3cret', keep: false })).toBe(false);
    expect(told.failed).toHaveBeenCalledExactlyOnceWith(id, expect.objectContaining({ code: 'signInRequired' }));
    expect(JSON.stringify(told.failed.mock.calls)).not.toContain('s3cret');
    expect(await signing.signIn(id, { kind: 'token', token: 'good', keep: false })).toBe(true);
  });

  it('is done once at a time for a cluster, and for others meanwhile', async () => {
    const { signing, fake } = made();
    const sent = vi.spyOn(fake, 'clusterSignIn');
    const first = signing.signIn(id, { kind: 'kubeconfig' });
    expect(await signing.signIn(id, { kind: 'kubeconfig' })).toBe(false);
    expect(await signing.open('c-ci-runners-dev')).toBe(true);
    expect(sent).toHaveBeenCalledOnce();
    expect(signing.opening.has(id)).toBe(true);
    fake.endPlugin(id, true);
    expect(await first).toBe(true);
  });

  it('by a plugin is ended by stopping it, which is no fault', async () => {
    const { signing, told } = made();
    const running = signing.signIn(id, { kind: 'kubeconfig' });
    await signing.stop(id);
    expect(await running).toBe(false);
    expect(told.failed.mock.lastCall?.[1]).toMatchObject({ code: 'signInRequired' });
    expect(told.fault).not.toHaveBeenCalled();
    expect([signing.opening.size, signing.ending.size]).toEqual([0, 0]);
  });

  it('is needed again when the plugin that renews in the background is stopped', async () => {
    const { signing, told, fake } = made();
    await signing.signIn(id, { kind: 'token', token: 'good', keep: true });
    fake.world.setCluster(id, { plugin: { command: 'aws', since: 0, isRunning: true, isAsked: false, output: '' } });
    await signing.stop(id);
    expect(told.changed.mock.lastCall?.[0]).toMatchObject({ state: 'needsSignIn', plugin: null, credential: { kept: 'keyring' } });
    expect(told.fault).not.toHaveBeenCalled();
  });

  it('consents to what was shown and to nothing else', async () => {
    const { signing, told, fake } = made();
    fake.world.setCluster(id, { state: 'needsConsent', consent: { digest: 'd1', program: 'aws', arguments: [], variables: [], file: 'f', line: null } });
    expect(await signing.consent(id, 'd0')).toBe(false);
    expect(told.failed).toHaveBeenCalledOnce();
    const running = signing.consent(id, 'd1');
    fake.endPlugin(id, true);
    expect(await running).toBe(true);
  });
});

describe('signing out', () => {
  it('forgets what was kept and tells it', async () => {
    const { signing, told } = made();
    await signing.signIn(id, { kind: 'token', token: 'good', keep: true });
    await signing.signOut(id);
    expect(told.changed.mock.lastCall?.[0]).toMatchObject({ state: 'signedOut', credential: { kept: null } });
  });

  it('that fails is told as a fault', async () => {
    const { signing, told, fake } = made();
    vi.spyOn(fake, 'clusterSignOut').mockRejectedValue(new Error('keyring locked'));
    await signing.signOut(id);
    expect(told.fault).toHaveBeenCalledOnce();
    expect(signing.ending.size).toBe(0);
  });
});
