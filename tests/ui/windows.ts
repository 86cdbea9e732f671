/** The windows and sizes of text in which nothing may be lost. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

export type Window = [name: string, width: number, height: number, isDoubled: boolean];

export const windows: readonly Window[] = [
  ['1440 x 900', 1440, 900, false],
  ['960 x 600', 960, 600, false],
  ['1440 x 900 at 200 %', 1440, 900, true],
  ['960 x 600 at 200 %', 960, 600, true],
];

/** Twice the size of text. */
export async function enlarge(page: Page): Promise<void> {
  for (let step = 0; step < 5; step += 1) await page.keyboard.press('Control+=');
  await expect.poll(() => page.evaluate(() => getComputedStyle(document.documentElement).fontSize)).toBe('32px');
}

/** Inside the window, and its middle not under something else. */
export async function isWhollyVisible(page: Page, target: Locator): Promise<boolean> {
  const box = await target.boundingBox();
  const view = page.viewportSize();
  if (!box || !view) return false;
  const inside = box.x >= 0 && box.y >= 0 && box.x + box.width <= view.width && box.y + box.height <= view.height;
  return inside && target.evaluate((element, { x, y }) => element.contains(document.elementFromPoint(x, y)), { x: box.x + box.width / 2, y: box.y + box.height / 2 });
}
