/** What kinds are called: in the settings, and by whoever types one. */
import type { KindSummary } from '../ipc/types';

/** `pods`, `deployments.apps`: what kubectl calls the resource, and the settings a kind. */
export function resourceOf({ kind: { group, plural } }: Pick<KindSummary, 'kind'>): string {
  return group === '' ? plural : `${plural}.${group}`;
}

/** Everything that kubectl takes for it: plural, singular, kind and short names, each alone, with the group and with the
 * version before the group; and its categories. */
export function spellingsOf({ kind: { group, version, plural }, name, singular, shortNames, categories }: KindSummary): string[] {
  const names = [...new Set([plural, singular, name.toLowerCase(), ...shortNames])].filter((word) => word !== '');
  const qualified = names.flatMap((word) => [...(group === '' ? [] : [`${word}.${group}`]), `${word}.${version}.${group}`]);
  return [...names, ...qualified, ...categories];
}
