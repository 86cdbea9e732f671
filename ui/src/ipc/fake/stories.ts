/** What is marked when a story begins. */
import type { FakeObject } from './objects';
import { newUid } from './objects';
import { keyOf } from './world';
import type { World } from './world';

const pods = { group: '', version: 'v1', plural: 'pods' };
const configMaps = { group: '', version: 'v1', plural: 'configmaps' };

export function markAs(world: World): void {
  const stories: Partial<Record<World['scenario'], (world: World) => FakeObject[]>> = {
    marked: asInPictures, locked: asInPictures, mixed, bulk,
    unknownTier: (of) => of.objects('c-kind-scratch', configMaps).slice(0, 1),
  };
  for (const object of stories[world.scenario]?.(world) ?? []) if (object.id) world.marks.set(keyOf(object.id), object);
}

function asInPictures(world: World): FakeObject[] {
  const staging = world.objects('c-payments-staging-eu', configMaps).filter(({ name }) => name === 'k6-scenario-black-friday');
  const production = world.objects('c-payments-prod-eu', pods).filter(({ name }) => name.startsWith('ledger-worker') || name.includes('canary') || name.includes('db-migrate'));
  return [...production, ...staging];
}

type Seed = [cluster: string, group: string, version: string, plural: string, namespace: string | null, name: string];

const mixedSeeds: Seed[] = [
  ['c-payments-staging-eu', '', 'v1', 'namespaces', null, 'payments-load-test'],
  ['c-payments-staging-eu', 'batch', 'v1', 'cronjobs', 'load-generators', 'k6-nightly-smoke'],
  ['c-payments-prod-eu', 'apps', 'v1', 'deployments', 'payments-prod', 'checkout-api-canary'],
  ['c-payments-prod-eu', '', 'v1', 'pods', 'ledger', 'ledger-worker-5b7c9d4f8-qz4vn'],
  ['c-payments-prod-eu', '', 'v1', 'pods', 'ledger', 'ledger-worker-5b7c9d4f8-t6xcw'],
  ['c-payments-prod-eu', '', 'v1', 'persistentvolumeclaims', 'ledger', 'data-ledger-projector-0'],
  ['c-payments-prod-eu', 'kafka.strimzi.io', 'v1beta2', 'kafkatopics', 'kafka', 'payments.dlq.v2'],
  ['c-payments-prod-eu', 'batch', 'v1', 'jobs', 'payments-prod', 'checkout-db-migrate-29401680'],
  ['c-payments-prod-eu', '', 'v1', 'configmaps', 'payments-prod', 'checkout-flags-canary'],
  ['c-payments-prod-eu', '', 'v1', 'configmaps', 'edge-gateway', 'gateway-routes'],
  ['c-payments-prod-eu', '', 'v1', 'secrets', 'payments-prod', 'checkout-db-credentials'],
];

/** The plan of picture 04. */
function mixed(world: World): FakeObject[] {
  return mixedSeeds.flatMap(([cluster, group, version, plural, namespace, name]) => {
    const objects = world.objects(cluster, { group, version, plural });
    const known = objects.find((object) => object.name === name && object.namespace === namespace);
    if (known) return [known];
    const [pattern] = objects;
    if (!pattern) return [];
    const object = { ...pattern, id: { cluster, uid: newUid() }, namespace, name };
    objects.push(object);
    return [object];
  });
}

/** The job of picture 06: 1,000 ConfigMaps in three clusters. */
function bulk(world: World): FakeObject[] {
  world.canSignIn = true;
  world.setCluster('c-payments-prod-us', { state: 'signedIn', problem: null, isLocked: false, care: { ...world.cluster('c-payments-prod-us').care, readOnly: false } });
  const parts: [string, number][] = [['c-ci-runners-dev', 260], ['c-payments-staging-eu', 340], ['c-payments-prod-us', 400]];
  return parts.flatMap(([cluster, count]) => {
    const objects = world.objects(cluster, configMaps);
    const [pattern] = objects;
    if (!pattern) return [];
    const made = Array.from({ length: count }, (_, index): FakeObject => {
      const name = index === 70 && cluster === 'c-payments-staging-eu' ? 'protected-build-roots' : index % 130 === 5 ? `already-gone-${String(index)}` : `buildkit-cache-index-${(index * 7919 + 0x1c2f).toString(16).slice(-4)}`;
      return { ...pattern, id: { cluster, uid: newUid() }, namespace: `ci-pr-${String(18_400 + (index % 60))}`, name };
    });
    objects.push(...made);
    return made;
  });
}
