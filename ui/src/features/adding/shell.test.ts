import { describe, expect, it, vi } from 'vitest';

import { createFake } from '../../ipc/fake';
import type { Catalogue } from '../../ipc/types';
import { Shell } from './shell.svelte';

const value = '/home/alex/.kube/config:/home/alex/edge/clusters.yaml';

async function made() {
  const fake = createFake('shell');
  const take = vi.fn((catalogue: Catalogue) => void (shell.known = catalogue.shell));
  const shell = new Shell(fake, take);
  take(await fake.catalogueRead());
  take.mockClear();
  return { fake, shell, take };
}

describe('what the login shell names', () => {
  it('is offered and not taken', async () => {
    const { fake, shell } = await made();
    expect(shell.offered).toBe(value);
    expect(fake.world.clusters.some(({ source }) => source === value)).toBe(false);
  });

  it('is used once the person agrees to that value', async () => {
    const { fake, shell, take } = await made();
    const told = vi.spyOn(fake, 'kubeconfigUse');
    await shell.use(value);
    expect(told).toHaveBeenCalledExactlyOnceWith(value);
    expect([shell.offered, shell.known.used]).toEqual([null, value]);
    expect(take.mock.lastCall?.[0].clusters.at(-1)?.name).toBe('of-the-shell');
  });

  it('put away for now is asked about no more in this run, and stays to be used', async () => {
    const { shell } = await made();
    shell.notNow();
    expect([shell.offered, shell.known.offered]).toEqual([null, value]);
  });

  it('declined is remembered, and may still be used', async () => {
    const { shell } = await made();
    await shell.decline(value);
    expect([shell.offered, shell.known.declined]).toEqual([null, value]);
    await shell.use(value);
    expect(shell.known).toEqual({ offered: null, used: value, declined: null });
  });

  it('that cannot be used stays offered, and says why', async () => {
    const { fake, shell } = await made();
    vi.spyOn(fake, 'kubeconfigUse').mockRejectedValue({ code: 'storageFailed', message: 'disk full' });
    await expect(shell.use(value)).rejects.toMatchObject({ code: 'storageFailed' });
    expect(shell.offered).toBe(value);
  });
});
