/** The clusters, kinds and namespaces of the pictures. */
import type { ClusterSummary, FingerprintWords, KindRef, KindSummary, Scope, SessionState, Tier } from '../types';
import { credentialOf, standing } from './credentials';

type Seed = [name: string, letters: string, tier: Tier, state: SessionState, namespace: string, user: string, server: string];

const seeds: Seed[] = [
  ['payments-prod-eu', 'PE', 'production', 'signedIn', 'payments-prod', 'platform-oncall', 'https://7C31D9.gr7.eu-central-1.eks.example.com'],
  ['payments-prod-us', 'PU', 'production', 'needsSignIn', 'payments-prod', 'platform-oncall', 'https://A91D07C2E6.gr7.us-east-1.eks.example.com'],
  ['payments-staging-eu', 'PS', 'staging', 'signedIn', 'payments-load-test', 'platform-oncall', 'https://51F0AA.gr7.eu-central-1.eks.example.com'],
  ['ci-runners-dev', 'CD', 'development', 'signedIn', 'ci-nightly', 'm.okafor@example.com', 'https://api.ci.example.internal:6443'],
  ['edge-prod-fra1', 'ED', 'production', 'unreachable', 'edge-gateway', 'edge-admin', 'https://api.fra1.edge.internal:6443'],
  ['ml-platform-dev', 'ML', 'development', 'signedIn', 'default', 'a.lindqvist@example.com', 'https://api.ml.example.internal:6443'],
  ['kind-scratch', 'KI', 'unknown', 'notConnected', 'default', 'kind-scratch', 'https://127.0.0.1:6443'],
];

const problems: Partial<Record<SessionState, string>> = {
  needsSignIn: 'The server ended the session of platform-oncall: it answered 401, and a credential read again got 401 too.',
  unreachable: 'edge-prod-fra1 does not answer: connection refused by 10.8.14.2:6443.',
  untrustedCertificate: 'The certificate of 7C31D9.gr7.eu-central-1.eks.example.com is signed by an authority that the kubeconfig does not name.',
  intercepted: 'A web page answered instead of Kubernetes: 302 to https://wifi.example.com/login.',
  unusable: '~/.kube/edge.yaml, line 31: context edge-prod-fra1 names user edge-admin, which no file defines.',
  needsConsent: 'The kubeconfig asks to run aws to sign in.',
};

export function problemOf(state: SessionState): string | null {
  return problems[state] ?? null;
}

export function fingerprintOf(name: string, server: string): FingerprintWords {
  const seed = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 0xffff_ffff, 7).toString(16).padStart(8, '0');
  return { server, ca: seed.repeat(8), namespace: 'kube-system', uid: `${seed}-93b7-4c55-8f0e-2f6b6d1c9e74` };
}

/** What Secateur has in itself. */
const practiceSeeds: Seed[] = [
  ['garden-production', 'GP', 'production', 'notConnected', 'payments-prod', 'gardener', 'https://garden-production.practice.invalid'],
  ['garden-development', 'GD', 'development', 'notConnected', 'payments-prod', 'gardener', 'https://garden-development.practice.invalid'],
];

export function seedClusters(now: number): ClusterSummary[] {
  return seeds.map((seed) => made(seed, now));
}

export function practiceClusters(now: number): ClusterSummary[] {
  return practiceSeeds.map((seed) => ({ ...made(seed, now), source: 'practice', isPractice: true, isLocked: seed[2] === 'production' }));
}

function made([name, letters, tier, state, namespace, user, server]: Seed, now: number): ClusterSummary {
  return {
    id: `c-${name}`,
    name,
    letters,
    source: name.startsWith('edge') ? '~/.kube/edge.yaml' : '~/.kube/config',
    server,
    namespace,
    tier,
    // One production cluster is not read-only, as a person may choose; the others show what that rule does.
    care: { tier, isTierAsked: tier !== 'unknown', readOnly: name === 'payments-prod-eu' ? false : null, color: null, letters: null, group: null },
    fingerprint: state === 'notConnected' ? null : fingerprintOf(name, server),
    isLocked: tier === 'production' && name !== 'payments-prod-eu',
    unlockedUntil: null,
    state,
    since: state === 'notConnected' ? null : now - 271,
    user,
    method: credentialOf(name).words,
    problem: problemOf(state),
    credential: credentialOf(name),
    ...standing(state, now),
    isAdded: false,
    isPractice: false,
    headers: [],
    isInsecure: false,
    generation: 1,
    clockOffset: 0,
  };
}

