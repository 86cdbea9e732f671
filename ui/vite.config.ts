import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** `--mode fake` builds the page over the in-memory backend, for page tests and pictures; it is never shipped. */
export default defineConfig(({ mode }) => {
  const isFake = mode === 'fake';
  return {
    plugins: [svelte()],
    base: './',
    clearScreen: false,
    server: { port: 5317, strictPort: true, host: '127.0.0.1' },
    build: {
      target: ['safari17', 'chrome120'],
      outDir: isFake ? 'dist-fake' : 'dist',
      emptyOutDir: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rollupOptions: { input: isFake ? 'fake.html' : 'index.html' },
    },
  };
});
