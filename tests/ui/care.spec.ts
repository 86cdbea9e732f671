/** What a person chooses for a cluster where it stands: its tier, asked once; its lock; its look in the rail. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { openList, openPage, press } from './page';
import { enlarge, windows } from './windows';

type Care = { tier: string; isTierAsked: boolean; readOnly: boolean | null };
type Fake = { secateurFake: { world: { clusters: { name: string; care: Care; isLocked: boolean; unlockedUntil: number | null }[]; setCluster: (id: string, change: object) => void } } };

function clusterOf(page: Page, name: string) {
  return page.evaluate((wanted) => {
    const found = (globalThis as unknown as Fake).secateurFake.world.clusters.find((cluster) => cluster.name === wanted);
    return found ? { ...found.care, isLocked: found.isLocked } : null;
  }, name);
}

const tile = (page: Page, name: string) => page.locator('nav[aria-label="Clusters"]').getByRole('button', { name: new RegExp(`^${name},`) });
const kinds = (page: Page) => page.getByRole('navigation', { name: 'Kinds' });

describe('a tile’s menu', () => {
  it('opens by the right button, and its second level chooses a tier by hovering and a press', async () => {
    const page = await openList('list');
    await tile(page, 'ci-runners-dev').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Tier' }).hover();
    const menu = page.getByRole('menu', { name: 'Tier' });
    expect(await menu.getByRole('menuitemradio', { checked: true }).innerText()).toBe('development');
    await menu.getByRole('menuitemradio', { name: 'staging' }).click();
    await tile(page, 'ci-runners-dev').and(page.getByRole('button', { name: /staging/ })).waitFor();
    expect(await clusterOf(page, 'ci-runners-dev')).toMatchObject({ tier: 'staging', isTierAsked: true });
    expect(await page.getByRole('menu').count()).toBe(0);
  });

  it.each(['ContextMenu', 'Shift+F10'])('opens with %s, goes in with →, back with ←, and gives the focus back with Esc', async (keys) => {
    const page = await openList('list');
    await tile(page, 'ci-runners-dev').focus();
    await page.keyboard.press(keys);
    await page.getByRole('menu', { name: 'Actions for ci-runners-dev' }).waitFor();
    const focused = () => page.locator(':focus').innerText();
    for (let at = 0; at < 8 && (await focused()) !== 'Tier'; at += 1) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await expect.poll(focused).toBe('development');
    await page.keyboard.press('ArrowUp');
    await expect.poll(focused).toBe('staging');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(focused).toBe('Tier');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('menu').count()).toBe(0);
    await expect.poll(() => page.locator(':focus').getAttribute('aria-label')).toMatch(/^ci-runners-dev,/);
  });

  it('locks a cluster, and leads to its settings', async () => {
    const page = await openList('list');
    await tile(page, 'ci-runners-dev').click({ button: 'right' });
    await page.getByRole('menuitemcheckbox', { name: 'Read-only' }).click();
    await expect.poll(() => clusterOf(page, 'ci-runners-dev')).toMatchObject({ readOnly: true, isLocked: true });
    await tile(page, 'ci-runners-dev').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Settings of this cluster…' }).click();
    await page.getByRole('complementary', { name: 'Settings of ci-runners-dev' }).waitFor();
  });

  it('of a cluster that was never opened says that it has to be', async () => {
    const page = await openList('list');
    await tile(page, 'kind-scratch').click({ button: 'right' });
    const tier = page.getByRole('menuitem', { name: 'Tier: open it once' });
    expect(await tier.getAttribute('aria-disabled')).toBe('true');
    await tier.focus();
    await page.keyboard.press('Enter');
    expect(await page.getByRole('menu').count()).toBe(1);
  });
});

describe('the question how careful to be', () => {
  const question = (page: Page) => page.getByText('How careful should Secateur be with kind-scratch?');

  it('comes when a cluster without a tier was opened, without taking the focus', async () => {
    const page = await openList('list');
    await tile(page, 'kind-scratch').focus();
    await page.keyboard.press('Enter');
    await question(page).waitFor();
    expect(await page.locator(':focus').getAttribute('aria-label')).toMatch(/^kind-scratch,/);
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('is answered by a tier, which the whole window shows at once', async () => {
    const page = await openPage('unknownTier');
    await question(page).waitFor();
    await page.getByRole('button', { name: 'development', exact: true }).click();
    await expect.poll(() => page.title()).toBe('Pods · kind-scratch (development) · Secateur');
    await expect.poll(() => question(page).count()).toBe(0);
    expect(await page.locator('.edge-development').count()).toBe(1);
    await kinds(page).getByText('development', { exact: true }).waitFor();
  });

  it('is not asked again after Later', async () => {
    const page = await openPage('unknownTier');
    await page.getByRole('button', { name: 'Later' }).click();
    await expect.poll(() => question(page).count()).toBe(0);
    expect(await clusterOf(page, 'kind-scratch')).toMatchObject({ tier: 'unknown', isTierAsked: true });
    await tile(page, 'payments-prod-eu').click();
    await tile(page, 'kind-scratch').click();
    await expect.poll(() => page.title()).toContain('kind-scratch (unknown tier)');
    expect(await question(page).count()).toBe(0);
  });

  it('that could not be kept stays, with the reason in a banner', async () => {
    const page = await openPage('unknownTier');
    await question(page).waitFor();
    await page.evaluate(() => {
      const fake = (globalThis as unknown as { secateurFake: Record<string, unknown> }).secateurFake;
      fake['clusterCare'] = () => Promise.reject(Object.assign(new Error('disk full'), { code: 'storageFailed' }));
    });
    await page.getByRole('button', { name: 'staging', exact: true }).click();
    await page.getByText('disk full.').waitFor();
    expect(await question(page).count()).toBe(1);
  });
});

describe('a read-only cluster', () => {
  it('is unlocked by a popover that names it and its tier, with the focus on Cancel', async () => {
    const page = await openList('locked');
    await kinds(page).getByText('Read-only').waitFor();
    await kinds(page).getByRole('button', { name: 'Unlock for 15 min…' }).click();
    const popover = page.getByRole('dialog', { name: 'Unlock payments-prod-eu?' });
    await popover.getByText('production', { exact: true }).waitFor();
    await expect.poll(() => page.locator(':focus').innerText()).toBe('Cancel');
    await page.keyboard.press('Enter');
    await expect.poll(() => popover.count()).toBe(0);
    expect((await clusterOf(page, 'payments-prod-eu'))?.isLocked).toBe(true);
    await expect.poll(() => page.locator(':focus').innerText()).toBe('Unlock for 15 min…');
    await page.keyboard.press('Enter');
    await popover.getByRole('button', { name: 'Unlock for 15 min', exact: true }).click();
    await kinds(page).getByText(/^Unlocked until \d\d:\d\d$/).waitFor();
    await expect.poll(() => page.locator(':focus').innerText()).toBe('Lock now');
    await page.keyboard.press('Enter');
    await kinds(page).getByText('Read-only').waitFor();
  });

  it('counts down, by the second at the end, and is read-only after that', async () => {
    const page = await openList('locked');
    const unlocked = (seconds: number) => page.evaluate((left) => {
      (globalThis as unknown as Fake).secateurFake.world.setCluster('c-payments-prod-eu', { isLocked: false, unlockedUntil: Date.now() / 1000 + left });
    }, seconds);
    await unlocked(700);
    await kinds(page).getByText('12 min left').waitFor();
    await unlocked(3);
    await kinds(page).getByText('2 s left').waitFor();
    await kinds(page).getByText('Read-only').waitFor();
  });

  it('says so in the title bar of a small window', async () => {
    const page = await openList('locked', { width: 960, height: 600 });
    await page.getByRole('button', { name: 'Read-only. Unlock for 15 min…' }).click();
    await page.getByRole('button', { name: 'Unlock for 15 min', exact: true }).click();
    const sign = page.getByRole('button', { name: /^Unlocked until/ });
    await sign.waitFor();
    await sign.click();
    await page.getByRole('dialog', { name: 'payments-prod-eu is unlocked' }).getByRole('button', { name: 'Lock now' }).click();
    await page.getByRole('button', { name: 'Read-only. Unlock for 15 min…' }).waitFor();
  });
});

describe('the look of a cluster', () => {
  it.each([
    ['payments-prod-eu', 'production', 'solid', '4px'],
    ['payments-staging-eu', 'staging', 'solid', '11px'],
    ['ci-runners-dev', 'development', 'solid', '50%'],
    ['kind-scratch', 'unknown', 'dashed', '8px'],
  ])('%s has the tile and the edge of %s', async (name, tier, border, radius) => {
    const page = await openList('list');
    const square = tile(page, name).locator('.square');
    expect(await square.evaluate((element) => [getComputedStyle(element).borderStyle, getComputedStyle(element).borderRadius])).toEqual([border, radius]);
    await tile(page, name).click();
    await page.locator(`.edge-${tier}`).waitFor();
  });

  it('of its own changes fill and letters, and neither border, glyph nor edge', async () => {
    const page = await openList('fleet');
    const looks = (name: string) =>
      tile(page, name).locator('.square').evaluate((element) => {
        const { color, backgroundColor, borderColor, borderWidth } = getComputedStyle(element);
        return { color, backgroundColor, border: `${borderColor} ${borderWidth}`, glyph: getComputedStyle(element.querySelector('.glyph') ?? element).color };
      });
    const [plain, coloured] = [await looks('payments-prod-eu'), await looks('payments-prod-us')];
    expect([coloured.border, coloured.glyph]).toEqual([plain.border, plain.glyph]);
    expect(coloured.color).not.toBe(plain.color);
    expect(coloured.backgroundColor).not.toBe(plain.backgroundColor);
  });

  it('stands under its group, after those in none, and Ctrl 1 opens the first of the rail', async () => {
    const page = await openList('fleet');
    const headings = await page.locator('nav[aria-label="Clusters"] h2').allInnerTexts();
    expect(headings).toEqual(['build', 'edge', 'identity', 'payments', 'search', 'tenants']);
    const first = await page.locator('nav[aria-label="Clusters"] li button').first().getAttribute('aria-label');
    expect(first).toMatch(/^ml-platform-dev, .*Ctrl 1$/);
    await page.keyboard.press('Control+1');
    await expect.poll(() => page.title()).toContain('ml-platform-dev');
  });

  it('that is open is in sight, however many there are', async () => {
    const page = await openList('fleet');
    const box = await tile(page, 'payments-prod-eu').boundingBox();
    expect(box && box.y >= 0 && box.y + box.height <= 900).toBe(true);
  });
});

describe.each(windows)('in a window of %s', (_, width, height, isDoubled) => {
  const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight);

  it('the question and all its answers are in the window', async () => {
    const page = await openPage('unknownTier', { width, height });
    if (isDoubled) await enlarge(page);
    for (const answer of ['production', 'staging', 'development', 'Later']) {
      const box = await page.getByRole('button', { name: answer, exact: true }).boundingBox();
      expect(box && box.x >= 0 && box.x + box.width <= width && box.y + box.height <= height, answer).toBe(true);
    }
    expect(await overflow(page)).toBe(false);
  });

  it('every setting of a cluster can be reached', async () => {
    const page = await openList('list', { width, height });
    if (isDoubled) await enlarge(page);
    await page.keyboard.press('Control+,');
    await page.getByRole('textbox', { name: 'Find a cluster' }).fill('ci-');
    await press(page, '[role="grid"] [role="row"][aria-selected]');
    const panel = page.getByRole('complementary', { name: 'Settings of ci-runners-dev' });
    for (const part of [panel.getByRole('switch'), panel.getByRole('combobox'), panel.getByText('~/.kube/config'), panel.getByRole('button', { name: 'Close' })]) {
      await part.scrollIntoViewIfNeeded();
      const box = await part.boundingBox();
      expect(box && box.x >= 0 && box.x + box.width <= width && box.y >= 0 && box.y + box.height <= height).toBe(true);
    }
    expect(await overflow(page)).toBe(false);
  });
});
