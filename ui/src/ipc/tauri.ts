/** The backend behind Tauri's commands. The only file that names Tauri. */
import { Channel, invoke } from '@tauri-apps/api/core';

import type { Backend } from './backend';
import type { BackendEvent, ViewHint } from './types';

function channel<T>(onMessage: (message: T) => void): Channel<T> {
  const events = new Channel<T>();
  events.onmessage = onMessage;
  return events;
}

export const tauriBackend: Backend = {
  catalogueRead: () => invoke('catalogue_read'),
  catalogueReload: () => invoke('catalogue_reload'),
  clusterOpen: (cluster) => invoke('cluster_open', { cluster }),
  clusterSignIn: (cluster, way) => invoke('cluster_sign_in', { cluster, way }),
  clusterStop: (cluster) => invoke('cluster_stop', { cluster }),
  clusterSignOut: (cluster) => invoke('cluster_sign_out', { cluster }),
  clusterConsent: (cluster, digest) => invoke('cluster_consent', { cluster, digest }),
  kubeconfigUse: (value) => invoke('kubeconfig_use', { value }),
  kubeconfigDecline: (value) => invoke('kubeconfig_decline', { value }),
  clustersAdd: (text) => invoke('clusters_add', { text }),
  clustersAddPick: (pick) => invoke('clusters_add_pick', { pick }),
  clustersAddDropped: () => invoke('clusters_add_dropped'),
  clusterRemove: (cluster) => invoke('cluster_remove', { cluster }),
  clusterRestoreHidden: (cluster) => invoke('cluster_restore_hidden', { cluster }),
  clusterHeaders: (cluster, headers) => invoke('cluster_headers', { cluster, headers }),
  practiceOpen: () => invoke('practice_open'),
  practiceClose: () => invoke('practice_close'),
  practiceReset: () => invoke('practice_reset'),
  clusterCare: (cluster, care) => invoke('cluster_care', { cluster, care }),
  clusterUnlock: (cluster, minutes) => invoke('cluster_unlock', { cluster, minutes }),
  clusterLock: (cluster) => invoke('cluster_lock', { cluster }),
  kindsRead: (cluster) => invoke('kinds_read', { cluster }),
  kindCount: (cluster, kind) => invoke('kind_count', { cluster, kind }),
  namespacesListable: (cluster, kind) => invoke('namespaces_listable', { cluster, kind }),
  namespacesRead: (cluster) => invoke('namespaces_read', { cluster }),
  viewOpen: (request, onHint) => invoke('view_open', { request, events: channel<ViewHint>(onHint) }),
  viewQuery: (view, query, count) => invoke('view_query', { view, query, count }),
  viewWindow: (view, start, count) => invoke('view_window', { view, start, count }),
  viewRefresh: (view) => invoke('view_refresh', { view }),
  viewClose: (view) => invoke('view_close', { view }),
  selectionChange: (view, change) => invoke('selection_change', { view, change }),
  planCreate: (request) => invoke('plan_create', { request }),
  planDiscard: (plan) => invoke('plan_discard', { plan }),
  planConfirm: (request) => invoke('plan_confirm', { request }),
  planExport: (plan, form) => invoke('plan_export', { plan, form }),
  planSave: (plan, form) => invoke('plan_save', { plan, form }),
  jobsRead: () => invoke('jobs_read'),
  jobControl: (job, control) => invoke('job_control', { job, control }),
  jobResume: (job) => invoke('job_resume', { job }),
  jobDismiss: (job) => invoke('job_dismiss', { job }),
  historyRead: (query) => invoke('history_read', { query }),
  receiptRead: (receipt) => invoke('receipt_read', { receipt }),
  receiptCheck: (receipt) => invoke('receipt_check', { receipt }),
  receiptKubectl: (receipt) => invoke('receipt_kubectl', { receipt }),
  receiptsExport: (query, form) => invoke('receipts_export', { query, form }),
  receiptsSave: (query, form) => invoke('receipts_save', { query, form }),
  restorePlan: (receipts) => invoke('restore_plan', { receipts }),
  restoreRead: (restore) => invoke('restore_read', { restore }),
  restoreConfirm: (restore) => invoke('restore_confirm', { restore }),
  restoreDiscard: (restore) => invoke('restore_discard', { restore }),
  trashEmpty: () => invoke('trash_empty'),
  eventsSubscribe: (onEvent) => invoke('events_subscribe', { events: channel<BackendEvent>(onEvent) }),
  settingsRead: () => invoke('settings_read'),
  settingsWrite: (settings) => invoke('settings_write', { settings }),
  listLookWrite: (resource, look) => invoke('list_look_write', { resource, look }),
  windowReady: () => invoke('window_ready'),
  windowClose: (answer) => invoke('window_close', { answer }),
};
