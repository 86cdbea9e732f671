/** The details beside the list: opened by mouse and by keyboard, following the row, and planning that object alone. */
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { openList, openPage } from './page';
import type { Look } from './page';
import { enlarge, isWhollyVisible, windows } from './windows';
import type { Window } from './windows';

type Found = { id: { cluster: string; uid: string } | null; name: string };
type Host = {
  secateurFake: {
    logOut: (cluster: string) => void;
    world: {
      objects: (cluster: string, kind: { group: string; version: string; plural: string }) => Found[];
      remove: (object: Found) => void;
      change: (object: Found, change: Record<string, unknown>) => void;
    };
  };
};

const here = 'c-payments-prod-eu';
const redis = 'checkout-redis-0';
const panel = (page: Page) => page.getByRole('complementary', { name: 'Details' });
const title = (page: Page) => panel(page).getByRole('heading', { level: 2 });
const row = (page: Page, name: string) => page.getByRole('grid').getByRole('row').filter({ hasText: name });
const focusedRole = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('role') ?? document.activeElement?.tagName ?? '');
const currentName = (page: Page) => page.locator('.row-current .cell-name').innerText();
const planButton = (page: Page) => panel(page).getByRole('button', { name: 'Plan deletion…' });

/** Does to a Pod what a server would. */
async function happens(page: Page, name: string, what: 'gone' | 'terminating' | 'replaced'): Promise<void> {
  await page.evaluate(({ cluster, wanted, then }) => {
    const { world } = (globalThis as unknown as Host).secateurFake;
    const kind = { group: '', version: 'v1', plural: 'pods' };
    const pod = world.objects(cluster, kind).find((object) => object.name === wanted);
    if (!pod) throw new Error(`no Pod ${wanted}`);
    if (then === 'terminating') world.change(pod, { state: 'terminating', cells: { ready: '1/1', status: 'Terminating', restarts: '0', node: 'n' } });
    else {
      const namesake = { ...pod, id: { cluster, uid: 'another-uid' } };
      world.remove(pod);
      if (then === 'replaced') {
        world.objects(cluster, kind).push(namesake);
        world.change(namesake, {});
      }
    }
  }, { cluster: here, wanted: name, then: what });
}

/** The list with the details of one Pod. */
async function opened(look: Look = {}, scenario = 'list'): Promise<Page> {
  const page = await openList(scenario, look);
  await row(page, redis).dblclick();
  await title(page).filter({ hasText: redis }).waitFor();
  return page;
}

