/** The page over the host in memory: `fake.html?scenario=list&theme=dark`. Built by `npm run build:fake` alone. */
import { createFake, scenarios } from './ipc/fake';
import type { Scenario } from './ipc/fake';
import type { Theme } from './ipc/types';
import { start } from './start';

const query = new URLSearchParams(location.search);
const asked = query.get('scenario');
const scenario: Scenario = scenarios.find((known) => known === asked) ?? 'list';
const fake = createFake(scenario);
const theme = query.get('theme');
if (theme === 'light' || theme === 'dark') fake.world.settings.theme = theme satisfies Theme;

// Page tests reach the host through this; nothing of the page reads it.
Object.assign(globalThis, { secateurFake: fake });
start(fake);
