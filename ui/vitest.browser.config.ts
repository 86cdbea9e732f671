import { join } from 'node:path';

import { defineConfig } from 'vitest/config';

const installed = (path: string) => join(import.meta.dirname, 'node_modules', path);

/** Browser specs over the built page. They lie beside the other tests of the repository, their packages here. */
export default defineConfig({
  root: join(import.meta.dirname, '../tests/ui'),
  resolve: {
    alias: {
      'axe-core': installed('axe-core/axe.js'),
      'playwright-core': installed('playwright-core/index.mjs'),
      vitest: installed('vitest/dist/index.js'),
    },
  },
  test: {
    environment: 'node',
    include: ['**/*.spec.ts'],
    testTimeout: 30_000,
    // A second, which is usual, is not enough on a machine that builds something else.
    expect: { poll: { timeout: 15_000 } },
    hookTimeout: 30_000,
    fileParallelism: false,
  },
});
