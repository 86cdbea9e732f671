/** Where the person is in one cluster: its kinds, the kind on screen, the namespaces. State of the page alone:
 * the backend has no current cluster. One `Place` lives as long as the run, so coming back finds it as it was. */
import type { ApiError, ClusterSummary, Kinds, KindSummary, Namespaces, NamespaceScope, RowId, ViewHint } from '../ipc/types';
import { Steadiness } from './steadiness.svelte';

/** What Pods are until the cluster has said what it serves. */
export const pods: KindSummary = {
  kind: { group: '', version: 'v1', plural: 'pods' },
  name: 'Pod',
  scope: 'namespaced',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  isListable: true,
  isDeletable: true,
  isCustom: false,
};

/** What ConfigMaps are until then. */
export const configMaps: KindSummary = {
  ...pods,
  kind: { group: '', version: 'v1', plural: 'configmaps' },
  name: 'ConfigMap',
  singular: 'configmap',
  shortNames: ['cm'],
  categories: [],
};

export class Place {
  cluster: ClusterSummary = $state.raw() as ClusterSummary;
  kinds: Kinds | null = $state.raw(null);
  kindsError: ApiError | null = $state.raw(null);
  /** How often the kinds were asked for. */
  kindsAsked = 0;
  /** Why the last attempt to connect ended; its panel quotes the server's words from here. */
  openError: ApiError | null = $state.raw(null);
  /** The cluster as it was when it was cut off; its panel stays as it is while it is tried again. */
  cutOff: ClusterSummary | null = $state.raw(null);
  readonly steadiness = new Steadiness();
  /** The person put the session's panel away to read the rows under it; a banner still says what is so. */
  isPanelAway = $state(false);
  /** What it means that the certificate is not checked lies over the list. */
  isInsecureShown = $state(false);
  /** Asks the session's panel to take the focus: only the person does. */
  panelAsked = $state(0);
  /** Up to which of these wishes it did. */
  #panelAnswered = 0;
  /** The list's session panel was asked for, where it does not come by itself: in a list of several clusters. */
  isPanelCalled = $state(false);
  /** Other clusters in this list, in the order in which they were added. A list of several belongs to the cluster that it
   * was begun in; here they are as themselves, so that what is read of them is read once. */
  beside: readonly Place[] = $state.raw([]);
  namespaces: Namespaces | null = $state.raw(null);
  namespacesError: ApiError | null = $state.raw(null);
  isReadingNamespaces = $state(false);
  kind: KindSummary = $state.raw(pods);
  /** Kept while a cluster-scoped kind is shown, so that going back to a namespaced one finds it. */
  scope: NamespaceScope = $state.raw({ scope: 'all' });
  /** Written by the list: the last hint of the view on screen; null before the first. The status bar reads it. */
  hint: ViewHint | null = $state.raw(null);
  /** Asks the list to take the focus, at this row if given; the number makes each request a new one. */
  focusAsked: { row: RowId | null; request: number } = $state.raw({ row: null, request: 0 });
  /** Asks the list to read again (Ctrl R, "Try again"). */
  refreshAsked: number = $state(0);

  /** Tokens that the list is to be filtered by. */
  filterAsked: readonly string[] | null = $state.raw(null);

  constructor(cluster: ClusterSummary) {
    this.cluster = cluster;
    this.scope = { scope: 'only', names: [cluster.namespace] };
  }

  /** A kind on screen stays even when the cluster no longer serves it, until the person leaves it. Where it is served
   * again its list is read again. */
  setKinds(kinds: Kinds): void {
    const wasVanished = this.isVanished;
    this.kinds = kinds;
    this.kindsError = null;
    const served = this.#served;
    if (served && !isSame(served, this.kind)) this.kind = served;
    else if (served && wasVanished) this.refreshAsked += 1;
  }

  /** The cluster says that it does not serve the kind on screen, or not any more. */
  get isVanished(): boolean {
    return this.kinds !== null && !this.kinds.isRemembered && this.#served === undefined;
  }

  get #served(): KindSummary | undefined {
    const { group, plural } = this.kind.kind;
    return this.kinds?.kinds.find(({ kind }) => kind.group === group && kind.plural === plural);
  }

  chooseKind(kind: KindSummary): void {
    if (sameKind(kind, this.kind)) return;
    this.kind = kind;
    this.hint = null;
  }

  /** A list with this filter in its box, in place of what stood there. */
  chooseFiltered(kind: KindSummary, tokens: readonly string[]): void {
    this.chooseKind(kind);
    this.filterAsked = tokens;
  }

  /** The filter that was asked for, once. */
  takeFilterAsked(): readonly string[] | null {
    const asked = this.filterAsked;
    this.filterAsked = null;
    return asked;
  }

  chooseScope(scope: NamespaceScope): void {
    this.scope = scope;
    this.hint = null;
  }

  askFocus(row: RowId | null = null): void {
    this.focusAsked = { row, request: this.focusAsked.request + 1 };
  }

  /** The clusters of the list, the one that it was begun in first. */
  get clusters(): readonly ClusterSummary[] {
    return [this.cluster, ...this.beside.map(({ cluster }) => cluster)];
  }

  get isOfSeveral(): boolean {
    return this.beside.length > 0;
  }

  /** The namespaces of all of its clusters together. */
  get allNamespaces(): Namespaces | null {
    if (!this.isOfSeveral) return this.namespaces;
    const known = [this, ...this.beside].flatMap(({ namespaces }) => namespaces ?? []);
    const names = [...new Set(known.flatMap((one) => one.names))].sort();
    const [first] = known;
    if (first === undefined) return null;
    return { names, refused: known.every(({ refused }) => refused !== null) ? first.refused : null };
  }

  add(place: Place): void {
    if (place === this || this.beside.includes(place)) return;
    this.beside = [...this.beside, place];
    this.hint = null;
  }

  take(cluster: string): void {
    const left = this.beside.filter((place) => place.cluster.id !== cluster);
    if (left.length === this.beside.length) return;
    this.beside = left;
    this.hint = null;
  }

  /** Brings the session's panel back, with the focus in it. */
  askPanel(): void {
    this.isPanelAway = false;
    this.isPanelCalled = true;
    this.panelAsked += 1;
  }

  /** Whether the panel is to take the focus now; a wish is fulfilled once. */
  takePanelAsked(): boolean {
    const isAsked = this.panelAsked !== this.#panelAnswered;
    this.#panelAnswered = this.panelAsked;
    return isAsked;
  }

  /** The namespaces a view of the present kind reads. */
  get viewScope(): NamespaceScope {
    return this.kind.scope === 'namespaced' ? this.scope : { scope: 'all' };
  }
}

/** Equal in all that a list depends on, so that an unchanged kind does not open its view again. */
function isSame(a: KindSummary, b: KindSummary): boolean {
  return sameKind(a, b) && a.name === b.name && a.scope === b.scope && a.isDeletable === b.isDeletable;
}

export function sameKind(a: KindSummary, b: KindSummary): boolean {
  return a.kind.group === b.kind.group && a.kind.version === b.kind.version && a.kind.plural === b.kind.plural;
}
