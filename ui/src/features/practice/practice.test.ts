import { expect, it, vi } from 'vitest';

import { createFake } from '../../ipc/fake';
import type { Catalogue } from '../../ipc/types';
import { Practice } from './practice.svelte';

function scene() {
  const backend = createFake('list');
  const catalogue = vi.fn((read: Catalogue) => read);
  const fault = vi.fn();
  return { backend, catalogue, fault, practice: new Practice(backend, { catalogue, fault }) };
}

it('opens where the least is at stake, and tells what is in the list then', async () => {
  const { practice, catalogue } = scene();
  expect((await practice.open())?.name).toBe('garden-development');
  expect(catalogue.mock.lastCall?.[0].clusters.filter(({ isPractice }) => isPractice).map(({ name }) => name)).toEqual(['garden-production', 'garden-development']);
  await practice.close();
  expect(catalogue.mock.lastCall?.[0].isPractising).toBe(false);
});

it('says why it was not reset, where it was asked for', async () => {
  const { backend, practice, fault } = scene();
  await practice.open();
  const refused = { code: 'invalidRequest', message: 'a job is still deleting there' };
  backend.practiceReset = () => Promise.reject(refused as never);
  await practice.reset();
  expect(practice.error?.message).toBe(refused.message);
  expect(fault).toHaveBeenCalledWith(refused);
  expect(practice.isBusy).toBe(false);
});
