/** The settings: clusters and what is chosen for them, how long things are kept, and the rest of the window's own. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { openList, openPage, press, type Look } from './page';

type Care = { tier: string; isTierAsked: boolean; readOnly: boolean | null; color: number | null; letters: string | null; group: string | null };
type World = { clusters: { name: string; care: Care }[]; settings: Record<string, unknown> };

async function world(page: Page): Promise<World> {
  return page.evaluate(() => {
    const { world: { clusters, settings } } = (globalThis as unknown as { secateurFake: { world: World } }).secateurFake;
    return { clusters: clusters.map(({ name, care }) => ({ name, care })), settings };
  });
}

async function careOf(page: Page, name: string): Promise<Care | undefined> {
  return (await world(page)).clusters.find((cluster) => cluster.name === name)?.care;
}

async function openSettings(scenario: string, look: Look = {}): Promise<Page> {
  const page = await openList(scenario, look);
  await page.keyboard.press('Control+,');
  await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
  return page;
}

const row = (page: Page, name: string) => page.locator('[role="grid"] [role="row"][aria-selected]', { hasText: name }).first();

async function show(page: Page, name: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Find a cluster' }).fill(name);
  await row(page, name).click();
  await page.getByRole('complementary', { name: `Settings of ${name}` }).waitFor();
}

describe('the settings', () => {
  it('open with Ctrl , and Esc leads back to the list, as it was', async () => {
    const page = await openSettings('list');
    expect(await page.title()).toBe('Settings · Secateur');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.title()).toBe('Pods · payments-prod-eu (production) · Secateur');
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('grid');
  });

  it('have the focus on their tabs, which the arrows choose, and remember the tab', async () => {
    const page = await openSettings('list');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.getByRole('group', { name: 'Text size' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+,');
    await page.getByRole('group', { name: 'Text size' }).waitFor();
    await expect.poll(() => page.locator(':focus').innerText()).toBe('Appearance');
  });

  it('are left for a cluster by its tile', async () => {
    const page = await openSettings('list');
    await page.getByRole('button', { name: /^ci-runners-dev/ }).click();
    await expect.poll(() => page.title()).toContain('ci-runners-dev (development)');
  });

  it('keep a theme', async () => {
    const page = await openSettings('list');
    await page.getByRole('tab', { name: 'Appearance' }).click();
    await page.getByText('Dark', { exact: true }).click();
    await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('dark');
  });

  it('list the keys of the list, too', async () => {
    const page = await openSettings('list');
    await page.getByRole('tab', { name: 'Keyboard' }).click();
    await page.getByRole('tabpanel').getByText('move the current row').waitFor();
  });
});

describe('the table of clusters', () => {
  it('draws the rows on screen of 312, and reaches the last with End', async () => {
    const page = await openSettings('fleet');
    const grid = page.getByRole('grid', { name: 'Clusters' });
    expect(await grid.getAttribute('aria-rowcount')).toBe('313');
    const drawn = () => page.locator('[role="grid"] [role="row"][aria-selected]').count();
    expect(await drawn()).toBeLessThan(60);
    await grid.focus();
    await page.keyboard.press('End');
    await row(page, 'tenants-stag').waitFor();
    await expect.poll(() => page.locator('[role="row"][aria-rowindex="313"]').count()).toBe(1);
    expect(await drawn()).toBeLessThan(60);
  });

  it('finds by text and filters by tier and group, and clears them', async () => {
    const page = await openSettings('fleet');
    await page.getByRole('button', { name: 'Tier Any' }).click();
    await page.getByRole('menuitemradio', { name: 'staging' }).click();
    await page.getByRole('button', { name: 'Group Any' }).click();
    await page.getByRole('menuitemradio', { name: 'payments' }).click();
    const grid = page.getByRole('grid', { name: 'Clusters' });
    await expect.poll(() => grid.getAttribute('aria-rowcount')).toBe('2');
    await page.getByRole('textbox', { name: 'Find a cluster' }).fill('nothing like it');
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await expect.poll(() => grid.getAttribute('aria-rowcount')).toBe('313');
  });

  it('sorts by a heading, and the other way round again', async () => {
    const page = await openSettings('list');
    const first = () => page.locator('[role="row"][aria-rowindex="2"]').innerText();
    await page.getByRole('button', { name: 'Cluster', exact: true }).click();
    await expect.poll(first).toContain('payments-staging-eu');
    expect(await page.locator('[role="columnheader"][aria-sort="descending"]').innerText()).toBe('Cluster');
  });

  it('gives several a tier together, and says which were never opened', async () => {
    const page = await openSettings('list');
    await page.getByRole('grid', { name: 'Clusters' }).focus();
    await page.keyboard.press('Space');
    for (const name of ['ml-platform-dev', 'kind-scratch']) await row(page, name).locator('[data-check]').click();
    const bulk = page.getByRole('region', { name: 'Checked clusters' });
    await bulk.getByText('3 checked').waitFor();
    await bulk.getByRole('button', { name: 'staging' }).click();
    await expect.poll(() => careOf(page, 'ci-runners-dev').then((care) => care?.tier)).toBe('staging');
    await expect.poll(() => careOf(page, 'ml-platform-dev').then((care) => care?.tier)).toBe('staging');
    expect((await careOf(page, 'kind-scratch'))?.tier).toBe('unknown');
    await bulk.getByText('1 cluster not changed: never opened').waitFor();
  });
});

describe('the panel of a cluster', () => {
  it('changes tier, read-only, letters, colour and group by what a person does', async () => {
    const page = await openSettings('fleet');
    await show(page, 'payments-staging-eu');
    const panel = page.getByRole('complementary', { name: 'Settings of payments-staging-eu' });
    await panel.getByRole('radio', { name: 'development', exact: true }).check({ force: true });
    await panel.getByRole('switch', { name: 'Read-only' }).click();
    await panel.getByRole('radio', { name: 'violet' }).check({ force: true });
    await panel.getByRole('textbox', { name: 'Letters in the rail' }).fill('S1');
    await page.keyboard.press('Enter');
    const group = panel.getByRole('combobox', { name: 'Group in the rail' });
    await group.fill('load tests');
    await page.keyboard.press('Enter');
    await expect.poll(() => careOf(page, 'payments-staging-eu')).toEqual({
      tier: 'development', isTierAsked: true, readOnly: true, color: 6, letters: 'S1', group: 'load tests',
    });
    await page.getByRole('heading', { name: 'load tests' }).waitFor();
    // What the tier says anyway is not kept as a choice.
    await panel.getByRole('switch', { name: 'Read-only' }).click();
    await expect.poll(() => careOf(page, 'payments-staging-eu').then((care) => care?.readOnly)).toBeNull();
  });

  it('offers the groups there are, by keyboard', async () => {
    const page = await openSettings('fleet');
    await show(page, 'payments-staging-eu');
    const group = page.getByRole('combobox', { name: 'Group in the rail' });
    await group.fill('bui');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => careOf(page, 'payments-staging-eu').then((care) => care?.group)).toBe('build');
    await page.getByRole('button', { name: 'No group' }).click();
    await expect.poll(() => careOf(page, 'payments-staging-eu').then((care) => care?.group)).toBeNull();
  });

  it('says in place why letters cannot be, and keeps what was typed', async () => {
    const page = await openSettings('fleet');
    await show(page, 'payments-staging-eu');
    const letters = page.getByRole('textbox', { name: 'Letters in the rail' });
    await letters.fill('ABC');
    await page.keyboard.press('Enter');
    await page.getByText('Two at most.').waitFor();
    expect(await letters.inputValue()).toBe('ABC');
    expect((await careOf(page, 'payments-staging-eu'))?.letters).toBeNull();
  });

  it('says in place why a choice was not kept', async () => {
    const page = await openSettings('list');
    await show(page, 'ci-runners-dev');
    await page.evaluate(() => {
      const fake = (globalThis as unknown as { secateurFake: Record<string, unknown> }).secateurFake;
      fake['clusterCare'] = () => Promise.reject(Object.assign(new Error('disk full'), { code: 'storageFailed' }));
    });
    await page.locator('label', { hasText: 'production' }).click();
    await page.getByText(/^Not changed\. .*disk full\.$/).waitFor();
    await expect.poll(() => page.getByRole('radio', { name: 'development', exact: true }).isChecked()).toBe(true);
  });

  it('of a cluster that was never opened waits for it to be opened, which it offers', async () => {
    const page = await openSettings('list');
    await show(page, 'kind-scratch');
    const tier = page.getByRole('radio', { name: 'staging' });
    expect(await tier.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Open it now' }).click();
    await expect.poll(() => tier.isDisabled()).toBe(false);
    await tier.check({ force: true });
    await expect.poll(() => careOf(page, 'kind-scratch').then((care) => care?.tier)).toBe('staging');
  });

  it('closes with Esc, which gives the focus to the table, and only then the settings', async () => {
    const page = await openSettings('list');
    await show(page, 'ci-runners-dev');
    await page.getByRole('switch', { name: 'Read-only' }).focus();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('complementary').count()).toBe(0);
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('grid');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.title()).toContain('payments-prod-eu');
  });
});

describe('trash and receipts', () => {
  const openTab = async (): Promise<Page> => {
    const page = await openPage('bulk');
    await page.locator('[role="grid"]').or(page.getByText('No Pods')).first().waitFor();
    await page.keyboard.press('Control+,');
    await page.getByRole('tab', { name: 'Trash and receipts' }).click();
    await page.getByText('Size on disk').waitFor();
    return page;
  };

  it('keep a number, and say in place which cannot be', async () => {
    const page = await openTab();
    const days = page.getByRole('textbox', { name: 'Keep copies for' });
    await days.fill('45');
    await page.keyboard.press('Enter');
    await expect.poll(() => world(page).then(({ settings }) => settings['trashDays'])).toBe(45);
    await days.fill('0');
    await page.keyboard.press('Tab');
    await page.getByText('It can be from 1 to 3,650 days.').waitFor();
    expect(await days.inputValue()).toBe('0');
    expect((await world(page)).settings['trashDays']).toBe(45);
  });

  it('empty the trash only after saying how much is lost, with the focus on Cancel', async () => {
    const page = await openTab();
    await press(page, 'button:has-text("Empty the trash…")');
    const sheet = page.getByRole('alertdialog', { name: 'Empty the trash?' });
    await sheet.getByText(/^\d+ copies of deleted objects, .* are lost for good\.$/).waitFor();
    await expect.poll(() => page.locator(':focus').innerText()).toBe('Cancel');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator(':focus').innerText()).toBe('Empty the trash…');
    await press(page, 'button:has-text("Empty the trash…")');
    await sheet.getByRole('button', { name: 'Empty the trash' }).click();
    await expect.poll(() => sheet.count()).toBe(0);
    await expect.poll(() => page.locator('dl').first().innerText()).toMatch(/Copies\s+0\s/);
    expect(await page.getByRole('button', { name: 'Empty the trash…' }).isDisabled()).toBe(true);
  });
});
