/** How live the part of one cluster in a list is, and what that makes the list. */
import type { ApiError, Liveness, ViewPart, ViewSource } from '../types';
import { isServed } from './clusters';
import { fail } from './world';
import type { World } from './world';

type ObjectsSource = Extract<ViewSource, { source: 'objects' }>;

export function partLiveness(world: World, id: string, source: ObjectsSource): Liveness {
  if (world.scenario === 'loading') return { phase: 'opening' };
  if (world.scenario === 'partial') return { phase: 'reading', read: 12_400, about: 48_000 };
  const cluster = world.cluster(id);
  const error = sessionError(world, id);
  // What was read stays while a credential plugin runs.
  if (['connecting', 'notConnected'].includes(cluster.state) && cluster.plugin !== null && cluster.since !== null) {
    return { phase: 'stale', asOf: cluster.since, error: fail('signInRequired', cluster.name, { cluster: id }), isPartial: false };
  }
  if (cluster.state === 'connecting' || cluster.state === 'notConnected') return { phase: 'opening' };
  if (error && ['unreachable', 'needsSignIn', 'signedOut'].includes(cluster.state)) return { phase: 'stale', asOf: cluster.since ?? 0, error, isPartial: false };
  if (error) return { phase: 'failed', error };
  if (!isServed(cluster.name, source.kind)) {
    return { phase: 'failed', error: fail('kindUnknown', `${cluster.name} serves no ${source.kind.plural} of ${source.kind.group}`, { cluster: id }) };
  }
  const refusal = world.scenario === 'forbidden' ? refused(source, cluster) : null;
  return refusal ? { phase: 'failed', error: refusal } : { phase: 'live' };
}

/** Reading while any reads; stale or failed only where all are; else live. */
export function overall(parts: readonly ViewPart[]): Liveness {
  const all = parts.map(({ liveness }) => liveness);
  const [first] = all;
  if (first === undefined) return { phase: 'opening' };
  if (all.length === 1) return first;
  const reading = all.filter((liveness) => liveness.phase === 'reading');
  if (reading.length > 0 || all.some(({ phase }) => phase === 'opening')) {
    if (all.every(({ phase }) => phase === 'opening')) return { phase: 'opening' };
    const abouts = reading.map(({ about }) => about).filter((about) => about !== null);
    return { phase: 'reading', read: parts.reduce((sum, { rows }) => sum + rows, 0), about: abouts.length === reading.length && abouts.length > 0 ? abouts.reduce((sum, about) => sum + about, 0) : null };
  }
  if (all.some(({ phase }) => phase === 'live')) return { phase: 'live' };
  return all.find(({ phase }) => phase === 'stale') ?? first;
}

function sessionError(world: World, id: string): ApiError | null {
  const cluster = world.cluster(id);
  const codes = {
    unreachable: 'unreachable',
    needsSignIn: 'signInRequired',
    needsConsent: 'signInRequired',
    signedOut: 'signInRequired',
    untrustedCertificate: 'untrustedCertificate',
    intercepted: 'intercepted',
    unusable: 'kubeconfigUnusable',
  } as const;
  const code = cluster.state in codes ? codes[cluster.state as keyof typeof codes] : null;
  return code ? fail(code, cluster.problem ?? cluster.name, { cluster: id }) : null;
}

function refused(source: ObjectsSource, cluster: { id: string; name: string; user: string | null }): ApiError | null {
  const allowed = ['ml-experiments-lindqvist', 'ml-notebooks'];
  const { namespaces, kind } = source;
  if (namespaces.scope === 'only' && namespaces.names.every((name) => allowed.includes(name))) return null;
  const where = namespaces.scope === 'all' ? 'at the cluster scope' : `in the namespace "${namespaces.names.find((name) => !allowed.includes(name)) ?? ''}"`;
  return fail('refused', `${cluster.user ?? ''} may not list ${kind.plural} of ${cluster.name}`, {
    cluster: cluster.id,
    status: 403,
    serverWords: `${kind.plural} is forbidden: User "${cluster.user ?? ''}" cannot list resource "${kind.plural}" in API group "${kind.group}" ${where}`,
    auditId: '0b3d7a55-2f64-4f0e-8e0c-9a2b57f1c3d8',
  });
}
