/** Views that help to clean up: each is an ordinary list with an ordinary filter, that the person sees, changes and marks
 * in. Nothing is marked by itself. */
import type { KindSummary } from '../../ipc/types';
import { resourceOf } from '../../shared/kinds';
import { kinds as pluralOf, visible } from '../../shared/text';

export interface CleanUp {
  readonly title: string;
  readonly kind: KindSummary;
  readonly tokens: readonly string[];
}

/** What the system itself reads by name. */
const NOT_OF_THE_SYSTEM = 'ns:!kube-system,kube-public,kube-node-lease';

const OF_KINDS: readonly (readonly [title: string, resource: string, tokens: readonly string[]])[] = [
  ['Finished Pods', 'pods', ['status:Completed,Succeeded']],
  ['Failed Pods', 'pods', ['field:status.phase=Failed']],
  ['Evicted Pods', 'pods', ['status:Evicted']],
  ['Finished Jobs', 'jobs.batch', ['status:Complete']],
  ['Failed Jobs', 'jobs.batch', ['status:Failed']],
  ['ReplicaSets without replicas', 'replicasets.apps', ['desired:0', 'current:0']],
  // Every namespace has one, and its Pods read it without naming it.
  ['Unused ConfigMaps', 'configmaps', ['unused:', 'name:!kube-root-ca.crt', NOT_OF_THE_SYSTEM]],
  // Helm and the token controller find theirs by what they are.
  ['Unused Secrets', 'secrets', ['unused:', 'type:!helm.sh/release.v1,kubernetes.io/service-account-token,bootstrap.kubernetes.io/token', NOT_OF_THE_SYSTEM]],
  ['Unused claims', 'persistentvolumeclaims', ['unused:']],
];

const OF_ANY: readonly (readonly [title: (kinds: string) => string, tokens: readonly string[]])[] = [
  [(kinds) => `${kinds} terminating for 10 minutes`, ['terminating:10m']],
  [(kinds) => `${kinds} older than 30 days`, ['older:30d']],
];

/** What can be cleaned up where these kinds are served, and of the one on screen. */
export function cleanUps(served: readonly KindSummary[], onScreen: KindSummary, search: string): CleanUp[] {
  const isOffered = (kind: KindSummary) => kind.isListable && kind.isDeletable;
  const ofKinds = OF_KINDS.flatMap(([title, resource, tokens]) => {
    const kind = served.find((one) => resourceOf(one) === resource && isOffered(one));
    return kind === undefined ? [] : [{ title, kind, tokens }];
  });
  const name = pluralOf(visible(onScreen.name));
  const ofAny = isOffered(onScreen) ? OF_ANY.map(([title, tokens]) => ({ title: title(name), kind: onScreen, tokens })) : [];
  const words = search.toLowerCase().split(/\s+/);
  return [...ofKinds, ...ofAny].filter(({ title }) => words.every((word) => title.toLowerCase().includes(word)));
}
