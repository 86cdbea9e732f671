/** A believable host in memory: for looking at the page and for its tests. Never in the shipped bundle. */
import type { Backend } from './backend';
import { Adding } from './fake/adding';
import { isServed, namespaceNames, problemOf } from './fake/clusters';
import { Care } from './fake/care';
import { standing } from './fake/credentials';
import { FakeJobs } from './fake/jobs';
import { Plans } from './fake/plans';
import { Practice } from './fake/practice';
import { Receipts } from './fake/receipts';
import { Restores } from './fake/restores';
import { Sessions } from './fake/sessions';
import { markAs } from './fake/stories';
import { Views } from './fake/views';
import { fail, World } from './fake/world';
import type { Scenario } from './fake/world';
import type { Catalogue, FilesDrag, SessionState } from './types';

export { scenarios } from './fake/world';
export type { Scenario } from './fake/world';

/** The backend, and what only a test or a demonstration may do to it. */
export type Fake = Backend & {
  world: World;
  /** The server ends a session, as a 401 would. */
  logOut: (cluster: string) => void;
  /** A credential plugin that waits for a person ends. */
  endPlugin: (cluster: string, isGood: boolean) => void;
  /** The first target of every open plan is replaced by a namesake. */
  replaceFirstTarget: () => void;
  /** The person drags files over the window, drops these, or leaves with them. */
  drag: (drag: FilesDrag, paths?: string[]) => void;
};

const starts: Partial<Record<Scenario, [cluster: string, state: SessionState]>> = {
  unreachable: ['c-edge-prod-fra1', 'unreachable'],
  signedOut: ['c-payments-prod-us', 'needsSignIn'],
  forbidden: ['c-ml-platform-dev', 'signedIn'],
  untrusted: ['c-payments-prod-eu', 'untrustedCertificate'],
  consent: ['c-payments-prod-eu', 'needsConsent'],
  intercepted: ['c-payments-prod-eu', 'intercepted'],
  unusable: ['c-edge-prod-fra1', 'unusable'],
  unknownTier: ['c-kind-scratch', 'signedIn'],
  bulk: ['c-payments-staging-eu', 'signedIn'],
  connecting: ['c-payments-prod-eu', 'connecting'],
  practising: ['c-garden-production', 'signedIn'],
};

function prepare(scenario: Scenario): World {
  const world = new World(scenario);
  const [id, state] = starts[scenario] ?? ['c-payments-prod-eu', 'signedIn'];
  if (world.clusters.length > 0) {
    world.setCluster(id, { state, problem: problemOf(state), ...standing(state, Date.now() / 1000) });
    world.settings.lastCluster = id;
  }
  if (scenario === 'dark') world.settings.theme = 'dark';
  if (scenario === 'insecure') world.setCluster(id, { isInsecure: true });
  const namespaces: Partial<Record<Scenario, string>> = { many: 'team-000', awaited: 'team-000', empty: 'ml-notebooks' };
  const namespace = namespaces[scenario];
  if (namespace !== undefined) world.setCluster(id, { namespace });
  if (scenario === 'problems') {
    world.problems = [
      { file: '~/.kube/edge.yaml', line: 31, message: 'context edge-prod-fra1 names user edge-admin, which no file defines' },
      { file: '~/.kube/old.config', line: null, message: 'the file is not YAML: it begins with a NUL' },
    ];
  }
  if (scenario === 'locked') world.setCluster(id, { isLocked: true, care: { ...world.cluster(id).care, readOnly: null } });
  if (scenario === 'shell' || scenario === 'shellOnly') world.shell.offered = '/home/alex/.kube/config:/home/alex/edge/clusters.yaml';
  markAs(world);
  return world;
}

