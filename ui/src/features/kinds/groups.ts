/** Sorts kinds into the groups of the kind list, by API group and not by name alone. */
import type { KindSummary } from '../../ipc/types';
import { resourceOf, spellingsOf } from '../../shared/kinds';

export type KindGroup = { title: string; kinds: KindSummary[] };

/** What the person chose to stand first, by what kubectl calls it. */
export type Firsts = { favourites: readonly string[]; recent: readonly string[] };

/** `group/plural` in the order in which they stand. */
const fixed: [title: string, kinds: string[]][] = [
  ['Workloads', ['/pods', 'apps/deployments', 'apps/statefulsets', 'apps/daemonsets', 'apps/replicasets', 'batch/jobs', 'batch/cronjobs', '/replicationcontrollers', 'autoscaling/horizontalpodautoscalers', 'policy/poddisruptionbudgets']],
  ['Config and storage', ['/configmaps', '/secrets', '/persistentvolumeclaims', '/persistentvolumes', 'storage.k8s.io/storageclasses', 'storage.k8s.io/volumeattachments', 'storage.k8s.io/csidrivers', 'storage.k8s.io/csinodes', 'storage.k8s.io/csistoragecapacities', 'storage.k8s.io/volumeattributesclasses', '/resourcequotas', '/limitranges', '/podtemplates']],
  ['Network', ['/services', 'networking.k8s.io/ingresses', 'networking.k8s.io/networkpolicies', 'networking.k8s.io/ingressclasses', 'discovery.k8s.io/endpointslices', '/endpoints', 'networking.k8s.io/ipaddresses', 'networking.k8s.io/servicecidrs']],
  ['Access', ['/serviceaccounts', 'rbac.authorization.k8s.io/roles', 'rbac.authorization.k8s.io/rolebindings', 'rbac.authorization.k8s.io/clusterroles', 'rbac.authorization.k8s.io/clusterrolebindings', 'certificates.k8s.io/certificatesigningrequests']],
  ['Cluster', ['/namespaces', '/nodes', '/events', 'events.k8s.io/events', 'coordination.k8s.io/leases', 'apiextensions.k8s.io/customresourcedefinitions', 'apiregistration.k8s.io/apiservices', 'admissionregistration.k8s.io/mutatingwebhookconfigurations', 'admissionregistration.k8s.io/validatingwebhookconfigurations', 'admissionregistration.k8s.io/validatingadmissionpolicies', 'admissionregistration.k8s.io/validatingadmissionpolicybindings', 'scheduling.k8s.io/priorityclasses', 'node.k8s.io/runtimeclasses', 'flowcontrol.apiserver.k8s.io/flowschemas', 'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations']],
];

const place = new Map(fixed.flatMap(([title, ids]) => ids.map((id, order) => [id, { title, order }] as const)));

export function kindId(kind: KindSummary): string {
  return `${kind.kind.group}/${kind.kind.plural}`;
}

/** Listable kinds that match, in the order of the groups; groups without any are left out. A favourite stands among the
 * favourites alone; what was looked at last stands at its own place too, so that it does not go from there. */
export function grouped(kinds: readonly KindSummary[], search: string, firsts: Firsts): KindGroup[] {
  const found = findIn(kinds.filter(({ isListable }) => isListable), search);
  const byResource = new Map(found.map((kind) => [resourceOf(kind), kind]));
  const named = (resources: readonly string[]) => resources.flatMap((resource) => byResource.get(resource) ?? []);
  const favourites = named(firsts.favourites);
  const others = found.filter((kind) => !favourites.includes(kind));
  const titles = [...fixed.map(([title]) => title), 'Custom resources', 'Other'];
  return [
    { title: 'Favourites', kinds: favourites },
    // Whoever searches finds each once.
    { title: 'Recent', kinds: search === '' ? named(firsts.recent).filter((kind) => others.includes(kind)) : [] },
    ...titles.map((title) => ({ title, kinds: others.filter((kind) => titleOf(kind) === title).sort(inOrder) })),
  ].filter((group) => group.kinds.length > 0);
}

function titleOf(kind: KindSummary): string {
  return place.get(kindId(kind))?.title ?? (kind.isCustom ? 'Custom resources' : 'Other');
}

function inOrder(a: KindSummary, b: KindSummary): number {
  const [x, y] = [place.get(kindId(a))?.order, place.get(kindId(b))?.order];
  if (x !== undefined && y !== undefined) return x - y;
  return a.name.localeCompare(b.name) || a.kind.group.localeCompare(b.kind.group);
}

/** A category (`all`) is the kinds in it. Otherwise each word of the search is somewhere in what the kind is called. */
function findIn(kinds: readonly KindSummary[], search: string): readonly KindSummary[] {
  const words = search.toLowerCase().trim().split(/\s+/);
  const ofCategory = kinds.filter(({ categories }) => words.length === 1 && categories.includes(words[0] ?? ''));
  if (ofCategory.length > 0) return ofCategory;
  return kinds.filter((kind) => {
    const all = spellingsOf(kind).join('\n').toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

/** The kind that Enter in the search opens: one that is called exactly so before anything else. */
export function bestMatch(groups: readonly KindGroup[], search: string): KindSummary | null {
  const all = groups.flatMap((group) => group.kinds);
  const exact = search.trim().toLowerCase();
  return all.find((kind) => spellingsOf(kind).includes(exact)) ?? all[0] ?? null;
}
