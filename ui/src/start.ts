/** Puts the page over a backend. */
import { mount } from 'svelte';

import App from './App.svelte';
import type { Backend } from './ipc/backend';
import './styles/tokens.css';
import './styles/base.css';

export function start(backend: Backend): void {
  mount(App, { target: document.body, props: { backend } });
}
