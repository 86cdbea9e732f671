/** Puts the parts of the window together: which cluster is on screen, what the backend says, what is said in banners.
 * It does not draw, and it never changes marks, plans or jobs on its own. */
import { Adding } from '../features/adding/adding.svelte';
import { Shell } from '../features/adding/shell.svelte';
import { DetailsController } from '../features/details/details.svelte';
import { HistoryCursor } from '../features/history/cursor.svelte';
import { HistoryController } from '../features/history/history.svelte';
import { ReceiptController } from '../features/history/receipt.svelte';
import { JobsController } from '../features/job/jobs.svelte';
import { KindCounts } from '../features/kinds/counts.svelte';
import { Shelf } from '../features/kinds/shelf.svelte';
import { Practice } from '../features/practice/practice.svelte';
import { Signing } from '../features/session/signing.svelte';
import { SettingsState } from '../features/settings/page.svelte';
import { RECEIPTS_STEP, STEPS, Tour } from '../features/tour/tour.svelte';
import { toApiError } from '../ipc/backend';
import type { Backend } from '../ipc/backend';
import type { ApiError, BackendEvent, Catalogue, ClusterSummary, ExtraHeader, KindSummary, PlanCreate, RowId, SelectionSummary } from '../ipc/types';
import { announcer } from '../shared/announcer.svelte';
import { Care } from '../shared/care.svelte';
import { Events } from '../shared/events';
import { Looks } from '../shared/looks.svelte';
import { configMaps, Place } from '../shared/place.svelte';
import { isCutOff, sessionLine } from '../shared/sessions';
import { clock, kinds, visible } from '../shared/text';
import { viewport } from '../shared/viewport.svelte';
import { Arrangement } from './arrangement';
import { Faults } from './faults.svelte';
import { Preferences } from './preferences.svelte';
import { Restores } from './restores.svelte';
import type { Parked } from './waits';

const nothingMarked: SelectionSummary = { total: 0, kinds: [], clusters: [] };

export type Page = 'list' | 'settings' | 'receipts';
export type Planning = { request: PlanCreate; from: RowId | null };

export class Controller {
  catalogue: Catalogue | null = $state.raw(null);
  selection: SelectionSummary = $state.raw(nothingMarked);
  place: Place | null = $state.raw(null);
  planning: Planning | null = $state.raw(null);
  /** What the window shows beside the rail. */
  page: Page = $state('list');
  /** A plan whose sheet was put away to sign in to a cluster; it is made anew once that worked. */
  parked: (Planning & Parked) | null = $state.raw(null);
  isLookingAgain = $state(false);
  readonly events = new Events();
  readonly faults = new Faults();
  readonly restores = new Restores();
  /** Which clusters a changed kubeconfig brought, took away or changed, until the person has read it. */
  kubeconfigChange: string | null = $state(null);
  readonly jobs: JobsController;
  readonly preferences: Preferences;
  readonly arrangement: Arrangement;
  readonly shelf: Shelf;
  readonly counts: KindCounts;
  readonly looks: Looks;
  readonly history: HistoryController;
  readonly historyCursor: HistoryCursor;
  readonly receipt: ReceiptController;
  readonly details: DetailsController;
  readonly care: Care;
  readonly signing: Signing;
  readonly adding: Adding;
  readonly shell: Shell;
  readonly practice: Practice;
  readonly tour: Tour;
  readonly settings: SettingsState;
  #places = new Map<string, Place>();

