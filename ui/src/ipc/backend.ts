/** The one door to the host. `tauri.ts` and `fake.ts` implement it; which one is chosen by the entry file. */
import type {
  ApiError,
  BackendEvent,
  Catalogue,
  CloseAnswer,
  ClusterCare,
  ClusterSummary,
  ClustersAdded,
  ClustersPick,
  ExtraHeader,
  History,
  HistoryQuery,
  JobControl,
  JobSummary,
  KindRef,
  Kinds,
  ListLook,
  Namespaces,
  PlanConfirm,
  PlanCreate,
  PlanForm,
  PlanSummary,
  Receipt,
  ReceiptRef,
  ReceiptsForm,
  RestoreSummary,
  SelectionChange,
  SelectionSummary,
  Settings,
  SignInWay,
  TrashSummary,
  ViewHint,
  ViewOpen,
  ViewOpened,
  ViewQuery,
  ViewWindow,
} from './types';

/** Every method rejects with an `ApiError` and with nothing else. */
export interface Backend {
  catalogueRead(): Promise<Catalogue>;
  /** Reads the kubeconfigs again. */
  catalogueReload(): Promise<Catalogue>;
  /** Connects and reads the credentials again; `clusterChanged` tells the states on the way. */
  clusterOpen(cluster: string): Promise<ClusterSummary>;
  /** As the person asked for it: a plugin then runs until it ends or is stopped. A token never comes back. */
  clusterSignIn(cluster: string, way: SignInWay): Promise<ClusterSummary>;
  /** Ends connecting, a plugin that runs, or trying again by itself. */
  clusterStop(cluster: string): Promise<ClusterSummary>;
  clusterSignOut(cluster: string): Promise<ClusterSummary>;
  /** Remembers that this very program may be run, and opens the cluster. */
  clusterConsent(cluster: string, digest: string): Promise<ClusterSummary>;
  /** Reads the files that the login shell names from now on; it must be the value that the shell sets. */
  kubeconfigUse(value: string): Promise<Catalogue>;
  /** Does not read them, or no longer, and does not offer this value again. */
  kubeconfigDecline(value: string): Promise<Catalogue>;
  /** The contexts of a kubeconfig that was pasted. */
  clustersAdd(text: string): Promise<ClustersAdded>;
  /** Asks for files or a folder; null when that was cancelled. */
  clustersAddPick(pick: ClustersPick): Promise<ClustersAdded | null>;
  /** What was dropped on the window last, once. The host knows what that is; the page names no file. */
  clustersAddDropped(): Promise<ClustersAdded>;
  /** Takes it off the list. Neither the cluster nor a file changes. */
  clusterRemove(cluster: string): Promise<Catalogue>;
  clusterRestoreHidden(cluster: string): Promise<Catalogue>;
  /** The whole set of extra request headers; a null value keeps the one that is known. */
  clusterHeaders(cluster: string, headers: ExtraHeader[]): Promise<ClusterSummary>;
  /** Brings the practice clusters into the list, in this run and the next ones. */
  practiceOpen(): Promise<Catalogue>;
  practiceClose(): Promise<Catalogue>;
  /** Makes the practice clusters what they were at first; receipts and copies stay. */
  practiceReset(): Promise<Catalogue>;
  /** Writes down what was chosen for a cluster. */
  clusterCare(cluster: string, care: ClusterCare): Promise<ClusterSummary>;
  /** Lets writes through for so many minutes; for as long as the settings say when null. */
  clusterUnlock(cluster: string, minutes: number | null): Promise<ClusterSummary>;
  clusterLock(cluster: string): Promise<ClusterSummary>;
  /** As they were when the cluster was open last, until it has said what it serves. */
  kindsRead(cluster: string): Promise<Kinds>;
  /** In all namespaces, as nearly as the cluster says; null where it does not. */
  kindCount(cluster: string, kind: KindRef): Promise<number | null>;
  /** Where its objects may be listed, by the server's word. */
  namespacesListable(cluster: string, kind: KindRef): Promise<string[]>;
  namespacesRead(cluster: string): Promise<Namespaces>;
  /** Hints come at most 30 times a second; pull the window that is shown after one. The first rows come with the answer,
   * as those of a new query do. */
  viewOpen(request: ViewOpen, onHint: (hint: ViewHint) => void): Promise<ViewOpened>;
  viewQuery(view: string, query: ViewQuery, count: number): Promise<ViewWindow>;
  viewWindow(view: string, start: number, count: number): Promise<ViewWindow>;
  /** Reads the list again. */
  viewRefresh(view: string): Promise<null>;
  viewClose(view: string): Promise<null>;
  selectionChange(view: string | null, change: SelectionChange): Promise<SelectionSummary>;
  /** Answers at once; `planChanged` tells how far it is worked out. */
  planCreate(request: PlanCreate): Promise<PlanSummary>;
  planDiscard(plan: string): Promise<null>;
  planConfirm(request: PlanConfirm): Promise<JobSummary>;
  /** For the clipboard. */
  planExport(plan: string, form: PlanForm): Promise<string>;
  /** Asks where to; answers the path written, null when that was cancelled. */
  planSave(plan: string, form: PlanForm): Promise<string | null>;
  /** Of this run, and interrupted ones of earlier runs; newest first. */
  jobsRead(): Promise<JobSummary[]>;
  jobControl(job: string, control: JobControl): Promise<JobSummary>;
  /** Rejects with `planChanged` where something changed: then what is left is planned anew. */
  jobResume(job: string): Promise<JobSummary>;
  /** An interrupted job is over as it is. */
  jobDismiss(job: string): Promise<null>;
  historyRead(query: HistoryQuery): Promise<History>;
  receiptRead(receipt: ReceiptRef): Promise<Receipt>;
  /** Looks once whether the object is there. */
  receiptCheck(receipt: ReceiptRef): Promise<Receipt>;
  receiptKubectl(receipt: ReceiptRef): Promise<string>;
  receiptsExport(query: HistoryQuery, form: ReceiptsForm): Promise<string>;
  receiptsSave(query: HistoryQuery, form: ReceiptsForm): Promise<string | null>;
  /** Says what would differ; `restoreChanged` tells when it is to be read again. */
  restorePlan(receipts: ReceiptRef[]): Promise<RestoreSummary>;
  restoreRead(restore: string): Promise<RestoreSummary>;
  restoreConfirm(restore: string): Promise<RestoreSummary>;
  restoreDiscard(restore: string): Promise<null>;
  trashEmpty(): Promise<TrashSummary>;
  eventsSubscribe(onEvent: (event: BackendEvent) => void): Promise<null>;
  settingsRead(): Promise<Settings>;
  settingsWrite(settings: Settings): Promise<null>;
  /** Remembers how the lists of a resource are arranged; forgets it when null. */
  listLookWrite(resource: string, look: ListLook | null): Promise<null>;
  /** Shows the window: what is in the document by now is its first frame. */
  windowReady(): Promise<null>;
  /** Answers `closeAsked`: after `stop` the window goes as soon as nothing is on its way any more. */
  windowClose(answer: CloseAnswer): Promise<null>;
}

/** Narrows what a rejection carried; anything else is a fault of the page itself and is said as such. */
export function toApiError(cause: unknown): ApiError {
  if (typeof cause === 'object' && cause !== null && 'code' in cause && 'message' in cause) {
    return cause as ApiError;
  }
  return {
    code: 'invalidRequest',
    message: cause instanceof Error ? cause.message : String(cause),
    hint: null,
    cluster: null,
    object: null,
    retryable: false,
    status: null,
    serverWords: null,
    auditId: null,
  };
}
