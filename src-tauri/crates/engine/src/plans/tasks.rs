//! The tasks that work a plan out. All end with the plan: `stop` is cancelled when it is dropped, and none holds it.

use std::{
    sync::{Arc, PoisonError, Weak},
    time::Duration,
};

use futures::future::BoxFuture;
use tokio::{sync::mpsc, time::Instant};
use tokio_util::task::TaskTracker;

use super::{Keeping, OpenPlan, access::Access, rehearse::Rehearser, rows, summary, survey::Survey, words};
use crate::{
    event::Event,
    follow::{Followed, Sight, Start},
};

/// Between two events that tell progress, and two that tell changes which come in crowds.
const PACE: Duration = Duration::from_millis(100);
const CROWD: Duration = Duration::from_millis(30);
/// A target that was not looked at by then is rehearsed all the same.
const FIRST_LOOK: Duration = Duration::from_secs(15);

pub(super) fn start(open: &Arc<OpenPlan>, keeping: BoxFuture<'static, Keeping>, tasks: &TaskTracker) {
    let stop = &open.stop;
    let spawn = |task: std::pin::Pin<Box<dyn Future<Output = ()> + Send>>| {
        tasks.spawn(stop.clone().run_until_cancelled_owned(task));
    };
    let (plan, options) = {
        let known = open.lock();
        (known.plan.clone(), known.plan.options())
    };
    let (sights, seen) = mpsc::channel(64);
    for (cluster, planned) in plan.clusters() {
        let Some(session) = open.sessions.get(cluster) else { continue };
        let own: Vec<_> =
            plan.targets().iter().cloned().enumerate().filter(|(_, key)| key.cluster == *cluster).collect();
        for group in Followed::by_kind(session, &planned.fingerprint, own.iter().cloned()) {
            spawn(Box::pin(group.run(Start::Look, sights.clone())));
        }
        let access = Arc::new(Access::new(Arc::clone(session)));
        spawn(Box::pin(Arc::clone(&access).read(Arc::downgrade(open), own.clone())));
        let rehearser = Rehearser {
            plan: Arc::downgrade(open),
            session: Arc::clone(session),
            access,
            planned: planned.clone(),
            options,
            bell: open.bells.get(cluster).map(Arc::clone).unwrap_or_default(),
        };
        spawn(Box::pin(rehearser.run()));
        let survey = Survey {
            plan: Arc::downgrade(open),
            session: Arc::clone(session),
            planned: planned.clone(),
            propagation: options.propagation,
            targets: own,
        };
        spawn(Box::pin(survey.run()));
    }
    let weak = Arc::downgrade(open);
    spawn(Box::pin(async move {
        let keeping = keeping.await;
        if let Some(plan) = weak.upgrade() {
            plan.know(|known| known.keep_in(keeping));
        }
    }));
    spawn(Box::pin(take_sights(Arc::downgrade(open), seen)));
    spawn(Box::pin(tell(Arc::downgrade(open))));
}

/// Takes in what followers see.
async fn take_sights(plan: Weak<OpenPlan>, mut seen: mpsc::Receiver<Sight>) {
    let deadline = tokio::time::sleep(FIRST_LOOK);
    tokio::pin!(deadline);
    let mut is_waiting = true;
    loop {
        let sight = tokio::select! {
            sight = seen.recv() => sight,
            () = &mut deadline, if is_waiting => {
                is_waiting = false;
                let Some(plan) = plan.upgrade() else { return };
                plan.know(super::known::Known::stop_waiting_for_looks);
                continue;
            }
        };
        let (Some(sight), Some(plan)) = (sight, plan.upgrade()) else { return };
        match sight {
            Sight::Ready => {}
            Sight::Target { target, seen } => plan.know(|known| known.see(target, &seen)),
            Sight::Blind(target) => plan.know(|known| known.blind(target)),
        }
    }
}

/// Tells what is new: progress a few times a second, a change at once.
async fn tell(plan: Weak<OpenPlan>) {
    let Some((progress, urgent)) =
        plan.upgrade().map(|plan| (Arc::clone(&plan.progress), Arc::clone(&plan.urgent)))
    else {
        return;
    };
    let mut last: Option<Instant> = None;
    loop {
        let is_urgent = tokio::select! {
            biased;
            () = urgent.notified() => true,
            () = progress.notified() => false,
        };
        if let Some(last) = last {
            if is_urgent {
                tokio::time::sleep_until(last + CROWD).await;
            } else {
                tokio::select! {
                    () = tokio::time::sleep_until(last + PACE) => {}
                    () = urgent.notified() => {}
                }
            }
        }
        last = Some(Instant::now());
        let Some(plan) = plan.upgrade() else { return };
        plan.publish();
    }
}

impl OpenPlan {
    /// Publishes rows and summary as they are now.
    fn publish(&self) {
        let changes = std::mem::take(&mut *self.untold.lock().unwrap_or_else(PoisonError::into_inner));
        let snapshot = {
            let mut known = self.lock();
            known.left();
            rows::snapshot(&known)
        };
        self.snapshots.send_replace(Arc::new(snapshot));
        let plan = Box::new(self.summary());
        let change = match (changes.is_empty(), plan.remaining) {
            (false, 0) => summary::none_left(&self.lock()),
            _ => words::changes(changes),
        };
        self.ready.send_replace(plan.is_ready);
        self.events.send(Event::PlanChanged { plan, change });
    }
}
