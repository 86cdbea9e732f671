/** What rows and lists say of themselves: changed, awaited, terminating for too long, partial, all marked. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { openList, openPage, press } from './page';

type Fake = { world: { objects: (cluster: string, kind: unknown) => object[]; change: (object: object, change: object) => void; readRest: () => void; marks: Map<string, unknown> } };
type Host = { secateurFake: Fake };

const rows = (page: Page) => page.locator('[role="grid"] [role="row"][aria-selected]');
const fresh = (page: Page) => page.locator('.cell-fresh, .cell-fresh-again').allInnerTexts();

describe('a row', () => {
  it('tints the cell that changed and nothing else of it', async () => {
    const page = await openList('list');
    await page.evaluate(() => {
      const { world } = (globalThis as unknown as Host).secateurFake;
      const pods = world.objects('c-payments-prod-eu', { group: '', version: 'v1', plural: 'pods' }) as { name: string; cells: Record<string, string> }[];
      const pod = pods.find(({ name }) => name === 'checkout-redis-0');
      if (pod) world.change(pod, { cells: { ...pod.cells, status: 'Failed', restarts: '1 (2s ago)' } });
    });
    await expect.poll(() => fresh(page)).toEqual(['Failed', '1 (2s ago)']);
  });

  it('says for how long it is terminating once its grace is over', async () => {
    const page = await openList('list');
    const going = rows(page).filter({ hasText: 'checkout-api-5bb7d49f6c-tz6kn' });
    expect(await going.innerText()).toContain('Terminating 14 min');
    expect(await going.getAttribute('aria-label')).toContain('Terminating 14 min');
  });

  it('can be seen and not be marked while its UID is still being read, and says so', async () => {
    const page = await openList('awaited');
    await press(page, 'main button:has-text("Namespaces")');
    await page.getByRole('dialog').getByRole('button', { name: /^All namespaces/ }).click();
    await page.locator('[role="grid"]').focus();
    await page.keyboard.press('End');
    const last = rows(page).filter({ hasText: 'worker-048149' });
    await last.waitFor();
    await last.locator('[data-part="check"]').click();
    expect(await last.getAttribute('aria-selected')).toBe('false');
    expect(await last.locator('[data-part="check"]').getAttribute('title')).toBe('its UID is still being read');
  });
});

describe('marking all that match', () => {
  async function openAwaited(): Promise<Page> {
    const page = await openList('awaited');
    await press(page, 'main button:has-text("Namespaces")');
    await page.getByRole('dialog').getByRole('button', { name: /^All namespaces/ }).click();
    await expect.poll(() => page.locator('main .count').innerText()).toBe('48,312');
    await page.getByRole('checkbox', { name: 'Mark all that match' }).click();
    await page.getByText('Marking 48,312:').waitFor();
    return page;
  }

  it('says how far it is, and then that all are marked', async () => {
    const page = await openAwaited();
    await page.getByText('250 read.').waitFor();
    await page.evaluate(() => (globalThis as unknown as Host).secateurFake.world.readRest());
    await page.getByText('All 48,312 that match are marked').waitFor();
    expect(await page.getByText('Marking 48,312:').count()).toBe(0);
    await page.getByRole('region', { name: 'Marked objects' }).getByText('48,312 marked').waitFor();
  });

  it('stops where the person stops it, and nothing is marked then', async () => {
    const page = await openAwaited();
    await page.getByRole('button', { name: 'Stop' }).click();
    await expect.poll(() => page.getByText('Marking 48,312:').count()).toBe(0);
    await page.evaluate(() => (globalThis as unknown as Host).secateurFake.world.readRest());
    await expect.poll(() => page.evaluate(() => (globalThis as unknown as Host).secateurFake.world.marks.size)).toBe(0);
  });
});

it('a list that is still being read says how much of it is here, and from where the rest comes', async () => {
  const page = await openPage('partial');
  await expect.poll(() => page.locator('main .count').innerText()).toBe('12,400 of about 48,000. Still reading payments-prod-eu');
});
