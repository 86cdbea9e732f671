/** A cluster that comes and goes under an open list. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';

import { openList } from './page';

type Fake = { world: { setCluster: (id: string, change: object) => void } };
const set = (page: Page, state: 'unreachable' | 'signedIn') =>
  page.evaluate((to) => {
    const { world } = (globalThis as unknown as { secateurFake: Fake }).secateurFake;
    world.setCluster('c-payments-prod-eu', { state: to, since: Date.now() / 1000, problem: to === 'signedIn' ? null : 'no answer within 10 s' });
  }, state);

const rows = (page: Page) => page.locator('[role="grid"] [role="row"][aria-selected]');

it('fault_10: ten flaps in a minute are one banner, and move neither rows nor marks nor the scroll position', async () => {
  const page = await openList('many', { height: 700 });
  await rows(page).nth(3).locator('[data-part="check"]').click();
  await expect.poll(() => rows(page).nth(3).getAttribute('aria-selected')).toBe('true');
  const grid = page.locator('[role="grid"]');
  await grid.focus();
  for (let step = 0; step < 40; step += 1) await page.keyboard.press('ArrowDown');
  const seen = () =>
    page.evaluate(() => {
      const scroller = document.querySelector('[role="grid"]');
      const current = document.querySelector('.row-current');
      const box = current?.getBoundingClientRect();
      return { current: current?.getAttribute('aria-rowindex'), top: box?.top, scroll: scroller?.scrollTop ?? scroller?.parentElement?.scrollTop };
    });
  const banners = page.locator('.banner');
  const before = await banners.count();
  // The first break has its panel, as any other.
  await set(page, 'unreachable');
  await page.getByRole('heading', { name: /does not answer/ }).waitFor();
  await set(page, 'signedIn');
  await expect.poll(() => banners.count()).toBe(before);
  await set(page, 'unreachable');
  const banner = banners.filter({ hasText: 'payments-prod-eu comes and goes.' });
  await banner.waitFor();
  const during = await seen();
  for (let flap = 2; flap < 10; flap += 1) {
    await set(page, 'signedIn');
    await banner.getByText('It answers now.').waitFor();
    expect([await banners.count(), await seen()]).toEqual([before + 1, during]);
    await set(page, 'unreachable');
    await banner.getByText('cannot be marked or deleted').waitFor();
    expect([await banners.count(), await seen()]).toEqual([before + 1, during]);
    expect(await page.getByRole('heading', { name: /does not answer/ }).count()).toBe(0);
  }
  await set(page, 'signedIn');
  await page.getByRole('region', { name: 'Marked objects' }).getByText('1 marked').waitFor();
  expect(during.current).toBe('45');
});
