import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Looks, PLAIN, resourceOf, WRITE_MS } from './looks.svelte';

const pods = { group: '', version: 'v1', plural: 'pods' };

describe('how lists are arranged', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('shows at once and is written a moment after the last change', () => {
    const listLookWrite = vi.fn(() => Promise.resolve(null));
    const looks = new Looks({ listLookWrite });
    looks.change(pods, { widths: { name: 200 } });
    vi.advanceTimersByTime(WRITE_MS - 1);
    looks.change(pods, { widths: { name: 208 }, isWide: true });
    expect(looks.of(pods)).toEqual({ ...PLAIN, isWide: true, widths: { name: 208 } });
    vi.advanceTimersByTime(WRITE_MS - 1);
    expect(listLookWrite).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(listLookWrite).toHaveBeenCalledExactlyOnceWith('pods', { ...PLAIN, isWide: true, widths: { name: 208 } });
  });

  it('is forgotten by a reset, and each resource has its own', () => {
    const listLookWrite = vi.fn(() => Promise.resolve(null));
    const looks = new Looks({ listLookWrite });
    looks.set({ pods: { ...PLAIN, isWide: true } });
    expect(looks.isPlain({ group: 'apps', version: 'v1', plural: 'pods' })).toBe(true);
    looks.reset(pods);
    looks.reset({ group: '', version: 'v1', plural: 'nodes' });
    vi.advanceTimersByTime(WRITE_MS);
    expect(listLookWrite).toHaveBeenCalledExactlyOnceWith('pods', null);
  });

  it('belongs to a kind whatever its version', () => {
    expect(resourceOf({ group: 'batch', version: 'v1', plural: 'jobs' })).toBe(resourceOf({ group: 'batch', version: 'v1beta1', plural: 'jobs' }));
  });

  it('says why it could not be kept', async () => {
    const onFault = vi.fn();
    const looks = new Looks({ listLookWrite: () => Promise.reject(new Error('disk full')) }, onFault);
    looks.change(pods, { isWide: true });
    await vi.advanceTimersByTimeAsync(WRITE_MS);
    expect(onFault).toHaveBeenCalledOnce();
    expect(looks.of(pods).isWide).toBe(true);
  });
});
