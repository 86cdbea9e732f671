/** Sorts kinds into the groups of the kind list, by API group and not by name alone. */
import type { KindSummary } from '../../ipc/types';

export type KindGroup = { title: string; kinds: KindSummary[] };

const favourites = ['/pods', '/configmaps', '/namespaces'];

/** `group/plural` in the order in which they stand. */
const fixed: [title: string, kinds: string[]][] = [
  ['Favourites', favourites],
  ['Workloads', ['apps/deployments', 'apps/statefulsets', 'apps/daemonsets', 'apps/replicasets', 'batch/jobs', 'batch/cronjobs', '/replicationcontrollers', 'autoscaling/horizontalpodautoscalers', 'policy/poddisruptionbudgets']],
  ['Config and storage', ['/secrets', '/persistentvolumeclaims', '/persistentvolumes', 'storage.k8s.io/storageclasses', 'storage.k8s.io/volumeattachments', 'storage.k8s.io/csidrivers', 'storage.k8s.io/csinodes', 'storage.k8s.io/csistoragecapacities', 'storage.k8s.io/volumeattributesclasses', '/resourcequotas', '/limitranges', '/podtemplates']],
  ['Network', ['/services', 'networking.k8s.io/ingresses', 'networking.k8s.io/networkpolicies', 'networking.k8s.io/ingressclasses', 'discovery.k8s.io/endpointslices', '/endpoints', 'networking.k8s.io/ipaddresses', 'networking.k8s.io/servicecidrs']],
  ['Access', ['/serviceaccounts', 'rbac.authorization.k8s.io/roles', 'rbac.authorization.k8s.io/rolebindings', 'rbac.authorization.k8s.io/clusterroles', 'rbac.authorization.k8s.io/clusterrolebindings', 'certificates.k8s.io/certificatesigningrequests']],
  ['Cluster', ['/nodes', '/events', 'events.k8s.io/events', 'coordination.k8s.io/leases', 'apiextensions.k8s.io/customresourcedefinitions', 'apiregistration.k8s.io/apiservices', 'admissionregistration.k8s.io/mutatingwebhookconfigurations', 'admissionregistration.k8s.io/validatingwebhookconfigurations', 'admissionregistration.k8s.io/validatingadmissionpolicies', 'admissionregistration.k8s.io/validatingadmissionpolicybindings', 'scheduling.k8s.io/priorityclasses', 'node.k8s.io/runtimeclasses', 'flowcontrol.apiserver.k8s.io/flowschemas', 'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations']],
];

const place = new Map(fixed.flatMap(([title, ids]) => ids.map((id, order) => [id, { title, order }] as const)));

export function kindId(kind: KindSummary): string {
  return `${kind.kind.group}/${kind.kind.plural}`;
}

/** Listable kinds that match, in the order of the groups; groups without any are left out. */
export function grouped(kinds: readonly KindSummary[], search: string): KindGroup[] {
  const found = kinds.filter((kind) => kind.isListable && isFound(kind, search));
  const titles = [...fixed.map(([title]) => title), 'Custom resources', 'Other'];
  return titles
    .map((title) => ({ title, kinds: found.filter((kind) => titleOf(kind) === title).sort(inOrder) }))
    .filter((group) => group.kinds.length > 0);
}

function titleOf(kind: KindSummary): string {
  return place.get(kindId(kind))?.title ?? (kind.isCustom ? 'Custom resources' : 'Other');
}

function inOrder(a: KindSummary, b: KindSummary): number {
  const [x, y] = [place.get(kindId(a))?.order, place.get(kindId(b))?.order];
  if (x !== undefined && y !== undefined) return x - y;
  return a.name.localeCompare(b.name) || a.kind.group.localeCompare(b.kind.group);
}

/** By name, plural, short name (`cm`) or group; each word of the search somewhere. */
export function isFound(kind: KindSummary, search: string): boolean {
  const all = [kind.name, kind.kind.plural, kind.kind.group, ...kind.shortNames].join('\n').toLowerCase();
  return search.toLowerCase().split(/\s+/).every((word) => all.includes(word));
}

/** The kind that Enter in the search opens: an exact short name or plural before anything else. */
export function bestMatch(groups: readonly KindGroup[], search: string): KindSummary | null {
  const all = groups.flatMap((group) => group.kinds);
  const exact = search.trim().toLowerCase();
  return (
    all.find((kind) => kind.shortNames.includes(exact) || kind.kind.plural === exact || kind.name.toLowerCase() === exact) ??
    all[0] ??
    null
  );
}
