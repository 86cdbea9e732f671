/** Receipts: found, unfolded, read, checked and restored from, by mouse and by keyboard. */
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { openList, openPage } from './page';
import type { Look } from './page';
import { enlarge, isWhollyVisible, windows } from './windows';

const tree = (page: Page) => page.getByRole('treegrid', { name: 'Deletions' });
const jobs = (page: Page) => tree(page).locator('[data-job]');
const receipts = (page: Page) => tree(page).locator('[role="row"][aria-level="2"]');
const panel = (page: Page) => page.getByRole('complementary', { name: 'Receipt' });
const sheet = (page: Page) => page.getByRole('alertdialog');

async function openReceipts(scenario = 'list', look: Look = {}): Promise<Page> {
  const page = await openList(scenario, look);
  await page.keyboard.press('Control+Shift+R');
  await tree(page).waitFor();
  await expect.poll(() => hasFocus(tree(page))).toBe(true);
  return page;
}

async function hasFocus(target: Locator): Promise<boolean> {
  return target.evaluate((element) => element === document.activeElement);
}

/** The element that the tree names as its current line. */
async function current(page: Page): Promise<string> {
  return tree(page).evaluate((element) => document.getElementById(element.getAttribute('aria-activedescendant') ?? '')?.innerText.replace(/\s+/g, ' ') ?? '');
}

async function currentLevel(page: Page): Promise<string | null> {
  return tree(page).evaluate((element) => document.getElementById(element.getAttribute('aria-activedescendant') ?? '')?.getAttribute('aria-level') ?? null);
}

/** Goes down until the job with these words is the current line. */
async function goTo(page: Page, words: string): Promise<void> {
  await page.keyboard.press('Home');
  for (let step = 0; step < 40 && !(await current(page)).includes(words); step += 1) await page.keyboard.press('ArrowDown');
  expect(await current(page)).toContain(words);
}

async function openReceipt(page: Page, job: string): Promise<void> {
  await goTo(page, job);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => currentLevel(page)).toBe('2');
  await page.keyboard.press('Enter');
  await panel(page).getByRole('heading', { level: 2 }).waitFor();
}

