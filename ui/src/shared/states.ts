import type { IconName } from './icons/icons';

export type Tone = 'good' | 'quiet' | 'busy' | 'bad' | 'warn' | 'plain';
export type StateLook = { icon: IconName; tone: Tone } | null;

const good: StateLook = { icon: 'dot', tone: 'good' };
const quiet: StateLook = { icon: 'check', tone: 'quiet' };
const busy: StateLook = { icon: 'ring-dash', tone: 'busy' };
const bad: StateLook = { icon: 'error', tone: 'bad' };
const warn: StateLook = { icon: 'warning', tone: 'warn' };
const going: StateLook = { icon: 'hourglass', tone: 'warn' };

const known = new Map<string, StateLook>();
for (const word of ['Running', 'Active', 'Bound', 'Ready', 'Available', 'Healthy']) known.set(word, good);
for (const word of ['Completed', 'Succeeded', 'Complete']) known.set(word, quiet);
for (const word of ['Pending', 'ContainerCreating', 'PodInitializing', 'Suspended', 'SchedulingGated', 'Released']) {
  known.set(word, busy);
}
for (const word of [
  'CrashLoopBackOff',
  'ImagePullBackOff',
  'ErrImagePull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'ContainerCannotRun',
  'DeadlineExceeded',
  'OOMKilled',
  'Error',
  'Failed',
  'Lost',
]) {
  known.set(word, bad);
}
for (const word of ['Evicted', 'ContainerStatusUnknown', 'NotReady', 'NodeLost', 'Unknown']) known.set(word, warn);

/** The glyph and tone of a state as the server prints it (ui.md §4); null for a word that is not known to us. */
export function stateLook(word: string): StateLook {
  if (word.startsWith('Terminating')) return going;
  if (/^Init:\d+\/\d+$/.test(word)) return busy;
  if (/^(Init:)?(ExitCode|Signal):/.test(word)) return bad;
  // A node's word may carry more: "Ready,SchedulingDisabled".
  const plain = word.replace(/^Init:/, '').split(',')[0] ?? word;
  return known.get(plain) ?? null;
}
