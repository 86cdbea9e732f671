/** The one door to the host. `tauri.ts` and `fake.ts` implement it; which one is chosen by the entry file. */
import type {
  ApiError,
  BackendEvent,
  Catalogue,
  ClusterSummary,
  JobSummary,
  Kinds,
  Namespaces,
  PlanConfirm,
  PlanCreate,
  PlanSummary,
  SelectionChange,
  SelectionSummary,
  Settings,
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
  kindsRead(cluster: string): Promise<Kinds>;
  namespacesRead(cluster: string): Promise<Namespaces>;
  /** Hints come at most 30 times a second; pull the window that is shown after one. */
  viewOpen(request: ViewOpen, onHint: (hint: ViewHint) => void): Promise<ViewOpened>;
  viewQuery(view: string, query: ViewQuery): Promise<null>;
  viewWindow(view: string, start: number, count: number): Promise<ViewWindow>;
  /** Reads the list again. */
  viewRefresh(view: string): Promise<null>;
  viewClose(view: string): Promise<null>;
  selectionChange(view: string | null, change: SelectionChange): Promise<SelectionSummary>;
  planCreate(request: PlanCreate): Promise<PlanSummary>;
  planDiscard(plan: string): Promise<null>;
  planConfirm(request: PlanConfirm): Promise<JobSummary>;
  jobsRead(): Promise<JobSummary[]>;
  eventsSubscribe(onEvent: (event: BackendEvent) => void): Promise<null>;
  settingsRead(): Promise<Settings>;
  settingsWrite(settings: Settings): Promise<null>;
  /** Shows the window: what is in the document by now is its first frame. */
  windowReady(): Promise<null>;
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
