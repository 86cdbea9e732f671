/** Columns: their menu, which are shown, how wide they are, and that all of it is remembered. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { openList, press } from './page';

const heads = (page: Page) => page.locator('[data-head] .title').allInnerTexts();
const head = (page: Page, name: string) => page.getByRole('columnheader', { name, exact: true });
const width = (page: Page, name: string) => head(page, name).evaluate((element) => Math.round(element.getBoundingClientRect().width));
type Kept = { secateurFake: { world: { settings: { looks: Record<string, unknown> } } } };
const kept = (page: Page) => page.evaluate(() => (globalThis as unknown as Kept).secateurFake.world.settings.looks);

describe('the menu of a column head', () => {
  it('opens by the right button, hides, and shows again', async () => {
    const page = await openList('list');
    await head(page, 'Node').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Hide this column' }).click();
    await expect.poll(() => heads(page)).toEqual(['Name', 'Ready', 'Status', 'Restarts', 'Age']);
    await head(page, 'Age').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Show' }).hover();
    await page.getByRole('menu', { name: 'Show' }).getByRole('menuitem', { name: 'Node', exact: true }).click();
    await expect.poll(() => heads(page)).toContain('Node');
  });

  it('opens by the keyboard, and gives the focus back to the head', async () => {
    const page = await openList('list');
    await head(page, 'Name').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menu', { name: 'Column Ready' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Ready');
    await page.keyboard.press('Enter');
    await expect.poll(() => head(page, 'Ready').getAttribute('aria-sort')).toBe('ascending');
    await page.keyboard.press('ArrowDown');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('grid');
  });

  it('has a button that a pointer finds, which moves nothing', async () => {
    const page = await openList('list');
    const before = await width(page, 'Status');
    await head(page, 'Status').hover();
    await head(page, 'Status').locator('.menu').click();
    await page.getByRole('menu', { name: 'Column Status' }).waitFor();
    expect(await width(page, 'Status')).toBe(before);
    expect(await head(page, 'Status').getAttribute('aria-sort')).toBe('none');
  });
});

describe('the columns panel', () => {
  it('adds a label as a column, says what is no label, and resets all', async () => {
    const page = await openList('list');
    await press(page, 'button[aria-label="Columns and order"]');
    const field = page.getByRole('textbox', { name: 'Add a label as a column' });
    await field.fill('not a label');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'no key of a label' }).waitFor();
    await field.fill('app');
    await page.keyboard.press('Enter');
    await expect.poll(() => heads(page)).toContain('app');
    await page.getByRole('checkbox', { name: 'IP wide' }).click();
    await expect.poll(() => heads(page)).toEqual(['Name', 'Ready', 'Status', 'Restarts', 'Age', 'Node', 'IP', 'app']);
    await page.getByRole('button', { name: 'Order by app' }).click();
    await expect.poll(() => head(page, 'app').getAttribute('aria-sort')).toBe('ascending');
    await page.getByRole('button', { name: 'Reset columns' }).click();
    await expect.poll(() => heads(page)).toEqual(['Name', 'Ready', 'Status', 'Restarts', 'Age', 'Node']);
    await expect.poll(() => kept(page)).toEqual({});
  });

  it('opens at the label field from the menu of a head', async () => {
    const page = await openList('list');
    await head(page, 'Node').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Add a label as a column' }).click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Add a label as a column');
  });
});

describe('the width of a column', () => {
  it('follows the grip, and is written when that is let go', async () => {
    const page = await openList('list');
    const box = await head(page, 'Status').locator('.grip').boundingBox();
    if (box === null) throw new Error('no grip');
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 50, y, { steps: 5 });
    await expect.poll(() => width(page, 'Status')).toBe(168 + 50);
    expect(await kept(page)).toEqual({});
    await page.mouse.up();
    await expect.poll(() => kept(page)).toMatchObject({ pods: { widths: { status: 218 } } });
    expect(await head(page, 'Status').getAttribute('aria-sort')).toBe('none');
    // The grip went with the pointer.
    await page.mouse.dblclick(x + 50, y);
    await expect.poll(() => width(page, 'Status')).toBeLessThan(218);
  });

  it('follows Shift and the arrows', async () => {
    const page = await openList('list');
    await head(page, 'Age').focus();
    for (let step = 0; step < 3; step += 1) await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(() => width(page, 'Age')).toBe(64 + 24);
    await page.keyboard.press('Shift+ArrowLeft');
    await expect.poll(() => kept(page)).toMatchObject({ pods: { widths: { age: 80 } } });
  });

  it('and the columns are as they were when the kind is opened again', async () => {
    const page = await openList('list');
    await head(page, 'Node').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Hide this column' }).click();
    await page.getByRole('navigation', { name: 'Kinds' }).getByRole('button', { name: /^ConfigMaps/ }).first().click();
    await expect.poll(() => heads(page)).toEqual(['Name', 'Data', 'Age']);
    await page.getByRole('navigation', { name: 'Kinds' }).getByRole('button', { name: /^Pods/ }).first().click();
    await expect.poll(() => heads(page)).toEqual(['Name', 'Ready', 'Status', 'Restarts', 'Age']);
  });
});
