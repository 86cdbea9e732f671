/** Nothing is lost in small windows or at large text, and nothing leaves the window. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { openList, openPage, press } from './page';
import { enlarge, isWhollyVisible, windows } from './windows';

describe.each(windows)('in a window of %s', (_, width, height, isDoubled) => {
  it('the proof field, Cancel and Delete are visible together', async () => {
    const page = await openList('marked', { width, height });
    if (isDoubled) await enlarge(page);
    await press(page, 'button:has-text("Plan deletion")');
    const sheet = page.getByRole('alertdialog');
    const parts = [sheet.getByRole('textbox'), sheet.getByRole('button', { name: 'Cancel' }), sheet.getByRole('button', { name: /^Delete 7/ })];
    await parts[0]?.waitFor();
    await expect.poll(() => Promise.all(parts.map((part) => isWhollyVisible(page, part)))).toEqual([true, true, true]);
  });

  it('the session panel’s action can be reached', async () => {
    const page = await openPage('signedOut', { width, height });
    if (isDoubled) await enlarge(page);
    const action = page.getByRole('region', { name: 'Sign in to payments-prod-us' }).getByRole('button', { name: 'Sign in', exact: true });
    await action.scrollIntoViewIfNeeded();
    expect(await isWhollyVisible(page, action)).toBe(true);
  });

  it('the plan button of the tray is whole', async () => {
    const page = await openList('marked', { width, height });
    if (isDoubled) await enlarge(page);
    expect(await isWhollyVisible(page, page.locator('button.button-plan').first())).toBe(true);
  });

  it('the page itself does not scroll', async () => {
    const page = await openList('marked', { width, height });
    if (isDoubled) await enlarge(page);
    const overflow = await page.evaluate(() => [document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight]);
    expect(overflow.every((pixels) => pixels <= 0)).toBe(true);
  });
});

describe('the window’s widths', () => {
  const width = (page: Page, selector: string) => page.locator(selector).first().evaluate((element) => Math.round(element.getBoundingClientRect().width));

  it('rail 80 and kinds 212 from 1280', async () => {
    const page = await openList('list', { width: 1280 });
    expect([await width(page, '[data-region="rail"]'), await width(page, '[data-region="kinds"]')]).toEqual([80, 212]);
  });

  it('kinds 240 from 1920', async () => {
    const page = await openList('list', { width: 1920, height: 1080 });
    expect(await width(page, '[data-region="kinds"]')).toBe(240);
  });

  it('kinds become a menu on the title below 1280', async () => {
    const page = await openList('list', { width: 1279 });
    expect(await page.locator('nav[aria-label="Kinds"]').count()).toBe(0);
    await press(page, 'h1 button:has-text("Pods")');
    await page.getByRole('navigation', { name: 'Kinds' }).getByRole('button', { name: 'ConfigMaps' }).click();
    await expect.poll(() => page.title()).toBe('ConfigMaps · payments-prod-eu (production) · Secateur');
  });

  it('the rail is 48 wide without names below 960, and shows a name on focus', async () => {
    const page = await openList('list', { width: 959 });
    expect(await width(page, '[data-region="rail"]')).toBe(48);
    await page.locator('nav[aria-label="Clusters"] button[aria-current]').focus();
    await page.keyboard.press('ArrowDown');
    await page.locator('.tip', { hasText: 'payments-prod-us' }).waitFor();
  });

  it('the rail is behind a button below 600', async () => {
    const page = await openList('list', { width: 599 });
    expect(await page.locator('nav[aria-label="Clusters"]').count()).toBe(0);
    await press(page, 'button[aria-label="Clusters"]');
    await page.getByRole('button', { name: /^ci-runners-dev/ }).click();
    await expect.poll(() => page.title()).toContain('ci-runners-dev');
    expect(await page.locator('nav[aria-label="Clusters"]').count()).toBe(0);
  });

  it('the status bar goes below a height of 450, and the live state moves to the title', async () => {
    const page = await openList('list', { width: 960, height: 449 });
    expect(await page.getByRole('contentinfo').count()).toBe(0);
    await page.locator('main').getByText('Live', { exact: true }).waitFor();
  });
});
