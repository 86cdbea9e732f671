import { expect, it } from 'vitest';

import { viewport } from './viewport.svelte';

it.each([
  [1920, 1080, 100, 'huge'],
  [1440, 900, 100, 'full'],
  [1279, 900, 100, 'compact'],
  [959, 600, 100, 'narrow'],
  [599, 600, 100, 'tiny'],
  [1440, 900, 200, 'narrow'],
  [960, 600, 200, 'tiny'],
  [1440, 900, 80, 'full'],
])('a window of %i x %i at a text size of %i %% is %s', (width, height, textSize, size) => {
  viewport.set(width, height, textSize);
  expect(viewport.size).toBe(size);
});
