/** What a session's panels say: first what is so, then why, then what a person can do (ui.md §10). */
import type { ClusterSummary, CredentialKind, PathStep, PathStepName, PluginRun, SessionState } from '../../ipc/types';
import type { IconName } from '../../shared/icons/icons';
import { pluginName, programName, sourceWords } from '../../shared/sessions';
import { clock, sentence, visible } from '../../shared/text';

export type PanelWords = { title: string; cause: string; advice: string; action: string; busy: string };

type Make = (name: string, cluster: ClusterSummary) => Omit<PanelWords, 'cause'>;

const signIn: Make = (name) => ({ title: `Sign in to ${name}`, advice: '', action: 'Sign in', busy: 'Signing in' });

const words: Partial<Record<SessionState, Make>> = {
  // Only what was stopped is on screen without being connected to.
  notConnected: signIn,
  signedOut: signIn,
  needsSignIn: signIn,
  needsConsent: (name) => ({
    title: `${name} wants to run a program to sign in`,
    advice: 'Nothing was run. Asked once; asked again if any of this changes.',
    action: 'Run it',
    busy: 'Signing in',
  }),
  unreachable: (name) => ({
    title: `${name} does not answer`,
    advice: 'Nothing was sent. Other clusters are not affected.',
    action: 'Try now',
    busy: 'Trying',
  }),
  intercepted: (name) => ({
    title: `A web page answered instead of ${name}`,
    advice: 'A network that asks for a sign-in of its own does this. Open it in a browser, then try again. No credential was sent.',
    action: 'Try again',
    busy: 'Trying',
  }),
  untrustedCertificate: (name) => ({
    title: `The certificate of ${name} is not trusted`,
    advice:
      'No credential was sent. Ask whoever runs the cluster whether this is its certificate. If it is, name the authority that signed it in the kubeconfig as certificate-authority-data.',
    action: 'Try again',
    busy: 'Trying',
  }),
  unusable: (name, { isAdded }) => ({
    title: `The kubeconfig entry of ${name} cannot be used`,
    advice: isAdded
      ? 'Remove it from the list and add it again. Other entries are not affected.'
      : 'Mend the file; Secateur never writes it. Other entries are not affected.',
    action: 'Look again',
    busy: 'Looking',
  }),
};

export function panelWords(cluster: ClusterSummary): PanelWords | null {
  const made = words[cluster.state]?.(visible(cluster.name), cluster);
  return made ? { ...made, cause: causeOf(cluster, made.title) } : null;
}

function causeOf(cluster: ClusterSummary, title: string): string {
  const cause = sentence(visible(cluster.problem ?? ''));
  if (cluster.state === 'signedOut' && cause === '') {
    const since = cluster.since === null ? '' : ` at ${clock(cluster.since)}`;
    return `You signed out${since}. A token that was kept for it is forgotten.`;
  }
  // Who it is for and from stands below, and who showed it.
  if (cluster.certificate !== null) return capital(sentence(visible(cluster.certificate.problem)));
  return causeAfter(title, cause);
}

