/** What a session's panel says: first what is so, then why, then what a person can do (ui.md §10). */
import type { ClusterSummary, SessionState } from '../../ipc/types';
import type { IconName } from '../../shared/icons/icons';
import { clock, sentence, visible } from '../../shared/text';

export type PanelWords = { title: string; cause: string; advice: string; action: string; busy: string };

type Make = (name: string) => Omit<PanelWords, 'cause'>;

const readAgain = 'Secateur reads the kubeconfig and the credential it names again.';

const words: Partial<Record<SessionState, Make>> = {
  signedOut: (name) => ({ title: `Signed out of ${name}`, advice: readAgain, action: 'Try again', busy: 'Signing in' }),
  needsSignIn: (name) => ({
    title: `Sign in to ${name}`,
    advice: `Sign in with the tool that wrote this kubeconfig, then try again. ${readAgain}`,
    action: 'Try again',
    busy: 'Signing in',
  }),
  needsConsent: (name) => ({
    title: `${name} wants to run a program to sign in`,
    advice: 'Nothing was run. Put a token or a client certificate into the kubeconfig, then try again.',
    action: 'Try again',
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
      'No credential was sent. Ask whoever runs the cluster for its certificate authority and name it in the kubeconfig as certificate-authority-data.',
    action: 'Try again',
    busy: 'Trying',
  }),
  unusable: (name) => ({
    title: `The kubeconfig entry of ${name} cannot be used`,
    advice: 'Mend the file; Secateur never writes it. Other entries are not affected.',
    action: 'Look again',
    busy: 'Looking',
  }),
};

export function panelWords(cluster: ClusterSummary): PanelWords | null {
  const made = words[cluster.state]?.(visible(cluster.name));
  return made ? { ...made, cause: causeAfter(made.title, sentence(visible(cluster.problem ?? ''))) } : null;
}

/** The backend's sentence stands alone; under a title that says its first half only the second is new. */
function causeAfter(title: string, cause: string): string {
  if (!cause.startsWith(`${title}: `)) return cause;
  const rest = cause.slice(title.length + 2);
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

export type BannerWords = { tone: 'warn' | 'danger'; icon: IconName; title: string };

/** The banner over rows that are no longer live. */
export function bannerWords(cluster: ClusterSummary): BannerWords | null {
  const name = visible(cluster.name);
  const since = cluster.since === null ? '' : ` at ${clock(cluster.since)}`;
  const all: Partial<Record<SessionState, BannerWords>> = {
    signedOut: { tone: 'warn', icon: 'key', title: `Signed out of ${name}${since}.` },
    needsSignIn: { tone: 'warn', icon: 'key', title: `Signed out of ${name}.` },
    needsConsent: { tone: 'warn', icon: 'terminal', title: `${name} wants to run a program to sign in.` },
    unreachable: { tone: 'danger', icon: 'unplugged', title: `${name} does not answer.` },
    intercepted: { tone: 'danger', icon: 'unplugged', title: `A web page answered instead of ${name}.` },
    untrustedCertificate: { tone: 'danger', icon: 'lock', title: `The certificate of ${name} is not trusted.` },
    unusable: { tone: 'danger', icon: 'error', title: `The kubeconfig entry of ${name} cannot be used.` },
  };
  return all[cluster.state] ?? null;
}
