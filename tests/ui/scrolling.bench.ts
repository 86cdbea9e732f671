/** What the page does for a frame that scrolls over 100,000 rows (design.md §6: mean of 300 frames ≤ 2 ms, p95 ≤ 4 ms).
 * Processor time of the main thread, since the clock on the wall counts what else runs on the machine; the host in memory
 * is in it, which in the application is not the page's. Figures are printed and none is asserted. */
import type { CDPSession, Page } from 'playwright-core';
import { expect, it } from 'vitest';

import { openList, press } from './page';

const FRAMES = 300;
/** Frames that are measured together: the browser is asked between them. */
const TOGETHER = 5;
const PARTS = ['ScriptDuration', 'RecalcStyleDuration', 'LayoutDuration'] as const;

type Metrics = ReadonlyMap<string, number>;

async function metricsOf(client: CDPSession): Promise<Metrics> {
  const { metrics } = await client.send('Performance.getMetrics');
  return new Map(metrics.map(({ name, value }) => [name, value * 1_000]));
}

/** Scrolls by so many pixels in each of a few frames; gives the number of rows in the document. */
function scroll(page: Page, frames: number, pixels: number): Promise<number> {
  return page.evaluate(
    ([count = 0, by = 0]) =>
      new Promise<number>((resolve) => {
        const grid = document.querySelector('[role="grid"]');
        let left = count;
        const step = (): void => {
          if (grid === null || left === 0) {
            resolve(grid?.querySelectorAll('[role="row"]').length ?? 0);
            return;
          }
          left -= 1;
          grid.scrollTop += by;
          requestAnimationFrame(step);
        };
        requestAnimationFrame(step);
      }),
    [frames, pixels],
  );
}

const inMs = (value: number) => value.toFixed(2);

it.each([
  ['nothing', 0],
  ['a row', 28],
  ['four rows', 112],
  ['half a screen', 400],
])('a frame that scrolls by %s', async (name, pixels) => {
  const page = await openList('many');
  await press(page, 'main button:has-text("Namespaces")');
  await page.getByRole('dialog').getByRole('button', { name: /^All namespaces/ }).click();
  await expect.poll(() => page.locator('main .count').innerText()).toBe('100,000');
  const client = await page.context().newCDPSession(page);
  await client.send('Performance.enable', { timeDomain: 'threadTicks' });
  await scroll(page, 60, pixels);

  const works: number[] = [];
  const sums = new Map<string, number>();
  let rows = 0;
  for (let done = 0; done < FRAMES; done += TOGETHER) {
    const before = await metricsOf(client);
    rows = await scroll(page, TOGETHER, pixels);
    const after = await metricsOf(client);
    const took = (part: string) => (after.get(part) ?? 0) - (before.get(part) ?? 0);
    for (const part of [...PARTS, 'TaskDuration']) sums.set(part, (sums.get(part) ?? 0) + took(part));
    works.push(PARTS.reduce((sum, part) => sum + took(part), 0) / TOGETHER);
  }
  works.sort((a, b) => a - b);
  const mean = (part: string) => inMs((sums.get(part) ?? 0) / FRAMES);
  const work = inMs(works.reduce((sum, one) => sum + one, 0) / works.length);
  const p95 = inMs(works[Math.floor(works.length * 0.95)] ?? 0);
  const [script, style, layout] = PARTS.map(mean);
  process.stdout.write(
    `${name} a frame: mean ${work} ms (script ${script ?? ''}, style ${style ?? ''}, layout ${layout ?? ''}), p95 of ${String(works.length)} times ${String(TOGETHER)} frames ${p95} ms; ` +
      `all of the main thread with paint ${mean('TaskDuration')} ms; ${String(rows)} rows in the document\n`,
  );
});
