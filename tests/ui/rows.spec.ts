/** The page holds a window of a list, however long it is. */
import { expect, it } from 'vitest';

import { openList } from './page';

it('holds at most three screens of rows, before and after scrolling', async () => {
  const page = await openList('many', { width: 1440, height: 900 });
  const screen = Math.ceil(900 / 28);
  const held = () => page.locator('[role="grid"] [role="row"][aria-rowindex]').count();
  expect(await held()).toBeLessThanOrEqual(3 * screen);
  await page.locator('[role="grid"]').focus();
  await page.keyboard.press('End');
  await page.getByText('worker-099938-x7k2p').waitFor();
  expect(await held()).toBeLessThanOrEqual(3 * screen);
});
