/** How the clusters of the fake host are signed in to, and what stands in the way in each state. */
import type { CertificateProblem, ClusterSummary, ConsentAsked, CredentialKind, CredentialWords, PathStep, SessionState } from '../types';

const offered: Partial<Record<string, [kind: CredentialKind, words: string]>> = {
  'ci-runners-dev': ['certificate', 'client certificate'],
  'edge-prod-fra1': ['certificate', 'client certificate'],
  'kind-scratch': ['certificate', 'client certificate'],
  'ml-platform-dev': ['tokenFile', 'token in ~/.kube/ml-token'],
  'garden-production': ['token', 'token in the kubeconfig'],
  'garden-development': ['token', 'token in the kubeconfig'],
  'payments-staging-eu': ['token', 'token in the kubeconfig'],
};

export function credentialOf(name: string): CredentialWords {
  const [kind, words] = offered[name] ?? ['plugin', 'plugin aws'];
  return { kind, words, until: null, actingAs: null, kept: null, keepProblem: null };
}

export const consent: ConsentAsked = {
  digest: '8f41c2',
  program: '/usr/local/bin/aws',
  arguments: ['eks', 'get-token', '--cluster-name', 'payments-prod-eu', '--output', 'json'],
  variables: ['AWS_PROFILE', 'AWS_REGION'],
  file: '~/.kube/config',
  line: 214,
};

export const certificate: CertificateProblem = {
  host: '7C31D9.gr7.eu-central-1.eks.example.com:443',
  problem: 'it is signed by an authority that the kubeconfig does not name',
  subject: 'CN=kube-apiserver',
  issuer: 'CN=Example Intercepting Proxy CA, O=Example Networks',
  from: '2026-03-01',
  to: '2027-03-01',
  names: ['7C31D9.gr7.eu-central-1.eks.example.com', 'kubernetes', 'kubernetes.default.svc', '10.100.0.1'],
  sha256: '4f9a17c05be2d8316a7709ee5c41b2f03d86a95be1774c02f8e19b63d07ae0c1',
};

/** The path of picture 09. */
const refused: PathStep[] = [
  { name: 'kubeconfig', state: 'done', words: '~/.kube/edge.yaml, line 31', millis: null },
  { name: 'proxy', state: 'done', words: 'none: NO_PROXY names .edge.internal', millis: null },
  { name: 'name', state: 'done', words: 'api.fra1.edge.internal is 10.8.14.2', millis: 3 },
  { name: 'connection', state: 'failed', words: 'refused by 10.8.14.2:6443', millis: 1 },
  { name: 'certificate', state: 'notReached', words: '', millis: null },
  { name: 'server', state: 'notReached', words: '', millis: null },
];

type Standing = Pick<ClusterSummary, 'plugin' | 'consent' | 'certificate' | 'path' | 'nextTry'>;

/** What a state brings along. */
export function standing(state: SessionState, now: number): Standing {
  return {
    plugin: null,
    consent: state === 'needsConsent' ? consent : null,
    certificate: state === 'untrustedCertificate' ? certificate : null,
    path: state === 'unreachable' ? refused : [],
    nextTry: state === 'unreachable' ? now + 12 : null,
  };
}
