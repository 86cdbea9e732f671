/** The rail: clusters are moved by the pointer and by keys, kept at its top, and found again where they were put. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { openList } from './page';

type Host = { secateurFake: { world: { settings: { clusterOrder: string[]; keptClusters: string[] } } } };

const rail = (page: Page) => page.getByRole('navigation', { name: 'Clusters' });
const tiles = (page: Page) => rail(page).locator('[data-cluster]');
const names = async (page: Page) => (await tiles(page).evaluateAll((all) => all.map((tile) => (tile as HTMLElement).dataset['cluster'] ?? ''))).map((id) => id.replace(/^c-/, ''));
const kept = (page: Page) => page.evaluate(() => (globalThis as unknown as Host).secateurFake.world.settings);

/** A press on one tile, moves, and a release over another, as a hand does it. */
async function drag(page: Page, from: number, to: number, place: 'upper' | 'lower'): Promise<void> {
  const [start, end] = await Promise.all([tiles(page).nth(from).boundingBox(), tiles(page).nth(to).boundingBox()]);
  if (!start || !end) throw new Error('a tile has no place');
  await page.mouse.move(start.x + 30, start.y + 30);
  await page.mouse.down();
  await page.mouse.move(start.x + 30, start.y + 40);
  await page.mouse.move(end.x + 30, end.y + end.height * (place === 'upper' ? 0.25 : 0.75), { steps: 5 });
}

describe('a tile', () => {
  it('is moved by the pointer, keeps its new place, and is not opened by that', async () => {
    const page = await openList('list');
    const before = await names(page);
    await drag(page, 2, 0, 'upper');
    await rail(page).locator('.drop-before').waitFor();
    await page.mouse.up();
    const expected = [before[2], before[0], before[1], ...before.slice(3)];
    await expect.poll(() => names(page)).toEqual(expected);
    expect((await kept(page)).clusterOrder).toEqual(expected.map((name) => `c-${name ?? ''}`));
    expect(await page.title()).toContain('payments-prod-eu');
    // The numbers follow.
    await page.keyboard.press('Control+1');
    await expect.poll(() => page.title()).toContain('payments-staging-eu');
  });

  it('goes to the end, and back where it was with Esc', async () => {
    const page = await openList('list');
    const before = await names(page);
    await drag(page, 0, before.length - 1, 'lower');
    await rail(page).locator('.drop-after').waitFor();
    await page.keyboard.press('Escape');
    await page.mouse.up();
    expect(await names(page)).toEqual(before);
    await drag(page, 0, before.length - 1, 'lower');
    await page.mouse.up();
    await expect.poll(() => names(page)).toEqual([...before.slice(1), before[0]]);
  });

  it('is opened by a press that hardly moves', async () => {
    const page = await openList('list');
    const box = await tiles(page).nth(2).boundingBox();
    if (!box) throw new Error('no place');
    await page.mouse.move(box.x + 30, box.y + 30);
    await page.mouse.down();
    await page.mouse.move(box.x + 32, box.y + 33);
    await page.mouse.up();
    await expect.poll(() => page.title()).toContain('payments-staging-eu');
  });

  it('is moved by Alt and an arrow, and keeps the focus', async () => {
    const page = await openList('list');
    const before = await names(page);
    await tiles(page).nth(1).getByRole('button').focus();
    await page.keyboard.press('Alt+ArrowUp');
    await expect.poll(() => names(page)).toEqual([before[1], before[0], ...before.slice(2)]);
    await expect.poll(() => page.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-cluster]')?.dataset['cluster'])).toBe(`c-${before[1] ?? ''}`);
    await page.keyboard.press('Alt+ArrowUp');
    expect((await names(page))[0]).toBe(before[1]);
  });

  it('is kept at the top by its menu, over the groups', async () => {
    const page = await openList('fleet');
    const last = tiles(page).last();
    const id = await last.getAttribute('data-cluster');
    await last.scrollIntoViewIfNeeded();
    await last.click({ button: 'right' });
    await page.getByRole('menuitemcheckbox', { name: 'Keep at the top of the rail' }).click();
    await expect.poll(() => tiles(page).first().getAttribute('data-cluster')).toBe(id);
    await rail(page).getByRole('heading', { name: 'Others' }).waitFor();
  });
});
