//! How far the last attempt to reach a server came, step by step, for whoever has to find out what is wrong.
//!
//! Every word in here may be shown: addresses and causes, never a password, a path or a header.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// A step on the way to a server, in the order in which they are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepName {
    /// The proxy on the way is reached. Absent where no proxy is configured.
    Proxy,
    /// The server's name has an address. Absent where a proxy looks it up.
    Name,
    /// Somebody accepts the connection.
    Connection,
    /// The certificate is trusted. Absent over plain http.
    Certificate,
    /// The server answered.
    Server,
}

/// How far one step came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepOutcome {
    /// It is done.
    Done,
    /// The attempt ended here.
    Failed,
    /// It never came so far.
    NotReached,
}

/// One step as it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Which.
    pub name: StepName,
    /// How far it came.
    pub outcome: StepOutcome,
    /// What was found: an address, a cause. Empty where the step was not reached.
    pub words: String,
    /// How long it took, where it was taken.
    pub took: Option<Duration>,
}

/// The way to a server as one attempt found it. Empty before the first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attempt {
    /// The steps in order.
    pub steps: Vec<Step>,
}

impl Attempt {
    /// The step that ended it.
    pub fn failed(&self) -> Option<&Step> {
        self.steps.iter().find(|step| step.outcome == StepOutcome::Failed)
    }

    /// Says that the server's answer was none of Kubernetes', where the way there was fine: the transport takes any
    /// answer for one.
    pub fn end_at_server(&mut self, words: &str) {
        if self.failed().is_some() {
            return;
        }
        if let Some(step) = self.steps.iter_mut().find(|step| step.name == StepName::Server) {
            step.outcome = StepOutcome::Failed;
            words.clone_into(&mut step.words);
        }
    }
}

/// The last attempt of one cluster, whichever lane made it. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Steps {
    /// Guards the attempt that ended last; held for no longer than reading or replacing it.
    last: Arc<Mutex<Attempt>>,
}

impl Steps {
    /// The last attempt that came to an end, well or not.
    pub(super) fn last(&self) -> Attempt {
        self.with(|attempt| attempt.clone())
    }

    /// Begins an attempt. It is seen when the walk is dropped, however far it came by then.
    pub(super) fn walk(&self, names: &[StepName]) -> Walk {
        let step = |name: &StepName| Step {
            name: *name,
            outcome: StepOutcome::NotReached,
            words: String::new(),
            took: None,
        };
        Walk {
            steps: self.clone(),
            attempt: Attempt { steps: names.iter().map(step).collect() },
            position: 0,
            since: Instant::now(),
            is_over: false,
        }
    }

    /// A request is on its way over a connection that stands.
    pub(super) fn asking(&self) -> Asking<'_> {
        Asking { steps: self, since: Instant::now(), is_over: false }
    }

    fn server(&self, outcome: StepOutcome, since: Instant, words: impl FnOnce() -> String) {
        self.with(|attempt| {
            let Some(step) = attempt.steps.iter_mut().find(|step| step.name == StepName::Server) else {
                return;
            };
            // Every answer comes by here: only a change is worth a text.
            if step.outcome != outcome || outcome == StepOutcome::Failed {
                *step = Step { name: step.name, outcome, words: words(), took: Some(since.elapsed()) };
            }
        });
    }

    fn with<T>(&self, look: impl FnOnce(&mut Attempt) -> T) -> T {
        look(&mut self.last.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// An attempt under way.
pub(super) struct Walk {
    steps: Steps,
    attempt: Attempt,
    position: usize,
    since: Instant,
    is_over: bool,
}

impl Walk {
    /// The step that is being taken.
    pub(super) fn current(&self) -> Option<StepName> {
        self.attempt.steps.get(self.position).map(|step| step.name)
    }

    /// The step is done; the next begins.
    pub(super) fn done(&mut self, words: impl Into<String>) {
        self.set(StepOutcome::Done, words.into());
        self.position += 1;
        self.since = Instant::now();
    }

    /// The attempt ends here.
    pub(super) fn failed(&mut self, words: impl Into<String>) {
        self.set(StepOutcome::Failed, words.into());
        self.is_over = true;
    }

    /// The connection stands; what is left is the server's.
    pub(super) fn arrived(mut self) {
        self.is_over = true;
    }

    fn set(&mut self, outcome: StepOutcome, words: String) {
        let took = Some(self.since.elapsed());
        if let Some(step) = self.attempt.steps.get_mut(self.position) {
            *step = Step { name: step.name, outcome, words, took };
        }
    }
}

impl Drop for Walk {
    fn drop(&mut self) {
        if !self.is_over {
            self.failed(given_up(self.since));
        }
        let attempt = std::mem::take(&mut self.attempt);
        self.steps.with(|last| *last = attempt);
    }
}

/// A request under way. Dropped without a word, its caller's patience was over.
pub(super) struct Asking<'a> {
    steps: &'a Steps,
    since: Instant,
    is_over: bool,
}

impl Asking<'_> {
    /// An answer came, whatever it says.
    pub(super) fn answered(mut self, version: http::Version) {
        self.is_over = true;
        self.steps.server(StepOutcome::Done, self.since, || format!("answers by {version:?}"));
    }

    /// No answer came. Where no connection came about, the steps say so already.
    pub(super) fn failed(mut self, is_connected: bool, words: &str) {
        self.is_over = true;
        if is_connected {
            self.steps.server(StepOutcome::Failed, self.since, || words.to_owned());
        }
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        // The attempt of a connection that was being opened is told by its own end.
        if !self.is_over && self.steps.with(|attempt| attempt.failed().is_none()) {
            self.steps.server(StepOutcome::Failed, self.since, || given_up(self.since));
        }
    }
}

fn given_up(since: Instant) -> String {
    let seconds = since.elapsed().as_secs_f64();
    if seconds < 1.0 { "given up".to_owned() } else { format!("no answer within {seconds:.0} s") }
}