type KindSeed = [group: string, version: string, plural: string, name: string, scope: Scope, short: string[], isListable?: boolean];

const kindSeeds: KindSeed[] = [
  ['', 'v1', 'pods', 'Pod', 'namespaced', ['po']],
  ['', 'v1', 'configmaps', 'ConfigMap', 'namespaced', ['cm']],
  ['', 'v1', 'namespaces', 'Namespace', 'cluster', ['ns']],
  ['', 'v1', 'secrets', 'Secret', 'namespaced', []],
  ['', 'v1', 'services', 'Service', 'namespaced', ['svc']],
  ['', 'v1', 'serviceaccounts', 'ServiceAccount', 'namespaced', ['sa']],
  ['', 'v1', 'persistentvolumeclaims', 'PersistentVolumeClaim', 'namespaced', ['pvc']],
  ['', 'v1', 'persistentvolumes', 'PersistentVolume', 'cluster', ['pv']],
  ['', 'v1', 'nodes', 'Node', 'cluster', ['no']],
  ['', 'v1', 'events', 'Event', 'namespaced', ['ev']],
  ['', 'v1', 'bindings', 'Binding', 'namespaced', [], false],
  ['apps', 'v1', 'deployments', 'Deployment', 'namespaced', ['deploy']],
  ['apps', 'v1', 'statefulsets', 'StatefulSet', 'namespaced', ['sts']],
  ['apps', 'v1', 'daemonsets', 'DaemonSet', 'namespaced', ['ds']],
  ['apps', 'v1', 'replicasets', 'ReplicaSet', 'namespaced', ['rs']],
  ['batch', 'v1', 'jobs', 'Job', 'namespaced', []],
  ['batch', 'v1', 'cronjobs', 'CronJob', 'namespaced', ['cj']],
  ['networking.k8s.io', 'v1', 'ingresses', 'Ingress', 'namespaced', ['ing']],
  ['networking.k8s.io', 'v1', 'networkpolicies', 'NetworkPolicy', 'namespaced', ['netpol']],
  ['storage.k8s.io', 'v1', 'storageclasses', 'StorageClass', 'cluster', ['sc']],
  ['rbac.authorization.k8s.io', 'v1', 'roles', 'Role', 'namespaced', []],
  ['rbac.authorization.k8s.io', 'v1', 'rolebindings', 'RoleBinding', 'namespaced', []],
  ['rbac.authorization.k8s.io', 'v1', 'clusterroles', 'ClusterRole', 'cluster', []],
  ['apiextensions.k8s.io', 'v1', 'customresourcedefinitions', 'CustomResourceDefinition', 'cluster', ['crd', 'crds']],
  ['kafka.strimzi.io', 'v1beta2', 'kafkatopics', 'KafkaTopic', 'namespaced', ['kt']],
  ['cert-manager.io', 'v1', 'certificates', 'Certificate', 'namespaced', ['cert']],
  ['argoproj.io', 'v1alpha1', 'applications', 'Application', 'namespaced', ['app']],
];

const inAll = ['pods', 'services', 'deployments', 'statefulsets', 'daemonsets', 'replicasets', 'jobs', 'cronjobs'];
/** Argo CD runs in some clusters only. */
export function isServed(cluster: string, { group }: Pick<KindRef, 'group'>): boolean {
  return group !== 'argoproj.io' || !cluster.includes('ci-');
}

const custom = ['kafka.strimzi.io', 'cert-manager.io', 'argoproj.io'];

export function seedKinds(): KindSummary[] {
  return kindSeeds.map(([group, version, plural, name, scope, shortNames, isListable = true]) => ({
    kind: { group, version, plural },
    name,
    scope,
    singular: name.toLowerCase(),
    shortNames,
    categories: inAll.includes(plural) ? ['all'] : [],
    isListable,
    isDeletable: name !== 'Binding',
    isCustom: custom.includes(group),
  }));
}

export const namespaceNames = [
  'argocd', 'cert-manager', 'ci-nightly', 'ci-pr-18442', 'ci-release', 'default', 'edge-gateway', 'fraud-scoring',
  'kube-node-lease', 'kube-public', 'kube-system', 'ledger', 'ml-experiments-lindqvist', 'ml-notebooks', 'observability',
  'payments-load-test', 'payments-prod', 'rook-ceph', 'tekton-results',
];