describe('opened', () => {
  it('by a double click, with every fact whole, and marks and deletes nothing', async () => {
    const page = await opened();
    expect(await title(page).innerText()).toBe(`Pod ${redis}`);
    const said = await panel(page).innerText();
    for (const fact of ['production', 'payments-prod-eu', 'payments-prod', 'Ready', '1/1', 'Running', 'Restarts', 'Node', 'ip-10-42-112-87.eu-central-1', 'UID']) expect(said).toContain(fact);
    expect(await panel(page).getByText(/^6a0d4f1e-/).count()).toBe(1);
    expect(await page.getByRole('region', { name: 'Marked objects' }).count()).toBe(0);
    expect(await page.getByRole('alertdialog').count()).toBe(0);
  });

  it.each(['Enter', 'd'])('by %s, and follows the current row, which keeps the focus', async (key) => {
    const page = await openList('list');
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press(key);
    await title(page).filter({ hasText: await currentName(page) }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await title(page).filter({ hasText: await currentName(page) }).waitFor();
    expect(await focusedRole(page)).toBe('grid');
  });

  it('from the menu of a row, and another row replaces it', async () => {
    const page = await openList('list');
    await row(page, redis).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Details' }).click();
    await title(page).filter({ hasText: redis }).waitFor();
    await row(page, 'checkout-redis-1').click();
    await title(page).filter({ hasText: 'checkout-redis-1' }).waitFor();
  });

  it('not by a double click on a check, which is of marks', async () => {
    const page = await openList('list');
    await row(page, redis).locator('[data-part="check"]').dblclick();
    // Whether it is marked then depends on how fast the two came. What opened would be drawn by now.
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    expect(await panel(page).count()).toBe(0);
  });

  it('and tells of its keys in the table of the keyboard', async () => {
    const page = await openList('list');
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('details of the current row').waitFor();
  });
});

describe('closed', () => {
  it('with Esc from the grid, which keeps the focus', async () => {
    const page = await opened();
    await page.keyboard.press('Escape');
    await expect.poll(() => panel(page).count()).toBe(0);
    expect([await focusedRole(page), await currentName(page)]).toEqual(['grid', redis]);
  });

  it('with Esc from inside and with its button, and the focus goes back to the row', async () => {
    const page = await opened();
    await page.keyboard.press('F6');
    await expect.poll(() => focusedRole(page)).toBe('group');
    await page.keyboard.press('Escape');
    await expect.poll(() => focusedRole(page)).toBe('grid');
    expect(await panel(page).count()).toBe(0);
    await page.keyboard.press('Enter');
    await panel(page).getByRole('button', { name: 'Close the details' }).click();
    await expect.poll(() => focusedRole(page)).toBe('grid');
    expect(await currentName(page)).toBe(redis);
  });

  it('when another kind is chosen, and is there again after the receipts', async () => {
    const page = await opened();
    await page.keyboard.press('Control+Shift+R');
    await expect.poll(() => panel(page).count()).toBe(0);
    await page.keyboard.press('Control+Shift+R');
    await title(page).filter({ hasText: redis }).waitFor();
    await expect.poll(() => planButton(page).isEnabled()).toBe(true);
    await page.getByRole('navigation', { name: 'Kinds' }).getByRole('button', { name: 'ConfigMaps' }).click();
    await expect.poll(() => panel(page).count()).toBe(0);
  });
});

describe('what it does', () => {
  it('plans the deletion of exactly this object, and the focus returns to its button', async () => {
    const page = await opened({}, 'marked');
    await planButton(page).click();
    await page.getByRole('alertdialog').getByRole('heading', { name: `Delete Pod ${redis}?` }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('alertdialog').count()).toBe(0);
    await expect.poll(() => planButton(page).evaluate((button) => button === document.activeElement)).toBe(true);
  });

  it('plans by keyboard alone', async () => {
    const page = await openList('list');
    await page.getByRole('grid').focus();
    await page.keyboard.press('Enter');
    const name = await currentName(page);
    await title(page).filter({ hasText: name }).waitFor();
    await page.keyboard.press('F6');
    await planButton(page).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog').getByRole('heading', { name: `Delete Pod ${name}?` }).waitFor();
  });

  it('marks it and takes the mark off', async () => {
    const page = await opened();
    await panel(page).getByRole('button', { name: 'Mark', exact: true }).click();
    await expect.poll(() => row(page, redis).getAttribute('aria-selected')).toBe('true');
    await panel(page).getByRole('button', { name: 'Take the mark off' }).click();
    await expect.poll(() => row(page, redis).getAttribute('aria-selected')).toBe('false');
  });

  it('says that it is gone, keeps what was last read, and cannot be planned', async () => {
    const page = await opened();
    await happens(page, redis, 'gone');
    await panel(page).getByText(/^Gone since \d\d:\d\d:\d\d\.$/).waitFor();
    expect(await title(page).innerText()).toBe(`Pod ${redis}`);
    expect(await planButton(page).isDisabled()).toBe(true);
    await panel(page).getByText('No deletion can be planned: it is gone.').waitFor();
    expect(await panel(page).getByRole('button', { name: 'Mark', exact: true }).isDisabled()).toBe(true);
  });

  it('says that it is terminating, and since when', async () => {
    const page = await opened();
    await happens(page, redis, 'terminating');
    await panel(page).getByText(/^Terminating since \d\d:\d\d:\d\d\.$/).waitFor();
    expect(await planButton(page).isEnabled()).toBe(true);
  });

  it('says that it was replaced, and does not take the namesake for it', async () => {
    const page = await opened();
    await happens(page, redis, 'replaced');
    await panel(page).getByText(/^Replaced, seen at/).waitFor();
    expect(await panel(page).getByText('another-uid').count()).toBe(0);
    expect(await planButton(page).isDisabled()).toBe(true);
  });

  it('says as of when where the session ended', async () => {
    const page = await opened();
    await page.evaluate((cluster) => (globalThis as unknown as Host).secateurFake.logOut(cluster), here);
    await panel(page).getByText(/^As of \d\d:\d\d:\d\d, not live\.$/).waitFor();
    expect(await planButton(page).isDisabled()).toBe(true);
  });

  it('does not call gone what a filter hides', async () => {
    const page = await opened();
    await page.keyboard.press('/');
    await page.keyboard.type('ledger');
    await panel(page).getByText(/^Not in this list since/).waitFor();
    expect(await planButton(page).isDisabled()).toBe(true);
  });

  it('can be planned on a read-only cluster, where the sheet asks to unlock it', async () => {
    const page = await opened({}, 'locked');
    await planButton(page).click();
    await page.getByRole('alertdialog').getByText('payments-prod-eu is read-only').first().waitFor();
  });

  it('still plans what was scrolled out of sight', async () => {
    const page = await openList('many');
    await page.getByRole('grid').focus();
    await page.keyboard.press('Enter');
    const name = await currentName(page);
    await page.getByRole('grid').evaluate((grid) => grid.scrollTo(0, 40_000));
    await panel(page).getByText(/^As of/).waitFor();
    expect(await panel(page).getByText(/Gone since/).count()).toBe(0);
    await planButton(page).click();
    await page.getByRole('alertdialog').getByRole('heading', { name: `Delete Pod ${name}?` }).waitFor();
  });
});

it('gives its place to a job’s panel and is there again after it', async () => {
  const page = await openPage('interrupted');
  await page.locator('[role="grid"] [role="row"][aria-selected]').first().waitFor();
  await row(page, redis).dblclick();
  await title(page).waitFor();
  await page.keyboard.press('Control+j');
  await page.getByRole('complementary', { name: 'Job' }).waitFor();
  expect(await panel(page).count()).toBe(0);
  await page.keyboard.press('Escape');
  await title(page).filter({ hasText: redis }).waitFor();
});

describe.each<Window>([...windows, ['480 x 300', 480, 300, false]])('in a window of %s', (_, width, height, isDoubled) => {
  it('its buttons and its end are to be had, and nothing leaves the window', async () => {
    const page = await openList('list', { width, height });
    if (isDoubled) await enlarge(page);
    await page.getByRole('grid').focus();
    await page.keyboard.press('Enter');
    await title(page).waitFor();
    for (const name of ['Plan deletion…', 'Mark', 'Close the details']) {
      await expect.poll(() => isWhollyVisible(page, panel(page).getByRole('button', { name, exact: true }))).toBe(true);
    }
    const last = panel(page).getByText(/eu-central-1$/);
    await last.scrollIntoViewIfNeeded();
    expect(await isWhollyVisible(page, last)).toBe(true);
    const overflow = await page.evaluate(() => [document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight]);
    expect(overflow.every((pixels) => pixels <= 0)).toBe(true);
  });
});

it('takes the focus where it lies over the whole list, and gives it back', async () => {
  const page = await openList('list', { width: 700, height: 500 });
  await page.getByRole('grid').focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => focusedRole(page)).toBe('group');
  await page.keyboard.press('Escape');
  await expect.poll(() => focusedRole(page)).toBe('grid');
});

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const results = await page.evaluate(() => (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run());
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}

describe.each(['light', 'dark'] as const)('in the %s theme axe objects to nothing on', (theme) => {
  it('the details of a Pod', async () => expect(await violations(await opened({ theme }))).toEqual([]));
  it('the details of what is gone', async () => {
    const page = await opened({ theme });
    await happens(page, redis, 'gone');
    await panel(page).getByText(/^Gone since/).waitFor();
    expect(await violations(page)).toEqual([]);
  });
  it('the details of what is replaced, in a small window', async () => {
    const page = await opened({ theme, width: 960, height: 600 });
    await happens(page, redis, 'replaced');
    await panel(page).getByText(/^Replaced/).waitFor();
    expect(await violations(page)).toEqual([]);
  });
});
