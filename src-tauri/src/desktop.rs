//! What the desktop hears of jobs: that the machine is needed, and that one has ended while nobody looked.
//!
//! Both are courtesies: where there is no bus, no power daemon or no notifications, the job goes on as it would.

mod awake;
mod notice;

use std::{
    collections::HashMap,
    sync::mpsc::{Receiver, Sender, channel},
};

use secateur_engine::{JobState, JobSummary};
use tauri::AppHandle;

use crate::window;
use awake::{Awake, keeps_awake};
use notice::End;

/// Tells the desktop of jobs, from a thread of its own: the desktop's answers take their time.
pub(crate) struct Desktop {
    glances: Sender<Glance>,
}

impl Desktop {
    /// Begins to listen. The thread ends when this is dropped, and whatever it holds with it.
    pub(crate) fn start(app: AppHandle) -> Self {
        let (glances, told) = channel();
        std::thread::spawn(move || follow(&told, &app));
        Self { glances }
    }

    /// Takes a job as it is now.
    pub(crate) fn tell(&self, job: &JobSummary) {
        // The thread is gone only where it could not be started; nothing follows from that.
        let _ = self.glances.send(Glance::of(job));
    }
}

/// What the desktop needs to know of a job.
struct Glance {
    job: String,
    is_over: bool,
    keeps_awake: bool,
    end: End,
}

impl Glance {
    fn of(job: &JobSummary) -> Self {
        Self {
            job: job.job.clone(),
            is_over: job.is_settled || job.state == JobState::Interrupted,
            keeps_awake: keeps_awake(job),
            end: End { sentence: job.sentence.clone(), subject: job.subject.clone() },
        }
    }
}

/// The jobs that were seen running, and whether each needs the machine.
#[derive(Default)]
struct Jobs {
    running: HashMap<String, bool>,
}

impl Jobs {
    /// Takes a job as it is now. A job ends once, and one that was never seen running does not end here.
    fn take(&mut self, glance: Glance) -> Option<End> {
        if glance.is_over {
            return self.running.remove(&glance.job).map(|_| glance.end);
        }
        self.running.insert(glance.job, glance.keeps_awake);
        None
    }

    fn keep_awake(&self) -> bool {
        self.running.values().any(|&keeps| keeps)
    }
}

fn follow(glances: &Receiver<Glance>, app: &AppHandle) {
    let (mut jobs, mut awake) = (Jobs::default(), Awake::default());
    while let Ok(glance) = glances.recv() {
        let end = jobs.take(glance);
        awake.keep(jobs.keep_awake());
        if let Some(end) = end.filter(|_| !window::is_in_front(app)) {
            notice::show(&end, app);
        }
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use secateur_engine::JobLane;

    use super::*;

    /// A job of three targets.
    pub(crate) fn job(state: JobState, lanes: Vec<JobLane>) -> JobSummary {
        JobSummary {
            job: "a".into(),
            subject: "3 Jobs".into(),
            started: 0,
            started_text: String::new(),
            user: None,
            state,
            is_settled: state == JobState::Settled,
            total: 3,
            settled: 0,
            in_flight: 0,
            per_second: None,
            seconds_left: None,
            took: None,
            outcomes: Vec::new(),
            lanes,
            sentence: String::new(),
            retryable: 0,
            needs_person: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glance(job: &str, is_over: bool, keeps_awake: bool) -> Glance {
        let end = End { sentence: "3 gone.".into(), subject: "3 Jobs".into() };
        Glance { job: job.into(), is_over, keeps_awake, end }
    }

    #[test]
    fn a_job_that_was_seen_running_ends_once() {
        let mut jobs = Jobs::default();
        assert!(jobs.take(glance("a", false, true)).is_none());
        assert_eq!(jobs.take(glance("a", true, false)).map(|end| end.sentence), Some("3 gone.".into()));
        assert!(jobs.take(glance("a", true, false)).is_none());
    }

    #[test]
    fn a_job_of_an_earlier_run_ends_silently() {
        assert!(Jobs::default().take(glance("a", true, false)).is_none());
    }

    #[test]
    fn the_machine_is_kept_awake_until_the_last_job_lets_go() {
        let mut jobs = Jobs::default();
        assert!(!jobs.keep_awake());
        let steps = [
            ("a", false, true, true),
            ("b", false, true, true),
            ("a", true, false, true),
            ("b", false, false, false),
            ("b", false, true, true),
            ("b", true, false, false),
        ];
        for (job, is_over, keeps, expected) in steps {
            jobs.take(glance(job, is_over, keeps));
            assert_eq!(jobs.keep_awake(), expected, "{job} {is_over} {keeps}");
        }
    }
}