export function createFake(scenario: Scenario): Fake {
  const world = prepare(scenario);
  const jobs = new FakeJobs(world);
  const plans = new Plans(world, jobs);
  const receipts = new Receipts(world, jobs);
  const restores = new Restores(world, receipts);
  const care = new Care(world);
  const sessions = new Sessions(world);
  const adding = new Adding(world);
  const practice = new Practice(world, jobs);
  const views = new Views(world, (source) => {
    if (source.source === 'plan') return plans.get(source.plan).targets;
    return source.source === 'job' ? jobs.get(source.job).targets : receipts.targets(source.job, source.query);
  });
  world.onChange = (what) => views.changed(what);

  function catalogue(): Catalogue {
    return {
      clusters: world.clusters,
      current: world.clusters.find(({ isPractice }) => !isPractice)?.id ?? null,
      hidden: world.hidden.map(({ id, name, source }) => ({ id, name, source })),
      shell: world.shell,
      isPractising: world.clusters.some(({ isPractice }) => isPractice),
      problems: world.problems,
      looked: [
        { place: 'KUBECONFIG', found: 'not set' },
        { place: '~/.kube/config', found: world.clusters.length ? `${String(world.clusters.length)} contexts` : 'no such file' },
        { place: '~/.kube/*.yaml', found: '2 files, neither is a kubeconfig: kustomization.yaml, values-dev.yaml' },
      ],
      lookedAt: Date.now() / 1000,
    };
  }

  /** Every method answers or rejects later, never while it is called. */
  const answer = async <T>(make: () => T): Promise<T> => {
    await Promise.resolve();
    return make();
  };

  return {
    world,
    logOut: (id) => {
      const { generation } = world.cluster(id);
      const { problem } = sessions.enter(id, 'needsSignIn');
      world.emit({ event: 'loggedOut', clusterId: id, generation, cause: problem ?? '' });
    },
    endPlugin: (id, isGood) => sessions.endPlugin(id, isGood),
    drag: (drag, paths) => adding.drag(drag, paths),
    replaceFirstTarget: () => plans.replaceFirst(),
    catalogueRead: () => answer(catalogue),
    catalogueReload: () => answer(catalogue),
    clusterOpen: (id) => answer(() => sessions.open(id)),
    clusterSignIn: (id, way) => sessions.signIn(id, way),
    clusterStop: (id) => answer(() => sessions.stop(id)),
    clusterSignOut: (id) => answer(() => sessions.signOut(id)),
    clusterConsent: (id, digest) => sessions.consent(id, digest),
    kubeconfigUse: (value) => answer(() => (adding.useKubeconfig(value), catalogue())),
    kubeconfigDecline: (value) => answer(() => (adding.declineKubeconfig(value), catalogue())),
    clustersAdd: (text) => answer(() => adding.add(text)),
    clustersAddDropped: () => answer(() => adding.addDropped()),
    clustersAddPick: (pick) => answer(() => adding.pick(pick)),
    clusterRemove: (id) => answer(() => (adding.remove(id), catalogue())),
    clusterRestoreHidden: (id) => answer(() => (adding.restore(id), catalogue())),
    clusterHeaders: (id, headers) => answer(() => adding.headers(id, headers)),
    practiceOpen: () => answer(() => (practice.open(), catalogue())),
    practiceClose: () => answer(() => (practice.close(), catalogue())),
    practiceReset: () => answer(() => (practice.reset(), catalogue())),
    clusterCare: (id, chosen) => answer(() => care.set(id, chosen)),
    clusterUnlock: (id, minutes) => answer(() => care.unlock(id, minutes)),
    clusterLock: (id) => answer(() => care.lock(id)),
    kindsRead: (id) =>
      answer(() => ({ ...world.kinds, kinds: world.kinds.kinds.filter(({ kind }) => isServed(world.cluster(id).name, kind)) })),
    kindCount: (id, kind) =>
      answer(() => {
        if (scenario === 'forbidden') throw fail('refused', `a.lindqvist@example.com may not list ${kind.plural} in all namespaces of ml-platform-dev`, { cluster: id, status: 403 });
        return world.objects(id, kind).length;
      }),
    namespacesListable: () => answer(() => namespaceNames.filter((_, index) => index % 3 === 1)),
    namespacesRead: (id) =>
      answer(() => {
        if (scenario !== 'forbidden') return { names: namespaceNames, refused: null };
        const refused = fail('refused', 'a.lindqvist@example.com may not list Namespaces of ml-platform-dev', { cluster: id, status: 403 });
        return { names: [], refused };
      }),
    viewOpen: (request, onHint) =>
      answer(() => {
        const view = views.open(request, onHint);
        return { view, window: views.window(view, 0, request.count) };
      }),
    viewQuery: (view, query, count) => answer(() => (views.query(view, query), views.window(view, 0, count))),
    viewWindow: (view, start, count) => answer(() => views.window(view, start, count)),
    viewRefresh: (view) => answer(() => (views.get(view), views.changed(), null)),
    viewClose: (view) => answer(() => (views.close(view), null)),
    selectionChange: async (view, change) => {
      await Promise.resolve();
      await views.mark(view, change);
      return world.marksChanged();
    },
    planCreate: (request) => answer(() => plans.create(request)),
    planDiscard: (plan) => answer(() => (plans.discard(plan), null)),
    planConfirm: (request) => answer(() => plans.confirm(request)),
    planExport: (plan, form) => answer(() => plans.export(plan, form)),
    planSave: (plan, form) => answer(() => (plans.export(plan, form), `~/Documents/plan-${plan}.${form === 'kubectl' ? 'sh' : form}`)),
    jobsRead: () => answer(() => jobs.read()),
    jobControl: (job, control) => answer(() => jobs.control(job, control)),
    jobResume: (job) => answer(() => jobs.resume(job)),
    jobDismiss: (job) => answer(() => (jobs.dismiss(job), null)),
    historyRead: (query) => answer(() => receipts.read(query)),
    receiptRead: (receipt) => answer(() => receipts.receipt(receipt)),
    receiptCheck: (receipt) => answer(() => receipts.check(receipt)),
    receiptKubectl: (receipt) => answer(() => receipts.kubectl(receipt)),
    receiptsExport: (query, form) => answer(() => receipts.export(query, form)),
    receiptsSave: (query, form) => answer(() => (receipts.export(query, form), `~/Documents/receipts.${form}`)),
    restorePlan: (refs) => answer(() => restores.plan(refs)),
    restoreRead: (restore) => answer(() => restores.read(restore)),
    restoreConfirm: (restore) => answer(() => restores.confirm(restore)),
    restoreDiscard: (restore) => answer(() => (restores.discard(restore), null)),
    trashEmpty: () => answer(() => receipts.emptyTrash()),
    eventsSubscribe: (onEvent) => answer(() => (world.subscribe(onEvent), null)),
    settingsRead: () => answer(() => world.settings),
    settingsWrite: (settings) => answer(() => ((world.settings = { ...settings, looks: world.settings.looks }), null)),
    listLookWrite: (resource, look) => answer(() => (world.keepLook(resource, look), null)),
    windowReady: () => answer(() => null),
    windowClose: () => answer(() => null),
  };
}