  constructor(
    readonly backend: Backend,
    now: () => number = () => performance.now(),
  ) {
    this.jobs = new JobsController(now);
    this.preferences = new Preferences(backend, (cause) => this.faults.add(cause));
    this.arrangement = new Arrangement(this.preferences, () => this.clusters);
    this.shelf = new Shelf(this.preferences);
    this.counts = new KindCounts(backend, now);
    this.looks = new Looks(backend, (cause) => this.faults.add(cause));
    this.history = new HistoryController(backend);
    this.historyCursor = new HistoryCursor(this.history, backend);
    this.receipt = new ReceiptController(backend, () => this.jobs.close());
    this.details = new DetailsController(backend, () => this.jobs.close());
    this.care = new Care(backend, (cluster) => this.#clusterChanged(cluster));
    this.signing = new Signing(backend, {
      changed: (cluster) => this.#clusterChanged(cluster),
      failed: (cluster, error) => this.#openFailed(cluster, error),
      fault: (cause) => this.faults.add(cause),
    });
    this.adding = new Adding(backend, (catalogue) => this.#setCatalogue(catalogue));
    this.shell = new Shell(backend, (catalogue) => this.#setCatalogue(catalogue));
    this.practice = new Practice(backend, { catalogue: (catalogue) => this.#setCatalogue(catalogue), fault: (cause) => this.#practiceFailed(cause) });
    this.tour = new Tour(this.preferences);
    this.settings = new SettingsState(() => this.clusters);
  }

  /** The clusters that were on screen in this run. */
  get places(): readonly Place[] {
    return [...this.#places.values()];
  }

  clusters: ClusterSummary[] = $derived(this.catalogue?.clusters ?? []);
  /** The cluster of the kubeconfig's current context: offered first, opened by nobody but the person. */
  current: ClusterSummary | null = $derived(this.clusters.find(({ id }) => id === this.catalogue?.current) ?? null);

  async start(): Promise<void> {
    const { backend } = this;
    await backend.eventsSubscribe((event) => this.#receive(event));
    const [catalogue, settings, jobs, selection] = await Promise.all([
      backend.catalogueRead(),
      backend.settingsRead(),
      backend.jobsRead(),
      // Takes no mark off and answers with those that are there: the backend may be older than this page.
      backend.selectionChange(null, { change: 'unmark', rows: [] }),
    ]);
    this.preferences.set(settings);
    this.looks.set(settings.looks);
    this.jobs.set(jobs);
    this.selection = selection;
    this.#setCatalogue(catalogue);
    // Nothing connects before the person has chosen it, now or the last time.
    if (settings.lastCluster !== null) this.openCluster(settings.lastCluster);
  }

  /** Brings a cluster on screen as it was left, and connects to it if that was not done yet. */
  openCluster(id: string): void {
    const cluster = this.#summary(id);
    if (!cluster) return;
    this.place = this.#placeOf(cluster);
    this.page = 'list';
    this.preferences.rememberCluster(id, Date.now() / 1000);
    this.#reach(this.place);
  }

  /** Brings the practice clusters into the list, and one of them on screen, with the tour unless it was taken to its end. */
  async openPractice(): Promise<void> {
    if (this.tour.done < STEPS) await this.startTour();
    else await this.#practise();
  }

  /** The tour, in a practice cluster, at what is deleted without harm. */
  async startTour(): Promise<void> {
    if (this.place?.cluster.isPractice !== true && !(await this.#practise())) return;
    // Without the focus: the first step is to point at something.
    if (this.tour.done !== RECEIPTS_STEP) this.page = 'list';
    this.tour.start();
    if (this.tour.done === 0) this.place?.chooseKind(configMaps);
  }

  /** Whether a cluster can be added to the list on screen: practice clusters and real ones share none. */
  canAdd({ id, isPractice }: ClusterSummary): boolean {
    return this.place !== null && this.place.cluster.isPractice === isPractice && this.place.clusters.every((own) => own.id !== id);
  }

  /** This kind is on screen there. */
  visited(place: Place, kind: KindSummary): void {
    this.shelf.visit(kind);
    this.counts.visit(place.cluster, kind);
  }

  /** Adds a cluster to the list on screen, which from then on is of several; opens it where there is no list. */
  addToList(id: string): void {
    const cluster = this.#summary(id);
    if (!cluster) return;
    if (this.place === null) {
      this.openCluster(id);
      return;
    }
    const added = this.#placeOf(cluster);
    this.place.add(added);
    this.#reach(added);
    this.page = 'list';
  }

  /** Takes a cluster out of the list on screen. Where it is the one that the list was begun in, the next one goes on with
   * it. */
  takeFromList(id: string): void {
    const { place } = this;
    if (place === null) return;
    place.take(id);
    const [next, ...rest] = place.beside;
    if (place.cluster.id === id && next !== undefined) {
      place.beside = [];
      next.chooseKind(place.kind);
      next.chooseScope(place.scope);
      next.beside = rest;
      this.openCluster(next.cluster.id);
    }
  }

  /** Connects a cluster that a person asked for, if that was not done yet. */
  #reach(place: Place): void {
    const { id, state } = place.cluster;
    // What it served when it was open last is known before it is connected.
    if (place.kinds === null) void this.#readKinds(place);
    if (state === 'notConnected') void this.connect(id);
    else if (state === 'signedIn') void this.#readNamespaces(place);
  }

  /** "Try again", "Try now": connects and reads the credentials again. */
  async connect(id: string): Promise<void> {
    await this.signing.open(id);
  }

  /** Brings a cluster's panel on screen, with the focus in it: asked for by the person. */
  showPanel(id: string): void {
    const cluster = this.#summary(id);
    if (!cluster) return;
    this.openCluster(id);
    this.place?.askPanel();
  }

  /** What is so with a cluster of the list on screen, where a word does not say it. */
  showState(id: string): void {
    const { isInsecure, state } = this.#summary(id) ?? {};
    this.showPanel(id);
    if (this.place !== null && isInsecure === true && state === 'signedIn') this.place.isInsecureShown = true;
  }

  /** A plan cannot go on before a cluster is signed in: its sheet makes room for the panel, and comes back after. */
  park(cluster: string, subject: string): void {
    if (this.planning === null) return;
    this.parked = { ...this.planning, cluster, subject };
    this.planning = null;
    this.showPanel(cluster);
  }

  /** Asked for beside the list, as by a job: where it does not work at once, the cluster comes on screen and says why. */
  async signIn(id: string): Promise<void> {
    await this.connect(id);
    if (this.#summary(id)?.state === 'signedIn') return;
    this.showPanel(id);
    // A job that lies over the list would lie over its panel.
    if (viewport.size !== 'huge' && viewport.size !== 'full') this.jobs.close();
  }

  /** Answers with why they are not kept; null when they are. */
  async setHeaders(id: string, headers: ExtraHeader[]): Promise<ApiError | null> {
    try {
      this.#clusterChanged(await this.backend.clusterHeaders(id, headers));
      return null;
    } catch (cause) {
      return toApiError(cause);
    }
  }

  async lookAgain(): Promise<void> {
    this.isLookingAgain = true;
    try {
      this.#setCatalogue(await this.backend.catalogueReload());
    } catch (cause) {
      this.faults.add(cause);
    } finally {
      this.isLookingAgain = false;
    }
  }

  plan(request: PlanCreate, from: RowId | null): void {
    // One sheet at a time: a second click while one opens is not a second plan.
    this.planning ??= { request, from };
    this.parked = null;
  }

  endPlanning(): void {
    this.planning = null;
  }

  /** To the receipts and back. */
  toggleReceipts(): void {
    this.page = this.page === 'receipts' ? 'list' : 'receipts';
    if (this.page === 'list') this.place?.askFocus();
  }

  /** To the settings as they were left, or at this cluster. */
  openSettings(cluster: string | null): void {
    this.page = 'settings';
    if (cluster !== null) this.settings.showCluster(cluster);
  }

  /** The list, which is as it was left, in place of another page. */
  showList(): void {
    this.page = 'list';
    this.place?.askFocus();
  }

  readAgain(): void {
    if (this.page === 'receipts') void this.history.read();
    else if (this.place) this.place.refreshAsked += 1;
  }

  /** Closes what lies beside the list; what lies over it closes itself first. */
  escape(): void {
    if (this.jobs.shown !== null) {
      this.jobs.close();
      this.place?.askFocus();
    } else if (this.page === 'receipts') this.receipt.close();
    else if (this.page === 'list' && this.details.isOpen) this.#closeDetails();
    else if (this.page === 'list') this.tour.leave();
    else if (!this.settings.escape()) this.showList();
  }

  /** The action of a session's panel. A kubeconfig entry that cannot be used is read again from its file. */
  async mend(place: Place): Promise<void> {
    if (place.cluster.state === 'unusable') await this.lookAgain();
    if (place.cluster.state !== 'unusable') await this.connect(place.cluster.id);
  }

  #closeDetails(): void {
    const row = this.details.shown?.row.id ?? null;
    this.details.close();
    this.place?.askFocus(row);
  }

  #receive(event: BackendEvent): void {
    switch (event.event) {
      case 'clusterChanged':
        this.#clusterChanged(event.cluster);
        break;
      case 'catalogueChanged':
        this.kubeconfigChange = event.change ?? this.kubeconfigChange;
        this.backend.catalogueRead().then((read) => this.#setCatalogue(read), (cause: unknown) => this.faults.add(cause));
        break;
      case 'kindsChanged': {
        const place = this.#places.get(event.cluster);
        if (place === undefined) break;
        // The word of the cluster itself in the place of what was remembered says nothing new of namespaces.
        if (place.kinds?.isRemembered === false) void this.#readNamespaces(place, 'again');
        void this.#readKinds(place);
        break;
      }
      case 'loggedOut': {
        const cluster = this.#summary(event.clusterId);
        const name = visible(cluster?.name ?? 'a cluster');
        announcer.assertive(`Signed out of ${name} at ${clock(cluster?.since ?? Date.now() / 1000)}. Its rows cannot be marked or deleted.`);
        break;
      }
      case 'selectionChanged':
        this.selection = event.selection;
        break;
      case 'jobChanged':
        this.jobs.update(event.job);
        break;
      case 'historyChanged':
        this.history.changed();
        this.receipt.changed();
        break;
      case 'planChanged':
        break;
    }
    this.events.dispatch(event);
  }

  #summary(id: string | null): ClusterSummary | undefined {
    return this.clusters.find((cluster) => cluster.id === id);
  }

  #placeOf(cluster: ClusterSummary): Place {
    const place = this.#places.get(cluster.id) ?? new Place(cluster);
    if (isCutOff(cluster.state)) place.cutOff = cluster;
    this.#places.set(cluster.id, place);
    return place;
  }

  #setCatalogue(catalogue: Catalogue): void {
    this.catalogue = catalogue;
    this.shell.known = catalogue.shell;
    for (const cluster of catalogue.clusters) {
      const place = this.#places.get(cluster.id);
      if (place) place.cluster = cluster;
    }
    for (const place of this.#places.values()) {
      for (const { cluster } of place.beside) if (!this.#summary(cluster.id)) place.take(cluster.id);
    }
    if (this.place && !this.#summary(this.place.cluster.id)) this.place = null;
  }

  #clusterChanged(cluster: ClusterSummary): void {
    const before = this.#summary(cluster.id);
    if (this.catalogue) {
      const clusters = this.catalogue.clusters.map((known) => (known.id === cluster.id ? cluster : known));
      this.catalogue = { ...this.catalogue, clusters };
    }
    const place = this.#places.get(cluster.id);
    if (!place) return;
    place.cluster = cluster;
    if (isCutOff(cluster.state)) {
      if (before?.state !== cluster.state) this.#wasCutOff(place, before);
      place.cutOff = cluster;
    }
    if (cluster.state !== 'signedIn') return;
    if (before?.state !== 'signedIn') place.steadiness.returned();
    place.openError = null;
    place.cutOff = null;
    place.isPanelCalled = false;
    // A wish for a panel that never had to come is no wish for the next one.
    place.takePanelAsked();
    this.#unpark(cluster.id);
    const isNewSession = before?.generation !== cluster.generation || before.state !== 'signedIn';
    // A list that was asked for before there was a session has no view yet.
    if (isNewSession) for (const list of this.#listsOf(place)) if (list.hint === null) list.refreshAsked += 1;
    if (isNewSession || place.kinds === null) void this.#readKinds(place);
    void this.#readNamespaces(place, isNewSession ? 'again' : 'once');
  }

  #wasCutOff(place: Place, before: ClusterSummary | undefined): void {
    const { cluster, steadiness } = place;
    const isBreak = cluster.state === 'unreachable';
    const wasUnsteady = isBreak && steadiness.comesAndGoes;
    if (isBreak && before?.state === 'signedIn') steadiness.broke();
    const isUnsteady = isBreak && steadiness.comesAndGoes;
    // A panel that came and went with the cluster would lie over the rows each time: the banner has the way to it.
    place.isPanelAway = isUnsteady;
    place.isPanelCalled = false;
    // Signing out is said by its own event; it is the louder one.
    if (cluster.state === 'needsSignIn' || wasUnsteady) return;
    const line = isUnsteady ? 'comes and goes' : sessionLine(cluster);
    announcer[cluster.state === 'signedOut' ? 'assertive' : 'polite'](`${visible(cluster.name)}: ${line}`);
  }

  /** The lists that a cluster is in. */
  #listsOf(place: Place): Place[] {
    return [place, ...[...this.#places.values()].filter(({ beside }) => beside.includes(place))];
  }

  #unpark(cluster: string): void {
    const { parked } = this;
    if (parked?.cluster !== cluster) return;
    this.parked = null;
    this.planning ??= { request: parked.request, from: parked.from };
  }

  /** The settings say it where it was asked for. */
  #practiceFailed(cause: unknown): void {
    if (this.page !== 'settings') this.faults.add(cause);
  }

  async #practise(): Promise<boolean> {
    const first = await this.practice.open();
    if (first !== null) this.openCluster(first.id);
    return first !== null;
  }

  #openFailed(id: string, error: ApiError): void {
    const place = this.#places.get(id);
    if (place) place.openError = error;
    // The cluster's state says why, in its panel. Only what is not about the session goes into a banner.
    if (isUnexpected(error.code)) this.faults.add(error);
  }

  async #readKinds(place: Place): Promise<void> {
    const wasVanished = place.isVanished;
    place.kindsAsked += 1;
    const asked = place.kindsAsked;
    try {
      const read = await this.backend.kindsRead(place.cluster.id);
      // What was asked for later is newer.
      if (asked === place.kindsAsked) place.setKinds(read);
    } catch (cause) {
      if (asked === place.kindsAsked) place.kindsError = toApiError(cause);
    }
    if (place.isVanished && !wasVanished) {
      announcer.polite(`${visible(place.cluster.name)} no longer serves ${kinds(visible(place.kind.name))}`);
    }
  }

  async #readNamespaces(place: Place, how: 'once' | 'again' = 'once'): Promise<void> {
    if (how === 'once' && (place.namespaces !== null || place.isReadingNamespaces)) return;
    place.isReadingNamespaces = true;
    try {
      place.namespaces = await this.backend.namespacesRead(place.cluster.id);
    } catch (cause) {
      place.namespacesError = toApiError(cause);
    }
    place.isReadingNamespaces = false;
  }
}

/** Codes that a session panel does not explain. */
function isUnexpected(code: string): boolean {
  const explained = ['unreachable', 'timeout', 'intercepted', 'untrustedCertificate', 'signInRequired', 'kubeconfigUnusable', 'consentRequired', 'pluginFailed', 'refused'];
  return !explained.includes(code);
}
