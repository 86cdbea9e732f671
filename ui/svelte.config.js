import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** Styles are emitted as files: the page's content security policy allows no style in the document. */
export default {
  preprocess: vitePreprocess(),
  compilerOptions: { css: 'external', runes: true },
};