describe('the receipts page', () => {
  it('opens with Ctrl Shift R and goes back to the row it came from', async () => {
    const page = await openList('list');
    await page.locator('[role="grid"]').focus();
    await page.keyboard.press('Control+Shift+R');
    await tree(page).waitFor();
    expect(await page.title()).toBe('Receipts · Secateur');
    await page.getByText('Every deletion of the last 90 days. The trash keeps copies for 30 days.').waitFor();
    await page.getByRole('contentinfo').getByText(/^[\d,]+ receipts in 90 days, .* in the trash, encrypted$/).waitFor();
    await page.keyboard.press('Control+Shift+R');
    await page.locator('[role="grid"]').waitFor();
    await expect.poll(() => hasFocus(page.locator('[role="grid"]'))).toBe(true);
  });

  it('is left for a cluster by its tile', async () => {
    const page = await openReceipts();
    await page.keyboard.press('Control+4');
    await expect.poll(() => page.title()).toContain('ci-runners-dev');
    expect(await tree(page).count()).toBe(0);
  });

  it('finds while one types, keeps the last result until then, and says when nothing matches', async () => {
    const page = await openReceipts();
    const before = await jobs(page).count();
    await page.keyboard.press('/');
    await page.keyboard.type('wildcard');
    expect(await jobs(page).count()).toBe(before);
    await expect.poll(() => jobs(page).count()).toBe(1);
    await receipts(page).getByText('edge-wildcard-2025', { exact: true }).waitFor();
    await page.keyboard.type('zzz');
    await page.getByRole('heading', { name: 'No receipt matches' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => jobs(page).count()).toBe(before);
    await page.keyboard.press('Escape');
    await expect.poll(() => hasFocus(tree(page))).toBe(true);
  });

  it('is narrowed to an outcome and to a cluster by its menus', async () => {
    const page = await openReceipts();
    await page.getByRole('button', { name: 'Outcome Any' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type('Repl');
    await page.keyboard.press('Enter');
    await expect.poll(() => jobs(page).count()).toBe(1);
    await page.getByRole('button', { name: 'Outcome Replaced' }).click();
    await page.getByRole('menuitemradio', { name: 'Any' }).click();
    await page.getByRole('button', { name: 'Clusters All' }).click();
    await page.getByRole('menuitemradio', { name: 'ml-platform-dev' }).click();
    await expect.poll(() => jobs(page).count()).toBe(2);
  });

  it('unfolds and folds with the arrows, and draws only the receipts on screen', async () => {
    const page = await openReceipts();
    await goTo(page, '212 Pods');
    await page.keyboard.press('ArrowRight');
    await receipts(page).getByText('k6-runner-7f5c9bd6d8-000').waitFor();
    expect(await receipts(page).count()).toBeLessThan(60);
    expect(Number(await tree(page).getAttribute('aria-rowcount'))).toBeGreaterThan(212);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => receipts(page).getByText('k6-runner').count()).toBe(0);
  });

  it('brings the last of many receipts wholly into view', async () => {
    const page = await openReceipts('list', { width: 960, height: 600 });
    await page.keyboard.press('/');
    await page.keyboard.type('k6-runner');
    await page.keyboard.press('Enter');
    await expect.poll(() => jobs(page).count()).toBe(1);
    await expect.poll(() => hasFocus(tree(page))).toBe(true);
    await page.keyboard.press('End');
    await expect.poll(() => current(page)).toContain('k6-runner-7f5c9bd6d8-211');
    await expect.poll(() => isWhollyVisible(page, page.locator('.row-current'))).toBe(true);
    await page.keyboard.press('Home');
    await expect.poll(() => isWhollyVisible(page, jobs(page).first())).toBe(true);
  });

  it('exports what matches to the clipboard', async () => {
    const page = await openReceipts();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('textbox').fill('wildcard');
    await expect.poll(() => jobs(page).count()).toBe(1);
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitem', { name: 'Copy as CSV' }).click();
    await page.getByText('Copied as CSV').waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied.split('\n')).toHaveLength(2);
    expect(copied).toContain('edge-wildcard-2025');
  });
});

describe('a receipt', () => {
  it('opens with Enter, follows the keys, and closes with Esc to the line it came from', async () => {
    const page = await openReceipts();
    await openReceipt(page, '14 Jobs');
    await panel(page).getByRole('heading', { name: 'Job notebook-gc-000' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await panel(page).getByRole('heading', { name: 'Job notebook-gc-001' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => panel(page).count()).toBe(0);
    expect(await hasFocus(tree(page))).toBe(true);
    expect(await current(page)).toContain('notebook-gc-001');
  });

  it('is checked again, and what was found is told and announced', async () => {
    const page = await openReceipts();
    await openReceipt(page, '14 Jobs');
    await panel(page).getByRole('button', { name: 'Check again' }).click();
    await panel(page).getByText('Checked: no object has this UID.').waitFor();
    await page.getByRole('status').filter({ hasText: 'Job notebook-gc-000: Checked: no object has this UID' }).waitFor({ state: 'attached' });
  });

  it('whose copy is gone cannot be restored, and says why', async () => {
    const page = await openReceipts();
    await openReceipt(page, '1 refused.');
    const restore = panel(page).getByRole('button', { name: 'Restore…' });
    expect(await restore.isDisabled()).toBe(true);
    expect(await restore.getAttribute('title')).toBe('The copy was thrown away.');
  });
});

describe('a restore', () => {
  it('is asked for, left with Esc, asked for again and carried out, all by keyboard', async () => {
    const page = await openReceipts();
    await openReceipt(page, '14 Jobs');
    for (let step = 0; step < 20 && !(await hasFocus(panel(page).getByRole('button', { name: 'Restore…' }))); step += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => hasFocus(sheet(page).getByRole('button', { name: 'Cancel' }))).toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(() => sheet(page).count()).toBe(0);
    await expect.poll(() => hasFocus(panel(page).getByRole('button', { name: 'Restore…' }))).toBe(true);

    await page.keyboard.press('Enter');
    const confirm = sheet(page).getByRole('button', { name: 'Restore Job' });
    await expect.poll(() => confirm.isEnabled()).toBe(true);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await sheet(page).getByText('Restored as Job notebook-gc-000 in ml-notebooks, ml-platform-dev, with a new UID.').waitFor();
    await page.getByRole('status').filter({ hasText: 'Restored as Job notebook-gc-000' }).first().waitFor({ state: 'attached' });
    await expect.poll(() => hasFocus(sheet(page).getByRole('button', { name: 'Close' }))).toBe(true);
    await page.keyboard.press('Enter');
    await expect.poll(() => sheet(page).count()).toBe(0);
  });

  it('takes all that are marked, and tells in place what became of each', async () => {
    const page = await openReceipts();
    await goTo(page, '3 PersistentVolumeClaims');
    await page.keyboard.press('Space');
    await page.getByText('3 receipts marked').waitFor();
    await goTo(page, 'Secret checkout-db-credentials');
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Restore 4…' }).click();
    await sheet(page).getByText('left out').waitFor();
    const confirm = sheet(page).getByRole('button', { name: 'Restore 3 PersistentVolumeClaims' });
    await expect.poll(() => confirm.isEnabled()).toBe(true);
    await confirm.click();
    await sheet(page).getByText('exceeded quota').waitFor();
    expect(await sheet(page).getByText('Restored', { exact: true }).count()).toBe(2);
    expect(await sheet(page).getByText('Refused', { exact: true }).count()).toBe(1);
  });
});

describe('a restore to a read-only cluster', () => {
  it('creates nothing until it is unlocked, which is asked once more', async () => {
    const page = await openReceipts('locked');
    await openReceipt(page, 'Deployment checkout-api-canary');
    await panel(page).getByRole('button', { name: 'Restore…' }).click();
    const confirm = sheet(page).getByRole('button', { name: 'Restore Deployment' });
    await sheet(page).getByText('payments-prod-eu is read-only').first().waitFor();
    expect(await confirm.isDisabled()).toBe(true);
    await sheet(page).getByRole('button', { name: 'Unlock for 15 min…' }).click();
    await expect.poll(() => hasFocus(sheet(page).getByRole('button', { name: 'Keep read-only' }))).toBe(true);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => confirm.isEnabled()).toBe(true);
    await sheet(page).getByText('would be accepted').waitFor();
    expect(await sheet(page).evaluate((element) => element.contains(document.activeElement))).toBe(true);
  });
});

describe('the menu of a line', () => {
  it('restores a whole deletion, by keyboard', async () => {
    const page = await openReceipts();
    await goTo(page, '14 Jobs');
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Restore all 14…' }).waitFor();
    await page.keyboard.type('Rest');
    await page.keyboard.press('Enter');
    await sheet(page).getByRole('button', { name: 'Restore 14 Jobs' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => sheet(page).count()).toBe(0);
    expect(await hasFocus(tree(page))).toBe(true);
  });

  it('opens where the pointer asks for it, for the receipt under it', async () => {
    const page = await openReceipts();
    await goTo(page, '14 Jobs');
    await page.keyboard.press('ArrowRight');
    await receipts(page).getByText('notebook-gc-003').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Mark' }).click();
    await page.getByText('1 receipt marked').waitFor();
    expect(await current(page)).toContain('notebook-gc-003');
  });
});

describe('a restore that is put away while it runs', () => {
  it('goes on, takes the marks off, and its end is said on the page', async () => {
    const page = await openReceipts();
    await goTo(page, '3 PersistentVolumeClaims');
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Restore 3…' }).click();
    const confirm = sheet(page).getByRole('button', { name: /^Restore 3/ });
    await expect.poll(() => confirm.isEnabled()).toBe(true);
    await confirm.click();
    await page.keyboard.press('Escape');
    await page.getByText('2 of 3 objects are restored.').first().waitFor();
    expect(await sheet(page).count()).toBe(0);
    expect(await page.getByRole('region', { name: 'Marked receipts' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Close this message' }).click();
    await expect.poll(() => page.locator('main').getByText('2 of 3 objects are restored.').count()).toBe(0);
  });
});

describe.each(windows)('in a window of %s', (_, width, height, isDoubled) => {
  it('receipt and restore keep their buttons, and nothing leaves the window', async () => {
    const page = await openReceipts('list', { width, height });
    if (isDoubled) await enlarge(page);
    await openReceipt(page, '14 Jobs');
    const restore = panel(page).getByRole('button', { name: 'Restore…' });
    await restore.scrollIntoViewIfNeeded();
    expect(await isWhollyVisible(page, restore)).toBe(true);
    await restore.click();
    const buttons = [sheet(page).getByRole('button', { name: 'Cancel' }), sheet(page).getByRole('button', { name: 'Restore Job' })];
    await buttons[1]?.waitFor();
    await expect.poll(() => Promise.all(buttons.map((button) => isWhollyVisible(page, button)))).toEqual([true, true]);
    const overflow = await page.evaluate(() => [document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight]);
    expect(overflow.every((pixels) => pixels <= 0)).toBe(true);
    // Nothing but names that are shown whole: no line is wider than what it stands in.
    const cut = await page.locator('[role="alertdialog"] *, [role="treegrid"] [role="gridcell"]').evaluateAll((elements) => elements.filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1 && getComputedStyle(element).overflowX !== 'visible' && !element.classList.contains('visually-hidden')).map((element) => element.className));
    expect(cut).toEqual([]);
  });
});

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const results = await page.evaluate(() => (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run());
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}

type Place = [name: string, go: (theme: 'light' | 'dark') => Promise<Page>];

const places: Place[] = [
  ['the list', (theme) => openReceipts('problems', { theme })],
  ['the list in a small window', (theme) => openReceipts('list', { theme, width: 960, height: 600 })],
  ['a receipt with marks', async (theme) => {
    const page = await openReceipts('list', { theme });
    await openReceipt(page, '14 Jobs');
    await page.keyboard.press('Space');
    await page.getByRole('region', { name: 'Marked receipts' }).waitFor();
    return page;
  }],
  ['a receipt that cannot be restored', async (theme) => {
    const page = await openReceipts('list', { theme });
    await openReceipt(page, '1 refused.');
    return page;
  }],
  ['nothing that matches', async (theme) => {
    const page = await openReceipts('list', { theme });
    await page.getByRole('textbox').fill('zzz');
    await page.getByRole('heading', { name: 'No receipt matches' }).waitFor();
    return page;
  }],
  ['nothing deleted yet', async (theme) => {
    const page = await openPage('empty', { theme });
    await page.getByText('No Pods').first().waitFor();
    await page.keyboard.press('Control+Shift+R');
    await page.getByRole('heading', { name: 'Nothing has been deleted yet' }).waitFor();
    return page;
  }],
  ['the restore of several', async (theme) => {
    const page = await openReceipts('list', { theme });
    await goTo(page, '3 PersistentVolumeClaims');
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Restore 3…' }).click();
    const confirm = sheet(page).getByRole('button', { name: /^Restore 3/ });
    await expect.poll(() => confirm.isEnabled()).toBe(true);
    return page;
  }],
  ['what became of a restore', async (theme) => {
    const page = await openReceipts('list', { theme });
    await goTo(page, '3 PersistentVolumeClaims');
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Restore 3…' }).click();
    const confirm = sheet(page).getByRole('button', { name: /^Restore 3/ });
    await expect.poll(() => confirm.isEnabled()).toBe(true);
    await confirm.click();
    await sheet(page).getByText('exceeded quota').waitFor();
    return page;
  }],
];

describe.each(['light', 'dark'] as const)('in the %s theme axe objects to nothing on', (theme) => {
  it.each(places)('%s', async (_, go) => {
    expect(await violations(await go(theme))).toEqual([]);
  });
});
