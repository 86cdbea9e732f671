/** Puts the page over a backend. */
import { mount } from 'svelte';

import App from './App.svelte';
import type { Backend } from './ipc/backend';
import './styles/tokens.css';
import './styles/base.css';

export function start(backend: Backend): void {
  // The system's theme until the settings are read, so that the first frame has colours.
  const isDark = matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
  mount(App, { target: document.body, props: { backend } });
}