/** The backend's sentence stands alone; under a title that says its first half only the second is new. */
function causeAfter(title: string, cause: string): string {
  if (!cause.startsWith(`${title}: `)) return cause;
  return capital(cause.slice(title.length + 2));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export type BannerWords = { tone: 'warn' | 'danger'; icon: IconName; title: string; action: string };

/** The banner over rows that are no longer live. */
export function bannerWords(cluster: ClusterSummary): BannerWords | null {
  const name = visible(cluster.name);
  const since = cluster.since === null ? '' : ` at ${clock(cluster.since)}`;
  const all: Partial<Record<SessionState, BannerWords>> = {
    signedOut: { tone: 'warn', icon: 'key', title: `Signed out of ${name}${since}.`, action: 'Sign in' },
    needsSignIn: { tone: 'warn', icon: 'key', title: `Signed out of ${name}.`, action: 'Sign in' },
    needsConsent: { tone: 'warn', icon: 'terminal', title: `${name} wants to run ${pluginName(cluster)} to sign in.`, action: 'Look' },
    unreachable: { tone: 'danger', icon: 'unplugged', title: unreachableTitle(cluster, name), action: 'Show' },
    intercepted: { tone: 'danger', icon: 'unplugged', title: `A web page answered instead of ${name}.`, action: 'Show' },
    untrustedCertificate: { tone: 'danger', icon: 'lock', title: `The certificate of ${name} is not trusted.`, action: 'Show' },
    unusable: { tone: 'danger', icon: 'error', title: `The kubeconfig entry of ${name} cannot be used.`, action: 'Show' },
  };
  return all[cluster.state] ?? null;
}

/** The banner over the rows of a cluster that comes and goes: the same whether it is there or not. */
export function unsteadyWords({ name }: ClusterSummary): BannerWords {
  return { tone: 'warn', icon: 'unplugged', title: `${visible(name)} comes and goes.`, action: 'Show' };
}

function unreachableTitle({ path }: ClusterSummary, name: string): string {
  const failed = path.find((step) => step.state === 'failed');
  return failed?.words ? `${name} does not answer: ${stepNames[failed.name].toLowerCase()} ${sentence(visible(failed.words))}` : `${name} does not answer.`;
}

export const stepNames: Record<PathStepName, string> = {
  kubeconfig: 'Kubeconfig',
  proxy: 'Proxy',
  name: 'Name',
  connection: 'Connection',
  certificate: 'Certificate',
  server: 'API server',
};

const stepLooks: Record<PathStep['state'], { icon: IconName; tone: string; word: string }> = {
  done: { icon: 'check', tone: 'good', word: 'done' },
  failed: { icon: 'error', tone: 'bad', word: 'failed' },
  notReached: { icon: 'minus', tone: 'quiet', word: 'not reached' },
};

export function stepLook({ state }: PathStep): { icon: IconName; tone: string; word: string } {
  return stepLooks[state];
}

/** 3 → "3 ms", 30012 → "30 s". */
export function millisWords(millis: number): string {
  if (millis < 1) return '< 1 ms';
  return millis < 10_000 ? `${String(Math.round(millis))} ms` : `${String(Math.round(millis / 1000))} s`;
}

/** When it is tried again by itself, at `now`, Unix seconds. */
export function nextTryWords(nextTry: number | null, now: number): string {
  if (nextTry === null) return '';
  const left = Math.ceil(nextTry - now);
  return left > 0 ? `Next try in ${String(left)} s` : 'Trying now';
}

/** How long a plugin has been running, and what ends it. */
export function pluginWords({ command, since, isRunning, isAsked }: PluginRun, now: number): string {
  const name = programName(command);
  if (!isRunning) return `${name} has ended`;
  const waited = Math.max(0, Math.floor(now - since));
  const waiting = `Waiting for ${name}, ${String(waited)} s.`;
  return isAsked ? `${waiting} Stop it at any time.` : `${waiting} In the background: stopped after 60 s.`;
}

export type WayWords = { title: string; detail: string; button: string };

const ways: Record<CredentialKind, (cluster: ClusterSummary) => WayWords> = {
  plugin: (cluster) => ({ title: `Run ${pluginName(cluster)}, as the kubeconfig says`, detail: '', button: 'Sign in' }),
  tokenFile: () => ({ title: 'Read the token file again, as the kubeconfig says', detail: 'words', button: 'Sign in' }),
  token: () => ({ title: 'Use the token in the kubeconfig', detail: 'The file is read again.', button: 'Sign in' }),
  certificate: () => ({ title: 'Use the client certificate in the kubeconfig', detail: 'It is read again.', button: 'Sign in' }),
  none: () => ({ title: 'Without a credential', detail: 'The kubeconfig names none. Some servers take anybody.', button: 'Try again' }),
};

/** What signing in by the kubeconfig does. */
export function wayWords(cluster: ClusterSummary): WayWords {
  const made = ways[cluster.credential.kind](cluster);
  return made.detail === 'words' ? { ...made, detail: sentence(visible(cluster.credential.words)) } : made;
}

/** Where a token that is given now would be, in a few words. */
export function keptWords({ credential: { keepProblem, kept } }: ClusterSummary): string {
  if (kept !== null) return kept === 'keyring' ? 'one is kept in the keyring; another takes its place' : 'one is kept for this run; another takes its place';
  return keepProblem === null ? 'kept in the keyring, or for this run only' : 'kept for this run only';
}

/** 4f9a17c0… → 4F:9A:17:C0…, for comparing by eye. */
export function printWords(sha256: string): string {
  const hex = sha256.replace(/[^0-9a-f]/gi, '').toUpperCase();
  // Two lines of sixteen, so that none breaks within.
  const lines = hex.match(/.{1,32}/g)?.map((line) => line.match(/../g)?.join(':') ?? line);
  return lines?.join('\n') ?? visible(sha256);
}

/** Everything that helps somebody else to see why; no secret is among it. */
export function detailLines(cluster: ClusterSummary): string[] {
  const said = panelWords(cluster);
  const { certificate } = cluster;
  const lines = [said?.title, said?.cause, `Kubeconfig: ${sourceWords(cluster)}`, `Server: ${cluster.server}`];
  for (const step of cluster.path) {
    const time = step.millis === null ? '' : ` (${millisWords(step.millis)})`;
    lines.push(`${stepNames[step.name]}: ${step.state === 'notReached' ? 'not reached' : step.words}${time}`);
  }
  if (certificate !== null) {
    lines.push(`Shown by: ${certificate.host}`, `Problem: ${certificate.problem}`, `Subject: ${certificate.subject}`, `Issuer: ${certificate.issuer}`);
    lines.push(`Valid: ${certificate.from} to ${certificate.to}`, `For: ${certificate.names.join(', ')}`, `SHA-256: ${printWords(certificate.sha256).replace('\n', ':')}`);
  }
  return lines.filter((line) => line !== undefined && line !== '').map((line) => line ?? '');
}
