/** The objects of the pictures, and as many more as a scenario wants. */
import type { Column, ColumnChoice, ColumnKind, KindRef, RowId, RowState } from '../types';

export type FakeObject = {
  id: RowId | null;
  kind: string;
  plural: string;
  namespace: string | null;
  name: string;
  /** Printed cells by column id, without name, namespace and age. */
  cells: Record<string, string>;
  /** Unix seconds. */
  created: number;
  state: RowState;
  labels: Record<string, string>;
  /** When its grace was over, in Unix seconds, of one that is terminating. */
  deleted?: number;
  /** When it last changed, in milliseconds; drives `isFresh`. */
  changed: number;
};

const columnSeeds: Record<string, [string, string, ColumnKind][]> = {
  pods: [['ready', 'Ready', 'text'], ['status', 'Status', 'status'], ['restarts', 'Restarts', 'number'], ['age', 'Age', 'age'], ['node', 'Node', 'text']],
  configmaps: [['data', 'Data', 'number'], ['age', 'Age', 'age']],
  secrets: [['type', 'Type', 'text'], ['data', 'Data', 'number'], ['age', 'Age', 'age']],
  namespaces: [['status', 'Status', 'status'], ['age', 'Age', 'age']],
  deployments: [['ready', 'Ready', 'text'], ['upToDate', 'Up-to-date', 'number'], ['available', 'Available', 'number'], ['age', 'Age', 'age']],
};

const wideSeeds: Record<string, [string, string, ColumnKind][]> = {
  pods: [['ip', 'IP', 'text'], ['nominated', 'Nominated Node', 'text']],
  deployments: [['images', 'Images', 'text']],
};

function column(id: string, name: string, kind: ColumnKind, isWide = false): Column {
  return { id, name, description: id === 'name' ? 'Name must be unique within a namespace.' : '', kind, isWide };
}

/** What stands before the server's own columns. */
export interface Leading {
  readonly withCluster: boolean;
  readonly withNamespace: boolean;
}

/** Those that are printed, and those that are not. */
export function columnsFor(plural: string, leading: Leading, isWide: boolean, choice: ColumnChoice): { columns: Column[]; hidden: Column[] } {
  const make = (seeds: [string, string, ColumnKind][] | undefined, wide: boolean) => (seeds ?? []).map(([id, name, kind]) => column(id, name, kind, wide));
  const all = [
    ...(leading.withCluster ? [column('secateur/Cluster', 'Cluster', 'cluster')] : []),
    ...(leading.withNamespace ? [column('secateur/Namespace', 'Namespace', 'namespace')] : []),
    column('name', 'Name', 'name'),
    ...make(columnSeeds[plural] ?? [['age', 'Age', 'age']], false),
    ...make(wideSeeds[plural], true),
    ...choice.labels.map((key) => column(`label:${key}`, key, 'text')),
  ];
  const isPrinted = ({ id, kind, isWide: wide }: Column) =>
    kind === 'name' || (!choice.hidden.includes(id) && (!wide || isWide || choice.shown.includes(id)));
  return { columns: all.filter(isPrinted), hidden: all.filter((one) => !isPrinted(one)) };
}

/** namespace, name, ready, status, restarts, age in seconds, last part of the node's address */
type PodSeed = [string, string, string, string, string, number, string];

const minute = 60;
const hour = 3600;
const day = 86_400;

