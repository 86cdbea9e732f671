/** What each code of the closed set says first: what did not happen. The server's own words follow it. */
import type { ApiError, ErrorCode } from '../ipc/types';
import type { IconName } from './icons/icons';

type Look = { title: string; icon: IconName };

const looks: Record<ErrorCode, Look> = {
  clusterRequired: { title: 'Nothing was sent: no cluster was named', icon: 'error' },
  clusterUnknown: { title: 'This cluster is no longer in a kubeconfig', icon: 'question' },
  kubeconfigUnusable: { title: 'The kubeconfig entry cannot be used', icon: 'doc' },
  unreachable: { title: 'The cluster does not answer', icon: 'unplugged' },
  timeout: { title: 'No answer came in time', icon: 'clock' },
  intercepted: { title: 'A web page answered instead of Kubernetes', icon: 'unplugged' },
  untrustedCertificate: { title: "The server's certificate is not trusted", icon: 'lock' },
  signInRequired: { title: 'The server did not accept the sign-in', icon: 'key' },
  consentRequired: { title: 'Nothing was run: a program needs your consent', icon: 'terminal' },
  pluginFailed: { title: 'The credential plugin gave no credential', icon: 'terminal' },
  refused: { title: 'The server refused', icon: 'barred' },
  notFound: { title: 'It does not exist there', icon: 'question' },
  conflict: { title: 'It changed on the server meanwhile', icon: 'swap' },
  busy: { title: 'The server asked to slow down', icon: 'clock' },
  serverFailed: { title: 'The server failed to answer', icon: 'error' },
  kindUnknown: { title: 'The cluster serves no such kind', icon: 'question' },
  notOpen: { title: 'This is no longer open', icon: 'question' },
  planChanged: { title: 'Nothing was sent: the plan changed', icon: 'swap' },
  proofWrong: { title: 'Nothing was sent: the proof does not match', icon: 'error' },
  otherCluster: { title: 'Nothing was sent: this is another cluster', icon: 'error' },
  storageFailed: { title: 'Nothing was sent: a file of Secateur cannot be written', icon: 'disk' },
  readOnly: { title: 'Nothing was sent: the cluster is read-only', icon: 'lock' },
  planNotReady: { title: 'Nothing was sent: the plan is still being worked out', icon: 'clock' },
  copyUnreadable: { title: 'Nothing was restored: the copy cannot be read', icon: 'key' },
  fileNotWritten: { title: 'The file was not written', icon: 'disk' },
  invalidRequest: { title: 'The request makes no sense', icon: 'error' },
};

export function errorTitle(code: ErrorCode): string {
  return looks[code].title;
}

export function errorIcon(code: ErrorCode): IconName {
  return looks[code].icon;
}

/** Every code there is, for the test that none lacks its text. */
export const errorCodes = Object.keys(looks) as ErrorCode[];

/** For the clipboard: everything someone who runs the cluster may ask for. */
export function errorDetails(error: ApiError): string {
  return [
    `${errorTitle(error.code)} (${error.code})`,
    error.message,
    error.hint,
    error.status === null ? null : `HTTP status ${String(error.status)}`,
    error.serverWords === null ? null : `The server said: ${error.serverWords}`,
    error.auditId === null ? null : `Audit-Id: ${error.auditId}`,
  ]
    .filter((line) => line !== null)
    .join('\n');
}
