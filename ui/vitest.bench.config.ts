import browser from './vitest.browser.config';

/** The page's own speed, in figures that are printed and not judged. */
export default { ...browser, test: { ...browser.test, include: ['**/*.bench.ts'], testTimeout: 120_000 } };
