/** Everything that the window itself answers to can be reached without a pointer. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { openList, openPage, press } from './page';

/** The accessible name of what has the focus, as the browser computes it. */
async function focusedName(page: Page): Promise<string> {
  const focused = page.locator(':focus');
  if ((await focused.count()) === 0) return '';
  return /"(.*)"/.exec(await focused.ariaSnapshot())?.[1] ?? '';
}

async function until<T>(page: Page, read: (page: Page) => Promise<T>, expected: T): Promise<void> {
  await expect.poll(() => read(page)).toEqual(expected);
}

describe('the cluster rail', () => {
  const tabStops = (page: Page) => page.locator('nav[aria-label="Clusters"] li button[tabindex="0"]').count();

  it('is one tab stop, and the arrows move inside', async () => {
    const page = await openList('list');
    expect(await tabStops(page)).toBe(1);
    await page.locator('nav[aria-label="Clusters"] li button[tabindex="0"]').focus();
    await page.keyboard.press('ArrowDown');
    await until(page, focusedName, 'payments-prod-us, production, needs sign-in, Ctrl 2');
    await page.keyboard.press('End');
    await until(page, focusedName, 'kind-scratch, unknown tier, never opened, Ctrl 7');
    expect(await tabStops(page)).toBe(1);
  });

  it('opens a cluster with Ctrl and its number, and marks it as the open one', async () => {
    const page = await openList('list');
    await page.keyboard.press('Control+4');
    await until(page, (at) => at.title(), 'Pods · ci-runners-dev (development) · Secateur');
    await until(page, (at) => at.locator('nav[aria-label="Clusters"] [aria-current="true"]').ariaSnapshot().then((said) => said.includes('"ci-runners-dev, development, Ctrl 4"')), true);
  });

  it('shows the numbers while Ctrl is held, and not after', async () => {
    const page = await openList('list');
    const first = page.locator('nav[aria-label="Clusters"] li button').first();
    await page.keyboard.down('Control');
    const letters = () => first.locator('.square').getAttribute('data-letters');
    await until(page, letters, '1');
    await page.keyboard.up('Control');
    await until(page, letters, 'PE');
  });
});

describe('the kind list', () => {
  it('opens a kind by its short name from the search, with the focus in the list', async () => {
    const page = await openList('list');
    await page.getByRole('textbox', { name: 'Find a kind' }).fill('cm');
    await page.keyboard.press('Enter');
    await until(page, (at) => at.title(), 'ConfigMaps · payments-prod-eu (production) · Secateur');
    await until(page, (at) => at.evaluate(() => document.activeElement?.getAttribute('role') ?? ''), 'grid');
  });

  it('is left with Esc only after the search is empty', async () => {
    const page = await openList('list');
    const search = page.getByRole('textbox', { name: 'Find a kind' });
    await search.fill('secret');
    await page.keyboard.press('Escape');
    await until(page, () => search.inputValue(), '');
  });

  it('moves with the arrows and chooses with Enter', async () => {
    const page = await openList('list');
    await page.locator('nav[aria-label="Kinds"] button[aria-current="true"]').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await until(page, (at) => at.locator('nav[aria-label="Kinds"] [aria-current="true"] .name').innerText(), 'ConfigMaps');
  });
});

describe('F6', () => {
  it('goes through the parts of the window and round', async () => {
    const page = await openList('marked');
    const region = (at: Page) => at.evaluate(() => document.activeElement?.closest('[data-region]')?.getAttribute('data-region') ?? '');
    const seen: string[] = [];
    for (let step = 0; step < 4; step += 1) {
      await page.keyboard.press('F6');
      seen.push(await region(page));
    }
    expect(seen).toEqual(['rail', 'kinds', 'list', 'tray']);
    await page.keyboard.press('Shift+F6');
    expect(await region(page)).toBe('list');
  });
});

describe('what lies over the window', () => {
  it('closes with Esc: the keyboard table', async () => {
    const page = await openList('list');
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await until(page, (at) => at.getByRole('dialog').count(), 0);
  });

  it('keeps keys from the window behind it: a delete sheet', async () => {
    const page = await openList('marked');
    await press(page, 'button:has-text("Plan deletion")');
    await page.getByRole('alertdialog').waitFor();
    await page.keyboard.press('Control+4');
    await page.keyboard.press('Escape');
    await until(page, (at) => at.getByRole('alertdialog').count(), 0);
    expect(await page.title()).toContain('payments-prod-eu');
  });

  it('returns to the tray’s button after Cancel', async () => {
    const page = await openList('marked');
    await press(page, 'button:has-text("Plan deletion")');
    await page.getByRole('alertdialog').waitFor();
    await page.keyboard.press('Escape');
    await until(page, (at) => focusedName(at).then((name) => name.startsWith('Plan deletion')), true);
  });
});

describe('text size', () => {
  it('grows, shrinks and goes back with the keys, and is kept', async () => {
    const page = await openPage('list');
    const size = (at: Page) => at.evaluate(() => getComputedStyle(document.documentElement).fontSize);
    await page.keyboard.press('Control+=');
    await until(page, size, '17.6px');
    await page.keyboard.press('Control+-');
    await page.keyboard.press('Control+-');
    await until(page, size, '14.4px');
    const kept = () => page.evaluate(() => (globalThis as unknown as { secateurFake: { world: { settings: { textSize: number } } } }).secateurFake.world.settings.textSize);
    expect(await kept()).toBe(90);
    await page.keyboard.press('Control+0');
    await until(page, size, '16px');
  });
});
