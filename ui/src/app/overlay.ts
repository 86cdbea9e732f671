/** Which of the things that may lie over a list does. */
import type { ClusterSummary } from '../ipc/types';
import type { Place } from '../shared/place.svelte';
import { isCutOff } from '../shared/sessions';

/** What the session's panel tells: the cluster as it is, or as it was while it is tried again, with the plugin that runs
 * now. Null where no panel is shown. */
export function cutOffOf(place: Place, isOpening: boolean): ClusterSummary | null {
  // A list of several clusters is not covered for one of them: its strip says what is so, and calls the panel.
  if (place.isPanelAway || (place.isOfSeveral && !place.isPanelCalled)) return null;
  const { cluster, cutOff } = place;
  if (isCutOff(cluster.state)) return cluster;
  // What was stopped is not connected: the panel stays where it was, or offers the ways in.
  if (cluster.state === 'notConnected' && !isOpening) return cutOff ?? cluster;
  const isTried = isOpening || cluster.state === 'connecting';
  if (!isTried || cutOff === null) return null;
  const tried = { ...cutOff, plugin: cluster.plugin, credential: cluster.credential };
  // A program that was agreed to is at work: what it writes is told, and nothing is asked any more.
  const isAgreed = cutOff.consent !== null && cluster.plugin?.isRunning === true;
  return isAgreed ? { ...tried, state: 'needsSignIn', consent: null, problem: null } : tried;
}

export function isConnecting({ cluster, isOfSeveral }: Place, isOpening: boolean): boolean {
  return !isOfSeveral && (cluster.state === 'connecting' || (isOpening && cluster.state === 'notConnected'));
}

/** Whether anything lies over the list of a place. */
export function isCovered(place: Place, isOpening: boolean): boolean {
  if (cutOffOf(place, isOpening) !== null || isConnecting(place, isOpening)) return true;
  return place.isInsecureShown && place.cluster.isInsecure && place.cluster.state === 'signedIn';
}