const podSeeds: PodSeed[] = [
  ['payments-prod', 'checkout-api-5bb7d49f6c-4m7hz', '2/2', 'Running', '0', 2 * hour, '112-87'],
  ['payments-prod', 'checkout-api-5bb7d49f6c-9qxrl', '2/2', 'Running', '0', 2 * hour, '96-203'],
  ['payments-prod', 'checkout-api-5bb7d49f6c-tz6kn', '1/2', 'Terminating', '0', 2 * hour, '77-250'],
  ['payments-prod', 'checkout-api-canary-6d8f9c7b54-2xk9p', '0/2', 'CrashLoopBackOff', '14 (2m ago)', 38 * minute, '112-87'],
  ['payments-prod', 'checkout-api-canary-6d8f9c7b54-8jw4t', '0/2', 'CrashLoopBackOff', '14 (4m ago)', 38 * minute, '96-203'],
  ['payments-prod', 'checkout-api-canary-6d8f9c7b54-vh2qd', '1/2', 'OOMKilled', '11 (41s ago)', 38 * minute, '131-14'],
  ['payments-prod', 'checkout-db-migrate-29401680-w9kqc', '0/1', 'Completed', '0', day, '77-250'],
  ['payments-prod', 'checkout-db-migrate-29403120-p5dtx', '0/1', 'Completed', '0', 6 * hour, '96-203'],
  ['fraud-scoring', 'checkout-features-6f9b8b7d55-c2wsv', '3/3', 'Running', '0', 4 * day, '148-9'],
  ['fraud-scoring', 'checkout-features-6f9b8b7d55-m8ptq', '3/3', 'Running', '0', 4 * day, '77-250'],
  ['fraud-scoring', 'checkout-features-backfill-29403180-lr4gz', '0/1', 'Init:0/2', '0', 3 * minute, '148-9'],
  ['ledger', 'checkout-ledger-export-29401200-dw8mr', '0/1', 'Completed', '0', day, '77-250'],
  ['ledger', 'checkout-ledger-export-29402640-6vkjs', '0/1', 'Evicted', '0', 9 * hour, '77-250'],
  ['ledger', 'checkout-ledger-sync-6b7fd5c4d8-qq2zl', '1/1', 'Running', '0', 8 * day, '112-87'],
  ['ledger', 'checkout-ledger-sync-84d5c6f7b9-hx7n4', '0/1', 'ImagePullBackOff', '0', 51 * minute, '148-9'],
  ['payments-prod', 'checkout-redis-0', '1/1', 'Running', '0', 19 * day, '112-87'],
  ['payments-prod', 'checkout-redis-1', '1/1', 'Running', '0', 19 * day, '96-203'],
  ['payments-prod', 'checkout-redis-2', '1/1', 'Running', '2 (4d ago)', 19 * day, '131-14'],
  ['payments-prod', 'checkout-worker-7c6f8d9b5-bkf2w', '0/1', 'ContainerCreating', '0', 9, '131-14'],
  ['payments-prod', 'checkout-worker-7c6f8d9b5-xn8vm', '1/1', 'Running', '1 (3h ago)', 6 * hour, '131-14'],
  ['ledger', 'ledger-worker-5b7c9d4f8-qz4vn', '1/1', 'Running', '0', 8 * day, '131-14'],
];

/** What a server warns of whenever a kind is asked for. */
export function warningOf(plural: string): string | null {
  return plural === 'kafkatopics' ? 'kafka.strimzi.io/v1beta2 KafkaTopic is deprecated; use kafka.strimzi.io/v1 KafkaTopic' : null;
}

let nextUid = 1;

export function newUid(): string {
  const tail = (nextUid++).toString(16).padStart(12, '0');
  return `6a0d4f1e-93b7-4c55-8f0e-${tail}`;
}

function object(cluster: string, kind: [string, string], namespace: string | null, name: string, age: number, cells: Record<string, string>): FakeObject {
  const state: RowState = cells['status'] === 'Terminating' ? 'terminating' : 'live';
  const created = Date.now() / 1000 - age;
  const gone = state === 'terminating' ? { deleted: Date.now() / 1000 - 14 * minute } : {};
  return { id: { cluster, uid: newUid() }, kind: kind[0], plural: kind[1], namespace, name, cells, created, state, labels: labelsOf(name), ...gone, changed: 0 };
}

function labelsOf(name: string): Record<string, string> {
  const app = name.split('-').filter((part) => !/\d/.test(part)).slice(0, 2).join('-');
  return { app, ...(name.startsWith('checkout') ? { 'app.kubernetes.io/part-of': 'checkout', 'part-of': 'checkout' } : {}) };
}

const edgePodSeeds: PodSeed[] = [
  ['edge-gateway', 'envoy-gateway-7f5c9bd6d8-4kq2x', '2/2', 'Running', '0', 11 * day, '1-2'],
  ['edge-gateway', 'envoy-gateway-7f5c9bd6d8-b7mzt', '2/2', 'Running', '0', 11 * day, '1-3'],
  ['edge-gateway', 'envoy-gateway-7f5c9bd6d8-zz9fn', '2/2', 'Running', '2 (9d ago)', 11 * day, '1-4'],
  ['edge-gateway', 'waf-rules-sync-29403120-qp4vd', '0/1', 'Completed', '0', 6 * hour, '1-2'],
  ['edge-dns', 'coredns-external-6c5bd7d8f-hx7n4', '1/1', 'Running', '0', 16 * day, '1-5'],
];

function podObjects(cluster: string): FakeObject[] {
  const seeds = cluster.includes('edge') ? edgePodSeeds : podSeeds;
  return seeds.map(([namespace, name, ready, status, restarts, age, node]) =>
    object(cluster, ['Pod', 'pods'], namespace, name, age, { ready, status, restarts, node: `ip-10-42-${node}.eu-central-1`, ip: '10.42.7.19' }),
  );
}

