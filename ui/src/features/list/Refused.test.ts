// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';

import type { ApiError, NamespaceScope } from '../../ipc/types';
import { pods } from '../../shared/place.svelte';
import Refused from './Refused.svelte';
import { cluster } from './scene';

const error: ApiError = { code: 'refused', message: 'no', hint: null, cluster: null, object: null, retryable: false, status: 403, serverWords: null, auditId: null };
const names = ['alpha', 'beta', 'gamma'];

function draw(namespacesListable: () => Promise<string[]>, scope: NamespaceScope = { scope: 'all' }) {
  const asked = vi.fn(namespacesListable);
  render(Refused, { error, cluster, kind: pods, scope, namespaces: { names, refused: null }, backend: { namespacesListable: asked }, onscope: vi.fn(), onretry: vi.fn() });
  return asked;
}

describe('a list that is refused in all namespaces', () => {
  afterEach(cleanup);

  it('offers those where it is not', async () => {
    const asked = draw(() => Promise.resolve(['beta']));
    expect(screen.getByText('Asking which of 3 namespaces can be listed.')).toBeTruthy();
    expect(await screen.findByText('1 of 3 namespaces can be listed.')).toBeTruthy();
    expect(screen.getByText('beta')).toBeTruthy();
    expect(screen.queryByText('alpha')).toBeNull();
    expect(asked).toHaveBeenCalledWith(cluster.id, pods.kind);
  });

  it('offers all of them where the server names none, for its word is a hint', async () => {
    draw(() => Promise.resolve([]));
    expect(await screen.findByText(/^None of 3 namespaces can be listed/)).toBeTruthy();
    for (const name of names) expect(screen.getByText(name)).toBeTruthy();
  });

  it('offers all of them where it cannot be asked', async () => {
    draw(() => Promise.reject(new Error('busy')));
    expect(await screen.findByText('3 namespaces are known. Choose the ones to show.')).toBeTruthy();
    for (const name of names) expect(screen.getByText(name)).toBeTruthy();
  });

  it('asks nothing where one namespace was refused', () => {
    expect(draw(() => Promise.resolve([]), { scope: 'only', names: ['alpha'] })).not.toHaveBeenCalled();
  });
});
