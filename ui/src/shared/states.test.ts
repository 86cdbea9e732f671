import { describe, expect, it } from 'vitest';

import { outcomes } from './outcomes';
import { stateLook } from './states';

describe('a state as the server prints it', () => {
  it.each([
    ['Running', 'dot', 'good'],
    ['Completed', 'check', 'quiet'],
    ['Init:0/2', 'ring-dash', 'busy'],
    ['PodInitializing', 'ring-dash', 'busy'],
    ['Init:CrashLoopBackOff', 'error', 'bad'],
    ['OOMKilled', 'error', 'bad'],
    ['Evicted', 'warning', 'warn'],
    ['Terminating 14 min', 'hourglass', 'warn'],
    ['NotReady,SchedulingDisabled', 'warning', 'warn'],
  ])('%s has the glyph %s', (word, icon, tone) => expect(stateLook(word)).toEqual({ icon, tone }));

  it('has no glyph when it is not known', () => expect(stateLook('Reticulating')).toBeNull());
});

it('only Gone has a check mark among the outcomes', () => {
  const checked = Object.entries(outcomes).filter(([, look]) => look.icon === 'check').map(([outcome]) => outcome);
  expect(checked).toEqual(['gone']);
});
