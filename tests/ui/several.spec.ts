/** One list over several clusters: each with its own state, and every row with its own cluster. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { openList, press } from './page';
import type { Look } from './page';

type Host = { secateurFake: { logOut: (id: string) => void; world: { canSignIn: boolean } } };

const rows = (page: Page) => page.locator('[role="grid"] [role="row"][aria-selected]');
const strip = (page: Page) => page.getByRole('list', { name: 'Clusters of this list' });
const parts = (page: Page) => strip(page).getByRole('listitem').allInnerTexts().then((all) => all.map((text) => text.replace(/\s+/g, ' ').replaceAll(' ,', ',').trim()));

async function all(page: Page): Promise<void> {
  await press(page, 'main button:has-text("Namespaces")');
  await page.getByRole('dialog').getByRole('button', { name: /^All namespaces/ }).click();
}

async function add(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^${name},`) }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Add to this list' }).click();
}

async function openSeveral(look: Look = {}): Promise<Page> {
  const page = await openList('list', look);
  await all(page);
  await add(page, 'payments-staging-eu');
  await add(page, 'payments-prod-us');
  await expect.poll(() => strip(page).getByRole('listitem').count()).toBe(3);
  return page;
}

describe('a list of several clusters', () => {
  it('is made from the menu of a tile, and says so in the title and over the rows', async () => {
    const page = await openSeveral();
    await expect.poll(() => page.title()).toBe('Pods · 3 clusters · Secateur');
    expect(await page.locator('.several').innerText()).toBe('3 clusters');
    await expect.poll(() => parts(page)).toEqual([
      expect.stringMatching(/^payments-prod-eu, production 21 live$/),
      expect.stringMatching(/^payments-staging-eu, staging 21 live$/),
      expect.stringMatching(/^payments-prod-us, production read-only as of \d\d:\d\d:\d\d Sign in$/),
    ]);
    expect(await page.locator('[data-head]').first().innerText()).toBe('Cluster');
    await expect.poll(() => page.locator('main .count').innerText()).toBe('63');
    // Where most can be lost decides the edge.
    expect(await page.locator('.edge-production').count()).toBe(1);
  });

  it('keeps rows of a cluster that is not live from being marked, and others not', async () => {
    const page = await openSeveral();
    await page.getByRole('combobox', { name: 'Filter this list' }).fill('ledger-worker');
    await expect.poll(() => rows(page).count()).toBe(3);
    const stale = page.locator('.row-stale');
    await expect.poll(() => stale.count()).toBe(1);
    expect(await stale.innerText()).toContain('payments-prod-us');
    await page.getByRole('checkbox', { name: 'Mark all that match' }).click();
    await page.getByRole('region', { name: 'Marked objects' }).getByText('2 marked').waitFor();
    const chips = await page.locator('.tray .chip').allInnerTexts();
    expect(chips.sort()).toEqual(['payments-prod-eu', 'payments-staging-eu']);
  });

  it('plans and tells of the row’s own cluster', async () => {
    const page = await openSeveral();
    await page.getByRole('combobox', { name: 'Filter this list' }).fill('ledger-worker');
    await expect.poll(() => rows(page).count()).toBe(3);
    const staging = rows(page).filter({ hasText: 'payments-staging-eu' });
    await staging.dblclick();
    const details = page.getByRole('complementary', { name: 'Details' });
    await details.getByText('payments-staging-eu').waitFor();
    expect(await details.locator('.band').first().innerText()).toContain('staging');
    await details.getByRole('button', { name: 'Plan deletion…' }).click();
    const sheet = page.getByRole('alertdialog');
    await sheet.getByText('payments-staging-eu').first().waitFor();
    expect(await sheet.innerText()).not.toContain('payments-prod-eu');
  });

  it('signs in to one of them from the strip, without leaving the list', async () => {
    const page = await openSeveral();
    await page.evaluate(() => ((globalThis as unknown as Host).secateurFake.world.canSignIn = true));
    await page.getByRole('button', { name: 'Sign in: payments-prod-us' }).click();
    await expect.poll(() => parts(page).then((all) => all[2])).toMatch(/21 live$/);
    await expect.poll(() => page.locator('.row-stale').count()).toBe(0);
    expect(await page.title()).toContain('3 clusters');
  });

  it('says as of when the rows of a session that ended are, and leaves the others alone', async () => {
    const page = await openSeveral();
    await page.evaluate(() => (globalThis as unknown as Host).secateurFake.logOut('c-payments-prod-eu'));
    await expect.poll(() => parts(page).then((all) => all[0])).toMatch(/as of \d\d:\d\d:\d\d Sign in$/);
    await expect.poll(() => parts(page).then((all) => all[1])).toMatch(/21 live$/);
    expect(await page.getByRole('region', { name: /^Sign in to/ }).count()).toBe(0);
  });

  it('lets a cluster go, and is there again after another cluster was looked at', async () => {
    const page = await openSeveral();
    await page.getByRole('button', { name: /^ci-runners-dev,/ }).click();
    await expect.poll(() => page.title()).toBe('Pods · ci-runners-dev (development) · Secateur');
    await page.getByRole('button', { name: /^payments-prod-eu,/ }).click();
    await expect.poll(() => page.title()).toBe('Pods · 3 clusters · Secateur');
    await page.getByRole('button', { name: 'Take payments-prod-us out of this list' }).click();
    await page.getByRole('button', { name: 'Take payments-staging-eu out of this list' }).click();
    await expect.poll(() => page.title()).toBe('Pods · payments-prod-eu (production) · Secateur');
    expect(await strip(page).count()).toBe(0);
  });

  it('says which cluster does not serve the kind', async () => {
    const page = await openSeveral();
    await add(page, 'ci-runners-dev');
    await page.getByRole('button', { name: 'Applications', exact: true }).click();
    await expect.poll(() => parts(page).then((all) => all[3])).toBe('ci-runners-dev, development serves no Applications Show');
    await page.getByRole('button', { name: 'Show: ci-runners-dev' }).click();
    await page.getByRole('dialog').getByText('serves no applications of argoproj.io').waitFor();
  });

  it('is added to by the button in the title, by keyboard', async () => {
    const page = await openList('list');
    await page.getByRole('button', { name: 'Add clusters to this list' }).click();
    await page.keyboard.type('kind');
    await page.keyboard.press('Enter');
    await expect.poll(() => strip(page).getByRole('listitem').count()).toBe(2);
    await page.keyboard.press('Enter');
    await expect.poll(() => strip(page).count()).toBe(0);
  });
});
