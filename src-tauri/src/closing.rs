//! Closing the window while jobs run: the person is asked, and nothing is decided for them.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use secateur_contract::BackendEvent;
use secateur_domain::outcome::Outcome;
use secateur_engine::{Backend, JobControl, JobState, JobSummary};
use tauri::{AppHandle, CloseRequestApi, Manager, async_runtime};

use crate::{compose::AppState, convert::count, window};

/// A page that has not asked by then does not answer: closing once more is the answer.
const ASKED_BY: Duration = Duration::from_secs(2);
/// How long what is on its way is waited for after a stop. What has no answer by then is looked at at the next start.
const ANSWERED_BY: Duration = Duration::from_secs(10);
const GLANCE: Duration = Duration::from_millis(50);

/// What follows from a request to close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Nothing runs.
    Close,
    /// The person is asked.
    Ask,
    /// The person was asked just now.
    Wait,
    /// The person closed again, and the page had time to ask.
    Stop,
}

/// When the person was asked and has not answered.
#[derive(Default)]
pub(crate) struct Closing {
    /// Guards the time; taken for moments.
    asked: Mutex<Option<Instant>>,
}

impl Closing {
    fn next(&self, is_running: bool, now: Instant) -> Next {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if !is_running {
            return Next::Close;
        }
        match *asked {
            Some(at) if now.duration_since(at) < ASKED_BY => Next::Wait,
            Some(_) => Next::Stop,
            None => {
                *asked = Some(now);
                Next::Ask
            }
        }
    }

    /// The person answered: the next request asks anew.
    fn answered(&self) {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// The window is asked to close: by its frame, by the desktop or by the keyboard.
pub(crate) fn requested(app: &AppHandle, api: &CloseRequestApi) {
    let state = app.state::<AppState>();
    let running = running(&state.backend);
    match state.closing.next(!running.is_empty(), Instant::now()) {
        Next::Close => return,
        Next::Wait => {}
        Next::Ask => {
            let left = running.iter().map(left).sum();
            // A question in a window that nobody sees is no question.
            window::present(app);
            state.events.tell(BackendEvent::CloseAsked { jobs: count(running.len()), left: count(left) });
        }
        Next::Stop => {
            let app = app.clone();
            // Ends with its deadline, and the application with it.
            async_runtime::spawn(async move { stop(&app).await });
        }
    }
    api.prevent_close();
}

/// The person lets the jobs run, and the window stays.
pub(crate) fn stay(app: &AppHandle) {
    let state = app.state::<AppState>();
    state.closing.answered();
    tracing::info!(
        jobs = running(&state.backend).len(),
        "the person closed the window and kept the jobs running"
    );
}

/// Stops the jobs, waits until nothing is on its way, and quits.
pub(crate) async fn stop(app: &AppHandle) {
    let state = app.state::<AppState>();
    for job in running(&state.backend) {
        tracing::info!(job = job.job, left = left(&job), "the person closed the window and stopped the job");
        if let Err(error) = state.backend.control_job(&job.job, JobControl::Stop).await {
            tracing::warn!(job = job.job, %error, "the job was not stopped");
        }
    }
    let until = Instant::now() + ANSWERED_BY;
    while state.backend.jobs().iter().any(|job| job.in_flight > 0) && Instant::now() < until {
        tokio::time::sleep(GLANCE).await;
    }
    app.exit(0);
}

/// The jobs that would lose something: those with targets to be sent or answered. One whose targets only terminate
/// loses nothing; the next start looks at them.
fn running(backend: &Backend) -> Vec<JobSummary> {
    backend.jobs().into_iter().filter(is_running).collect()
}

fn is_running(job: &JobSummary) -> bool {
    let is_here = matches!(job.state, JobState::Running | JobState::Paused | JobState::Stopped);
    is_here && !job.is_settled && left(job) > 0
}

/// Its objects that are not deleted yet and not at another end.
fn left(job: &JobSummary) -> usize {
    let is_left =
        |outcome: &Outcome| matches!(outcome, Outcome::Waiting | Outcome::Requested | Outcome::Accepted);
    job.outcomes.iter().filter(|(outcome, _)| is_left(outcome)).map(|(_, count)| count).sum()
}

#[cfg(test)]
mod tests {
    use secateur_domain::outcome::WaitsFor;

    use super::*;
    use crate::desktop::testing::job;

    #[test]
    fn nothing_is_asked_where_nothing_runs() {
        assert_eq!(Closing::default().next(false, Instant::now()), Next::Close);
    }

    #[test]
    fn a_second_request_closes_where_the_page_does_not_ask() {
        let (closing, now) = (Closing::default(), Instant::now());
        assert_eq!(closing.next(true, now), Next::Ask);
        assert_eq!(closing.next(true, now + Duration::from_millis(1_999)), Next::Wait);
        assert_eq!(closing.next(true, now + ASKED_BY), Next::Stop);
        assert_eq!(closing.next(false, now + ASKED_BY), Next::Close);
    }

    #[test]
    fn an_answer_ends_the_question() {
        let (closing, now) = (Closing::default(), Instant::now());
        assert_eq!(closing.next(true, now), Next::Ask);
        closing.answered();
        assert_eq!(closing.next(true, now + ASKED_BY), Next::Ask);
    }

    #[test]
    fn a_job_runs_while_something_is_to_be_sent_or_answered() {
        let terminating = Outcome::Terminating { waits_for: WaitsFor::default() };
        let cases = [
            (JobState::Running, Outcome::Waiting, 2),
            (JobState::Paused, Outcome::Waiting, 2),
            (JobState::Stopped, Outcome::Requested, 2),
            (JobState::Running, Outcome::Accepted, 2),
            (JobState::Running, terminating, 0),
            (JobState::Settled, Outcome::Gone { successor: None }, 0),
        ];
        for (state, outcome, expected) in cases {
            let job = JobSummary { outcomes: vec![(outcome.clone(), 2)], ..job(state, Vec::new()) };
            assert_eq!(left(&job), expected, "{state:?} {outcome:?}");
            assert_eq!(is_running(&job), expected > 0, "{state:?} {outcome:?}");
        }
        let interrupted = job(JobState::Interrupted, Vec::new());
        let interrupted = JobSummary { outcomes: vec![(Outcome::Waiting, 2)], ..interrupted };
        assert!(!is_running(&interrupted));
    }
}
