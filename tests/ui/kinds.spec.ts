/** The kind list: favourites and what was looked at last, counts, and kinds that come and go while it is on screen. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { openList, openPage } from './page';

type Kind = { name: string; kind: { group: string; version: string; plural: string } };
type Host = { secateurFake: { world: { kinds: { kinds: Kind[] }; settings: { favouriteKinds: string[]; recentKinds: string[] }; serve: (cluster: string, change: object) => void } } };

const CLUSTER = 'c-payments-prod-eu';
const pane = (page: Page) => page.getByRole('navigation', { name: 'Kinds' });
const group = (page: Page, title: string) => pane(page).getByRole('list', { name: title, exact: true });
const items = async (page: Page, title: string) => (await group(page, title).getByRole('button').locator('.name').allInnerTexts());
const item = (page: Page, title: string, name: string) => group(page, title).getByRole('button').filter({ has: page.locator('.name', { hasText: new RegExp(`^${name}$`) }) });

/** The cluster serves others now, of those that it did. */
const serve = (page: Page, kept: string[] | null) =>
  page.evaluate(
    ([cluster, names]) => {
      const { world } = (globalThis as unknown as Host).secateurFake;
      const all = ((globalThis as unknown as { all?: Kind[] }).all ??= world.kinds.kinds);
      world.serve(cluster, { kinds: names === null ? all : all.filter(({ name }) => names.includes(name)) });
    },
    [CLUSTER, kept] as const,
  );

describe('favourites', () => {
  it('are chosen by the menu of a kind, and left again by a key', async () => {
    const page = await openList('list');
    expect(await items(page, 'Favourites')).toEqual(['Pods', 'ConfigMaps', 'Namespaces']);
    await item(page, 'Config and storage', 'Secrets').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Add to favourites' }).click();
    await expect.poll(() => items(page, 'Favourites')).toEqual(['Pods', 'ConfigMaps', 'Namespaces', 'Secrets']);
    expect(await items(page, 'Config and storage')).not.toContain('Secrets');
    await item(page, 'Favourites', 'ConfigMaps').focus();
    await page.keyboard.press('*');
    await expect.poll(() => items(page, 'Favourites')).toEqual(['Pods', 'Namespaces', 'Secrets']);
    const kept = await page.evaluate(() => (globalThis as unknown as Host).secateurFake.world.settings.favouriteKinds);
    expect(kept).toEqual(['pods', 'namespaces', 'secrets']);
  });

  it('have a menu by the keyboard, and the focus returns to the kind', async () => {
    const page = await openList('list');
    await item(page, 'Network', 'Ingresses').focus();
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menu', { name: 'Actions for Ingresses' }).waitFor();
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.textContent.trim())).toBe('Ingresses');
  });
});

describe('what was looked at last', () => {
  it('stands under the favourites, and nothing moves under the pointer', async () => {
    const page = await openList('list');
    const jobs = item(page, 'Workloads', 'Jobs');
    await jobs.hover();
    const before = await jobs.boundingBox();
    await page.mouse.down();
    await page.mouse.up();
    await expect.poll(() => page.title()).toContain('Jobs');
    await page.waitForTimeout(100);
    expect(await jobs.boundingBox()).toEqual(before);
    expect(await pane(page).getByRole('heading', { name: 'Recent' }).count()).toBe(0);
    await page.mouse.move(800, 400);
    await expect.poll(() => items(page, 'Recent')).toEqual(['Jobs']);
    await item(page, 'Recent', 'Jobs').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await expect.poll(() => items(page, 'Recent')).toEqual(['KafkaTopics', 'Jobs']);
  });
});

describe('counts', () => {
  it('are of kinds that were looked at, and of no others', async () => {
    const page = await openList('list');
    await expect.poll(() => item(page, 'Favourites', 'Pods').innerText()).toMatch(/^Pods\s+\d/);
    expect(await item(page, 'Favourites', 'ConfigMaps').locator('.kind-count').count()).toBe(0);
    await item(page, 'Favourites', 'ConfigMaps').click();
    await expect.poll(() => item(page, 'Favourites', 'ConfigMaps').innerText()).toMatch(/^ConfigMaps\s+\d/);
  });

  it('that are not allowed say so', async () => {
    const page = await openPage('forbidden');
    const pods = item(page, 'Favourites', 'Pods');
    await expect.poll(() => pods.locator('.kind-count').getAttribute('title')).toContain('may not list pods in all namespaces');
    expect(await pods.innerText()).toContain('may not be counted');
  });
});

describe('kinds that come and go', () => {
  it('are there at once, and one that is on screen stays greyed until it is left', async () => {
    const page = await openList('list');
    await item(page, 'Custom resources', 'KafkaTopics').click();
    await expect.poll(() => page.title()).toContain('KafkaTopics');
    await page.mouse.move(800, 400);
    await serve(page, ['Pod', 'ConfigMap', 'Secret']);
    const gone = item(page, 'Custom resources', 'KafkaTopics');
    await expect.poll(() => gone.getAttribute('title')).toBe('payments-prod-eu no longer serves KafkaTopics');
    expect(await items(page, 'Favourites')).toEqual(['Pods', 'ConfigMaps']);
    await page.getByText('payments-prod-eu no longer serves KafkaTopics.').first().waitFor();
    await page.getByRole('button', { name: 'Show Pods' }).click();
    await expect.poll(() => page.title()).toContain('Pods');
    await expect.poll(() => pane(page).getByRole('heading', { name: 'Custom resources' }).count()).toBe(0);
    await serve(page, null);
    await item(page, 'Custom resources', 'KafkaTopics').waitFor();
  });
});

describe('the search', () => {
  it.each([['all', 'Services'], ['deployments.v1.apps', 'Deployments'], ['KT.kafka.strimzi.io', 'KafkaTopics']])('finds %s as kubectl takes it', async (text, expected) => {
    const page = await openList('list');
    await pane(page).getByPlaceholder('Find a kind').fill(text);
    const names = await pane(page).locator('button.kind .name').allInnerTexts();
    expect(names).toContain(expected);
    expect(names.length).toBe(text === 'all' ? 8 : 1);
  });
});
