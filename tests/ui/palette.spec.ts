/** The palette finds and opens by keyboard and by mouse, and plans the deletion of exactly the object that was chosen. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { openList, openPage, press } from './page';
import type { Look } from './page';

type Host = { secateurFake: { world: Record<string, (...of: unknown[]) => unknown>; logOut: (id: string) => void; clusterOpen: unknown } };

const palette = (page: Page) => page.getByRole('dialog', { name: 'Palette' });
const field = (page: Page) => palette(page).getByRole('combobox');
const options = (page: Page) => palette(page).getByRole('option');
const chosen = (page: Page) => palette(page).locator('[role="option"][aria-selected="true"]');

async function open(scenario: string, text = '', look: Look = {}): Promise<Page> {
  const page = await openList(scenario, look);
  await page.locator('[role="grid"]').focus();
  await page.keyboard.press('Control+k');
  await palette(page).waitFor();
  if (text !== '') await page.keyboard.type(text);
  return page;
}

const focusedRole = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('role') ?? '');
const isClosed = async (page: Page) => expect.poll(() => palette(page).count()).toBe(0);

describe('opens and closes', () => {
  it('with Ctrl K and Esc, and gives the focus back to where it was', async () => {
    const page = await open('list');
    expect(await focusedRole(page)).toBe('combobox');
    await page.keyboard.press('Escape');
    await isClosed(page);
    expect(await focusedRole(page)).toBe('grid');
    const filter = page.locator('main input').first();
    await filter.focus();
    await page.keyboard.press('Control+k');
    await palette(page).waitFor();
    await page.keyboard.press('Control+k');
    await isClosed(page);
    expect(await filter.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it('with the rail’s button and a press beside it', async () => {
    const page = await openList('list');
    await press(page, 'nav[aria-label="Clusters"] button[aria-label="Find"]');
    await palette(page).waitFor();
    await page.mouse.click(20, 500);
    await isClosed(page);
  });

  it('with a colon, which is text where one types', async () => {
    const page = await openList('list');
    await page.locator('[role="grid"]').focus();
    await page.keyboard.press(':');
    await expect.poll(() => field(page).inputValue()).toBe(':');
    await page.keyboard.type('cm');
    await expect.poll(() => chosen(page).innerText()).toContain('ConfigMaps');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.title()).toBe('ConfigMaps · payments-prod-eu (production) · Secateur');
    await expect.poll(() => focusedRole(page)).toBe('grid');
    const filter = page.locator('main input').first();
    await filter.focus();
    await page.keyboard.type('a:b');
    expect([await filter.inputValue(), await palette(page).count()]).toEqual(['a:b', 0]);
  });

  it('never over an open sheet', async () => {
    const page = await openList('marked');
    await press(page, 'button:has-text("Plan deletion")');
    await page.getByRole('alertdialog').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).focus();
    await page.keyboard.press(':');
    expect(await palette(page).count()).toBe(0);
  });
});

describe('keys', () => {
  it('move the choice, page and jump, and stop at the ends', async () => {
    const page = await open('fleet');
    await page.keyboard.press('Tab');
    await expect.poll(() => options(page).count()).toBe(100);
    const at = () => options(page).evaluateAll((all) => all.findIndex((one) => one.getAttribute('aria-selected') === 'true'));
    const seen: number[] = [];
    for (const key of ['ArrowUp', 'ArrowDown', 'PageDown', 'PageUp', 'End', 'ArrowDown', 'Home']) {
      await page.keyboard.press(key);
      seen.push(await at());
    }
    expect(seen).toEqual([0, 1, 9, 1, 99, 99, 0]);
    const active = await field(page).getAttribute('aria-activedescendant');
    expect(await page.locator(`[id="${active ?? ''}"]`).getAttribute('aria-selected')).toBe('true');
    await palette(page).getByText('and 212 more: type to narrow').waitFor();
  });

  it('Tab goes through where to look, and “more” goes to the group alone', async () => {
    const page = await open('fleet', 'edge prod');
    const pressed = () => palette(page).locator('.scope[aria-pressed="true"]').innerText();
    expect(await pressed()).toBe('All');
    await options(page).filter({ hasText: /^and .* more$/ }).first().click();
    await expect.poll(pressed).toBe('Clusters');
    expect(await focusedRole(page)).toBe('combobox');
    await page.keyboard.press('Tab');
    await expect.poll(pressed).toBe('Kinds');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await expect.poll(pressed).toBe('All');
  });
});

describe('opens', () => {
  it('a cluster, by its words in any order, and nothing connects before', async () => {
    const page = await open('fleet', 'ams2 edge 008');
    const opened = await page.evaluate(() => {
      const { secateurFake } = globalThis as unknown as { secateurFake: { clusterOpen: (id: string) => unknown } };
      const calls: string[] = [];
      const before = secateurFake.clusterOpen;
      secateurFake.clusterOpen = (id) => (calls.push(id), before(id));
      Object.assign(globalThis, { calls });
      return calls.length;
    });
    expect(opened).toBe(0);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    const name = await chosen(page).locator('.name').innerText();
    expect(await page.evaluate(() => (globalThis as unknown as { calls: string[] }).calls)).toEqual([]);
    await page.keyboard.press('Enter');
    await isClosed(page);
    await expect.poll(() => page.title()).toContain(name);
    expect(await page.evaluate(() => (globalThis as unknown as { calls: string[] }).calls)).toEqual([`c-${name}`]);
  });

  it('a namespace by the mouse, and the list is that namespace’s', async () => {
    const page = await open('list', 'fraud');
    await options(page).filter({ hasText: 'fraud-scoring' }).first().click();
    await isClosed(page);
    await page.getByRole('grid', { name: 'Pods in fraud-scoring, payments-prod-eu' }).waitFor();
  });

  it('a cluster by the number beside it', async () => {
    const page = await open('list');
    await page.keyboard.press('Control+4');
    await isClosed(page);
    await expect.poll(() => page.title()).toBe('Pods · ci-runners-dev (development) · Secateur');
  });

  it('the settings and the receipts, and a kind from there shows its list', async () => {
    const page = await open('list', 'settings');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type(':configmaps');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.title()).toBe('ConfigMaps · payments-prod-eu (production) · Secateur');
    await expect.poll(() => focusedRole(page)).toBe('grid');
  });
});

describe('a cluster', () => {
  it('is kept in the rail by Shift Enter, and the palette stays for the next', async () => {
    const page = await open('fleet', 'ams2 edge 008');
    const name = await chosen(page).locator('.name').innerText();
    await palette(page).getByText('keep in the rail').waitFor();
    await page.keyboard.press('Shift+Enter');
    await chosen(page).getByText('kept in the rail').waitFor({ state: 'attached' });
    await palette(page).getByText('keep no longer').waitFor();
    // Its number is the first, and works at once.
    await page.keyboard.press('Escape');
    await isClosed(page);
    const first = page.getByRole('navigation', { name: 'Clusters' }).getByRole('list').first().getByRole('button');
    expect(await first.getAttribute('aria-label')).toBe(`${name}, development, never opened, Ctrl 1`);
    await page.keyboard.press('Control+1');
    await expect.poll(() => page.title()).toContain(name);
  });

  it('says when it was on screen last', async () => {
    const page = await open('fleet', 'payments-staging-eu');
    expect(await chosen(page).innerText()).toContain('never');
    await page.keyboard.press('Enter');
    await isClosed(page);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('payments-prod-eu');
    expect(await chosen(page).innerText()).toContain('just now');
  });

  it('is added to the list on screen by Ctrl Enter, which takes none that is in it', async () => {
    const page = await open('list', 'payments-staging-eu');
    await palette(page).getByText('add to this list').waitFor();
    await page.keyboard.press('Control+Enter');
    await isClosed(page);
    await expect.poll(() => page.title()).toBe('Pods · 2 clusters · Secateur');
    expect(await focusedRole(page)).toBe('grid');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('payments-staging-eu');
    await page.keyboard.press('Control+Enter');
    expect(await palette(page).count()).toBe(1);
  });
});

describe('kinds', () => {
  it.each([['all', 'Services'], ['deploy.v1.apps', 'Deployments'], ['DEPLOYMENTS.apps', 'Deployments']])('are found by %s as kubectl takes it', async (text, expected) => {
    const page = await open('list', `:${text}`);
    await options(page).filter({ hasText: expected }).first().waitFor();
    if (text !== 'all') expect(await chosen(page).innerText()).toContain(expected);
  });
});

describe('namespaces', () => {
  it('of another open cluster lead there', async () => {
    const page = await openList('list');
    await page.locator('[role="grid"]').focus();
    await page.keyboard.press('Control+4');
    await page.getByRole('heading', { name: 'No Pods in ci-nightly, ci-runners-dev' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('fraud');
    await options(page).filter({ hasText: 'payments-prod-eu' }).filter({ hasText: 'fraud-scoring' }).click();
    await isClosed(page);
    await page.getByRole('grid', { name: 'Pods in fraud-scoring, payments-prod-eu' }).waitFor();
  });
});

describe('an object', () => {
  it('becomes the current row with Enter', async () => {
    const page = await open('list', 'redis-1');
    await page.keyboard.press('Enter');
    await isClosed(page);
    const active = await page.locator('[role="grid"]').getAttribute('aria-activedescendant');
    expect(await page.locator(`[id="${active ?? ''}"]`).getAttribute('aria-label')).toMatch(/^checkout-redis-1/);
    expect(await focusedRole(page)).toBe('grid');
  });

  it('far down a long list is found and gone to, which filters by its name', async () => {
    const page = await openPage('many');
    await page.locator('[role="grid"] [role="row"][aria-selected]').first().waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('099938');
    const found = options(page).filter({ hasText: '099938' }).filter({ hasNotText: 'Filter the whole list' }).first();
    const name = (await found.locator('.name').textContent()) ?? '';
    await found.click();
    await isClosed(page);
    await page.locator(`[role="grid"] [role="row"][aria-label^="${name}"]`).waitFor();
    expect(await page.locator('main input').first().inputValue()).toBe(name);
    const active = page.locator(`[id="${(await page.locator('[role="grid"]').getAttribute('aria-activedescendant')) ?? ''}"]`);
    expect(await active.getAttribute('aria-label')).toMatch(new RegExp(`^${name}`));
  });

  it('is planned by Ctrl D: the sheet is for exactly that object, and Cancel returns to its row', async () => {
    const page = await open('list', 'redis-1');
    await page.keyboard.press('Control+d');
    const sheet = page.getByRole('alertdialog');
    await sheet.getByRole('heading', { name: 'Delete Pod checkout-redis-1?' }).waitFor();
    expect(await palette(page).count()).toBe(0);
    await sheet.getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(() => sheet.count()).toBe(0);
    await expect.poll(async () => {
      const active = await page.locator('[role="grid"]').getAttribute('aria-activedescendant');
      return page.locator(`[id="${active ?? ''}"]`).getAttribute('aria-label');
    }).toMatch(/^checkout-redis-1/);
  });

  it('that is the current row is planned by the mouse', async () => {
    const page = await openList('list');
    await page.locator('[role="grid"] [role="row"]').filter({ hasText: 'checkout-redis-2' }).click();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('delete');
    await options(page).filter({ hasText: 'Plan deletion of Pod checkout-redis-2…' }).click();
    await page.getByRole('alertdialog').getByRole('heading', { name: 'Delete Pod checkout-redis-2?' }).waitFor();
  });

  it('is followed by the details beside the list, which open from here too', async () => {
    const page = await open('list', 'details of');
    await page.keyboard.press('Enter');
    const details = page.getByRole('complementary', { name: 'Details' });
    await details.getByRole('heading', { name: 'Pod checkout-api-5bb7d49f6c-4m7hz' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('redis-1');
    await page.keyboard.press('Enter');
    await details.getByRole('heading', { name: 'Pod checkout-redis-1' }).waitFor();
  });

  it('that goes while the palette is open says so, and no other takes its place', async () => {
    const page = await open('list', 'redis');
    await expect.poll(() => chosen(page).innerText()).toContain('checkout-redis-0');
    await page.evaluate(() => {
      const { world } = (globalThis as unknown as Host).secateurFake as unknown as { world: { objects: (id: string, kind: object) => { name: string }[]; remove: (of: object) => void } };
      const gone = world.objects('c-payments-prod-eu', { group: '', version: 'v1', plural: 'pods' }).find(({ name }) => name === 'checkout-redis-0');
      if (gone) world.remove(gone);
    });
    await expect.poll(() => chosen(page).innerText()).toContain('no longer at its place in this list');
    expect(await chosen(page).getAttribute('aria-disabled')).toBe('true');
    await page.keyboard.press('Control+d');
    await page.keyboard.press('Enter');
    expect([await palette(page).count(), await page.getByRole('alertdialog').count()]).toEqual([1, 0]);
  });

  it('of a session that ended is shown with the reason and cannot be planned', async () => {
    const page = await openList('list');
    await page.evaluate(() => (globalThis as unknown as Host).secateurFake.logOut('c-payments-prod-eu'));
    await page.getByRole('heading', { name: 'Sign in to payments-prod-eu' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('redis-1');
    await options(page).filter({ hasText: 'not live' }).first().waitFor();
    await page.keyboard.press('Control+d');
    expect([await palette(page).count(), await page.getByRole('alertdialog').count()]).toEqual([1, 0]);
  });
});

describe('marks', () => {
  it('are planned together', async () => {
    const page = await open('marked', 'marked');
    await expect.poll(() => chosen(page).innerText()).toContain('Plan deletion of 7 marked…');
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog').getByRole('heading', { name: /^Delete 7/ }).waitFor();
  });

  it('are cleared, and can be taken back', async () => {
    const page = await open('marked', 'clear marks');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByRole('region', { name: 'Marked objects' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('region', { name: 'Marked objects' }).getByText('7 marked').waitFor();
  });
});

describe('says', () => {
  it('what was searched where nothing matches', async () => {
    const page = await open('fleet', 'qqqq');
    await palette(page).getByText('Nothing matches “qqqq”.').waitFor();
    await palette(page).getByText(/^312 clusters, .* were searched\.$/).waitFor();
    await page.keyboard.press('Enter');
    expect(await palette(page).count()).toBe(1);
  });

  it('that the page holds a part of a long list, and filters the whole of it', async () => {
    const page = await openPage('many');
    await page.locator('[role="grid"] [role="row"][aria-selected]').first().waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('099938');
    await palette(page).getByText('Filter the whole list by “099938”').click();
    await isClosed(page);
    expect(await page.locator('main input').first().inputValue()).toBe('099938');
  });
});

const windows: [name: string, width: number, height: number][] = [['1440 x 900', 1440, 900], ['960 x 600', 960, 600], ['480 x 300', 480, 300]];

it.each(windows)('lies inside a window of %s with its field and a row to be seen', async (_, width, height) => {
  const page = await open('list', 'redis', { width, height });
  const boxes = await Promise.all([palette(page), field(page), chosen(page)].map((part) => part.boundingBox()));
  for (const box of boxes) {
    if (!box) throw new Error('a part has no place');
    expect([box.x >= 0, box.y >= 0, box.x + box.width <= width, box.y + box.height <= height]).toEqual([true, true, true, true]);
  }
});
