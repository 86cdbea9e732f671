import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';

import type { ApiError, WindowRow } from '../../ipc/types';
import { STANDARD_OPTIONS } from '../../shared/options';
import { Place } from '../../shared/place.svelte';
import { pod, pods, scripted, settle } from '../../shared/view/scripted';
import Harness from './Harness.svelte';
import { cluster, idOf } from './scene';

async function settled(): Promise<void> {
  await settle();
  await tick();
  await settle();
  await tick();
}

async function draw(rows: WindowRow[], prepare: (script: ReturnType<typeof scripted>) => void = () => undefined) {
  const script = scripted(rows);
  prepare(script);
  const place = new Place({ ...cluster, namespace: 'shop' });
  const onplan = vi.fn();
  const details = { open: vi.fn(), follow: vi.fn(), reset: vi.fn(), saw: vi.fn(), took: vi.fn() };
  render(Harness, { backend: script.backend, place, clusters: [cluster], details, onplan });
  await settled();
  return { script, place, details, onplan };
}

const bodyRows = () => screen.getAllByRole('row').filter((row) => row.hasAttribute('data-index'));

describe('the grid', () => {
  afterEach(cleanup);

  it('says how many rows there are in all and draws only a pool of them', async () => {
    await draw(pods(100_000));
    const grid = screen.getByRole('grid');
    expect(grid.getAttribute('aria-rowcount')).toBe('100001');
    expect(grid.getAttribute('aria-multiselectable')).toBe('true');
    expect(bodyRows().length).toBeGreaterThan(15);
    expect(bodyRows().length).toBeLessThan(80);
    expect(bodyRows()[0]?.getAttribute('aria-rowindex')).toBe('2');
  });

  it('reads a row as name, namespace, state, then the rest', async () => {
    await draw([pod('a', { cells: ['a', 'Failed', '3m'] })]);
    expect(bodyRows()[0]?.getAttribute('aria-label')).toBe('a, shop, Failed, Age 3m');
  });

  it('keeps the focus on the grid and names the current row', async () => {
    await draw(pods(5));
    const grid = screen.getByRole('grid');
    grid.focus();
    await fireEvent.keyDown(grid, { key: 'ArrowDown' });
    await tick();
    const active = grid.getAttribute('aria-activedescendant') ?? '';
    expect(document.getElementById(active)?.getAttribute('data-index')).toBe('1');
    expect(document.activeElement).toBe(grid);
  });

  it('plans the deletion of the row under the pointer from its menu, which deletes nothing', async () => {
    const { script, onplan } = await draw(pods(5));
    const row = bodyRows()[2];
    if (row === undefined) throw new Error('no row');
    await fireEvent.contextMenu(row);
    await tick();
    script.change([pod('new'), ...pods(5)]);
    await settled();
    await fireEvent.click(screen.getByRole('menuitem', { name: /^Plan deletion…/ }));
    expect(onplan).toHaveBeenCalledExactlyOnceWith(
      { of: { of: 'row', view: 'v1', row: idOf('pod-2') }, options: STANDARD_OPTIONS },
      idOf('pod-2'),
    );
    expect(script.calls.planConfirm).not.toHaveBeenCalled();
  });

  it('strikes through a row that went while the pointer moved over it, and counts the new ones', async () => {
    const { script } = await draw([pod('a'), pod('b')]);
    const row = bodyRows()[0];
    if (row === undefined) throw new Error('no row');
    await fireEvent.pointerMove(row, { clientX: 5, clientY: 5 });
    script.change([pod('b'), pod('c'), pod('d')]);
    await settled();
    expect(bodyRows()[0]?.className).toContain('row-gone');
    expect(bodyRows()[0]?.textContent).toContain('a');
    expect(screen.getByText('2 new')).toBeTruthy();
  });

  it('sorts by a click on a heading and says so', async () => {
    const { script } = await draw(pods(3));
    await fireEvent.click(screen.getByRole('columnheader', { name: 'Age' }));
    await settled();
    expect(script.calls.viewQuery).toHaveBeenCalledWith('v1', expect.objectContaining({ sort: { column: 'age', direction: 'ascending' } }), 40);
    expect(screen.getByRole('columnheader', { name: 'Age' }).getAttribute('aria-sort')).toBe('ascending');
  });

  it('says what the server warns of in one line, the whole of it when asked, until it is closed', async () => {
    const text = `v1 Pod is ${'very '.repeat(100)}old`;
    const { script } = await draw(pods(2), (of) => {
      of.state.warnings = [{ cluster: 'c1', text }, { cluster: 'c1', text: 'and odd\u202e' }];
    });
    const said = () => screen.queryByText(`${cluster.name} warns:`)?.parentElement?.textContent;
    expect(said()).toContain(`${text.slice(0, 256)}…`);
    expect(said()).not.toContain('old');
    await fireEvent.click(screen.getByRole('button', { name: 'Show all' }));
    expect(said()).toContain(`${text}. and odd\\u202e.`);
    script.change(pods(3));
    await settled();
    expect(said()).toContain('and odd');
    await fireEvent.click(screen.getByRole('button', { name: 'Close this message' }));
    expect(said()).toBeUndefined();
    script.change(pods(4));
    await settled();
    expect(said()).toBeUndefined();
  });

  it('says nothing of what the list before it warned of', async () => {
    const { script, place } = await draw(pods(2), (of) => {
      of.state.warnings = [{ cluster: 'c1', text: 'v1 Pod is old' }];
    });
    expect(screen.getByText(/v1 Pod is old/)).toBeTruthy();
    script.state.warnings = [];
    place.chooseScope({ scope: 'all' });
    await settled();
    expect(screen.queryByText(/v1 Pod is old/)).toBeNull();
  });

  it('reads again when its place asks, once, and takes the focus to the row it is asked for', async () => {
    const { script, place } = await draw(pods(5));
    place.refreshAsked += 1;
    await settled();
    expect(script.calls.viewRefresh).toHaveBeenCalledTimes(1);
    place.askFocus(idOf('pod-3'));
    await settled();
    const grid = screen.getByRole('grid');
    expect(document.activeElement).toBe(grid);
    expect(document.getElementById(grid.getAttribute('aria-activedescendant') ?? '')?.getAttribute('data-index')).toBe('3');
    place.chooseScope({ scope: 'all' });
    await settled();
    expect(script.calls.viewRefresh).toHaveBeenCalledTimes(1);
    expect(script.calls.viewOpen).toHaveBeenCalledTimes(2);
  });

  it('takes the focus it was asked to take when its rows come', async () => {
    const { script, place } = await draw(pods(2));
    script.hold();
    place.chooseScope({ scope: 'all' });
    place.askFocus();
    await settled();
    expect(screen.queryByRole('grid')).toBeNull();
    script.change();
    script.windows.at(-1)?.answer();
    await settled();
    expect(document.activeElement).toBe(screen.getByRole('grid'));
  });

  it('shows text of a cluster as text', async () => {
    await draw([pod('<img src=x onerror=alert(1)>\u202eb', { cells: ['<img src=x onerror=alert(1)>\u202eb', '<b>x</b>', '1s'] })]);
    const row = bodyRows()[0];
    expect(row?.querySelector('img, b')).toBeNull();
    expect(row?.textContent).toContain('<img src=x onerror=alert(1)>\\u202eb');
  });

  it('gives stale rows no check to press', async () => {
    const { script } = await draw([pod('a', { state: 'stale' })], ({ state }) => {
      state.liveness = { phase: 'stale', asOf: 0, isPartial: false, error: { code: 'unreachable', message: 'x' } as ApiError };
    });
    const check = bodyRows()[0]?.querySelector('[data-part=check]');
    if (check == null) throw new Error('no check');
    await fireEvent.pointerDown(check, { button: 0 });
    await fireEvent.click(check);
    expect(script.calls.selectionChange).not.toHaveBeenCalled();
    expect(check.getAttribute('title')).toMatch(/not live/);
  });
});

describe('a list without rows', () => {
  afterEach(cleanup);

  it('is never shown as empty where the answer was a refusal', async () => {
    await draw([], ({ state }) => {
      const error: ApiError = {
        code: 'refused',
        message: 'dev may not list pods',
        hint: null,
        cluster: 'c1',
        object: null,
        retryable: false,
        status: 403,
        serverWords: 'pods is forbidden',
        auditId: null,
      };
      state.liveness = { phase: 'failed', error };
    });
    expect(screen.getByRole('heading', { name: /dev may not list Pods in shop, shop-dev/ })).toBeTruthy();
    expect(screen.getByText('pods is forbidden')).toBeTruthy();
    expect(screen.getByLabelText('Find or name a namespace')).toBeTruthy();
    expect(screen.queryByText(/^No Pods/)).toBeNull();
  });

  it('says that there are none once the server said so', async () => {
    await draw([]);
    expect(screen.getByRole('heading', { name: 'No Pods in shop, shop-dev' })).toBeTruthy();
  });

  it('offers all namespaces where one has none', async () => {
    const { place } = await draw([]);
    await fireEvent.click(screen.getByRole('button', { name: 'Look in all namespaces' }));
    expect(place.scope).toEqual({ scope: 'all' });
  });
});
