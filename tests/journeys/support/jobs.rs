//! Jobs as a person starts and watches them, and what they leave on the disk.

use std::{collections::BTreeSet, path::Path, sync::atomic::Ordering};

use secateur_domain::{
    ids::{ClusterId, ObjectKey},
    plan::{DeleteOptions, Proof},
};
use secateur_engine::{JobSummary, PlanOf, Targets};
use secateur_store::{CopyRole, KeyPlace, Trash, Vault};

use super::engine::Engine;

impl Engine {
    /// The seeded ConfigMaps of a namespace.
    pub(crate) async fn seeded(&self, cluster: &ClusterId, namespace: &str) -> Vec<ObjectKey> {
        let targets = Targets {
            kind: "configmaps".to_owned(),
            namespace: Some(namespace.to_owned()),
            label_selector: Some("app=configmap".to_owned()),
            ..Targets::default()
        };
        self.backend.find_keys(cluster, &targets, None).await.expect("the objects").keys
    }

    /// ConfigMaps by their names.
    pub(crate) async fn keys(&self, cluster: &ClusterId, namespace: &str, names: &[&str]) -> Vec<ObjectKey> {
        self.keys_of(cluster, "configmaps", namespace, names).await
    }

    /// An object that is in no namespace.
    pub(crate) async fn cluster_scoped(&self, cluster: &ClusterId, kind: &str, name: &str) -> Vec<ObjectKey> {
        self.keys_of(cluster, kind, "", &[name]).await
    }

    /// Plans these and confirms the plan once it is worked out; gives the job.
    pub(crate) async fn delete(&self, keys: Vec<ObjectKey>, options: DeleteOptions) -> String {
        let plan = self.worked_out(PlanOf::Keys(keys), options).await;
        let proof = Proof::Digest(plan.digest);
        self.backend.confirm_plan(&plan.plan, &proof).await.expect("a job").job
    }

    /// Begins to delete what was seeded in a namespace; the fault arms itself after 20 DELETEs.
    pub(crate) async fn delete_seeded(&self, cluster: &ClusterId, namespace: &str) -> String {
        let keys = self.seeded(cluster, namespace).await;
        self.script.arms_after.store(20, Ordering::SeqCst);
        self.delete(keys, DeleteOptions::default()).await
    }

    /// Waits until the fault is there.
    pub(crate) async fn armed(&self) {
        self.until("the fault is there", || self.script.armed.load(Ordering::SeqCst).then_some(())).await;
    }

    /// A job as it is now.
    pub(crate) fn job(&self, job: &str) -> JobSummary {
        self.backend.jobs().into_iter().find(|summary| summary.job == job).expect("the job")
    }

    /// Waits until a job is so.
    pub(crate) async fn until_job(
        &self,
        job: &str,
        what: &str,
        is_so: impl Fn(&JobSummary) -> bool,
    ) -> JobSummary {
        let is = || Some(self.job(job)).filter(|summary| is_so(summary));
        self.until_or(is, || format!("{what}: {:?}", self.job(job))).await
    }

    /// Waits until a job is settled.
    pub(crate) async fn over(&self, job: &str) -> JobSummary {
        self.until_job(job, "the job is settled", |summary| summary.is_settled).await
    }
}

/// How many targets of a job have an outcome of this word.
pub(crate) fn counted(summary: &JobSummary, word: &str) -> usize {
    summary.outcomes.iter().filter(|(outcome, _)| outcome.word() == word).map(|(_, count)| count).sum()
}

/// The UIDs of the targets that the trash in this folder has a copy of.
pub(crate) fn copied(folder: &Path) -> BTreeSet<String> {
    copied_as(folder, CopyRole::Target)
}

/// The UIDs of the objects that the trash in this folder has a copy of in this role.
pub(crate) fn copied_as(folder: &Path, role: CopyRole) -> BTreeSet<String> {
    let trash = Trash::open(folder, Vault::open(KeyPlace::Memory)).expect("the trash");
    let rows = trash.rows().expect("its copies").into_iter();
    rows.filter(|row| row.role == role).map(|row| row.object.uid.to_string()).collect()
}