function configMapObjects(cluster: string): FakeObject[] {
  const rows: [string, string, number, number][] = [
    ['ci-nightly', 'argo-params-nightly-29403', 14, 6 * hour],
    ['ci-nightly', 'argo-params-nightly-29402', 14, day],
    ['ci-nightly', 'argo-params-nightly-29401', 14, 2 * day],
    ['ci-nightly', 'e2e-browsers-matrix-2024', 3, 41 * day],
    ['ci-nightly', 'kube-root-ca.crt', 1, 212 * day],
    ['ci-pr-18442', 'buildkit-cache-index-8c1f', 1, 3 * hour],
    ['ci-pr-18442', 'preview-env-overrides', 9, 3 * hour],
    ['ci-release', 'protected-build-roots', 2, 180 * day],
    ['payments-load-test', 'k6-scenario-black-friday', 4, 12 * day],
    ['payments-prod', 'checkout-feature-flags', 22, 90 * day],
    ['payments-prod', 'gateway-routes', 7, 90 * day],
    ['payments-prod', 'kube-root-ca.crt', 1, 212 * day],
  ];
  return rows.map(([namespace, name, data, age]) => object(cluster, ['ConfigMap', 'configmaps'], namespace, name, age, { data: String(data) }));
}

/** 100,000 Pods of a large cluster. */
export function manyPods(cluster: string, total: number): FakeObject[] {
  const words = ['Running', 'Running', 'Running', 'Completed', 'Pending', 'CrashLoopBackOff'];
  return Array.from({ length: total }, (_, index) =>
    object(cluster, ['Pod', 'pods'], `team-${String(index % 214).padStart(3, '0')}`, `worker-${String(index).padStart(6, '0')}-x7k2p`, 60 + index, {
      ready: '1/1',
      status: words[index % words.length] ?? 'Running',
      restarts: '0',
      node: `ip-10-42-${String(index % 250)}-9.eu-central-1`,
    }),
  );
}

/** Names that try to be something else. */
export function hostilePods(cluster: string): FakeObject[] {
  const names = [
    '<img src=x onerror=alert(1)>',
    '<script>document.title="owned"</script>',
    'api-\u202Etac.exe\u202C-v1',
    'zero\u200Bwidth\u200Djoined',
    'bell\u0007-and\u0000nul\nline',
    '{{constructor.constructor("alert(1)")()}}',
    'a'.repeat(253),
    `rbac-${'role-'.repeat(40_000)}`, // a role's name may have 200 kB
    'раyments-api', // a Cyrillic first letter: shown as it is
  ];
  const labels = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`label-${String(index)}`, 'v'.repeat(63)]));
  return names.map((name) => {
    const pod = object(cluster, ['Pod', 'pods'], 'payments-prod', name, 4000, { ready: '1/1', status: '<b>Running</b>', restarts: '0', node: 'ip-10-42-1-1' });
    return { ...pod, labels };
  });
}

function otherObjects(cluster: string, kind: KindRef, kindName: string, namespaces: readonly string[], isNamespaced: boolean): FakeObject[] {
  if (kind.plural === 'namespaces') {
    return namespaces.map((name) => object(cluster, [kindName, kind.plural], null, name, 212 * day, { status: 'Active' }));
  }
  return Array.from({ length: 9 }, (_, index) => {
    const namespace = isNamespaced ? (namespaces[index % namespaces.length] ?? 'default') : null;
    return object(cluster, [kindName, kind.plural], namespace, `${kindName.toLowerCase()}-${String(index)}`, (index + 1) * 9 * hour, {
      ready: '3/3', upToDate: '3', available: '3', type: 'Opaque', data: '3', status: 'Active',
    });
  });
}

export function seedObjects(cluster: string, kind: KindRef, kindName: string, namespaces: readonly string[], isNamespaced: boolean): FakeObject[] {
  if (kind.plural === 'pods') return podObjects(cluster);
  if (kind.plural === 'configmaps') return configMapObjects(cluster);
  return otherObjects(cluster, kind, kindName, namespaces, isNamespaced);
}

/** An age as kubectl prints it (`HumanDuration` of apimachinery). */
export function printedAge(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (big: number, unit: string, small: number, smallUnit: string) => `${String(big)}${unit}${small ? `${String(small)}${smallUnit}` : ''}`;
  if (whole < 120) return `${String(whole)}s`;
  if (whole < 10 * minute) return two(Math.floor(whole / minute), 'm', whole % minute, 's');
  if (whole < 3 * hour) return `${String(Math.floor(whole / minute))}m`;
  if (whole < 8 * hour) return two(Math.floor(whole / hour), 'h', Math.floor((whole % hour) / minute), 'm');
  if (whole < 2 * day) return `${String(Math.floor(whole / hour))}h`;
  if (whole < 8 * day) return two(Math.floor(whole / day), 'd', Math.floor((whole % day) / hour), 'h');
  return `${String(Math.floor(whole / day))}d`;
}
