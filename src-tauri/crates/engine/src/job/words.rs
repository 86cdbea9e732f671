//! Where a job and its lanes are, as others see it.

/// Where a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// It goes on.
    Running,
    /// The person paused it; what was sent is followed.
    Paused,
    /// The person stopped it; what was sent is followed.
    Stopped,
    /// Every target is at an end.
    Settled,
    /// Secateur ended while it ran. Nothing goes on by itself.
    Interrupted,
}

/// Where one cluster's part of a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LaneState {
    /// Its turn comes after other clusters.
    Waiting,
    /// Whether it is the cluster of the plan is being checked.
    Checking,
    /// It sends and follows.
    Running,
    /// It waits for something.
    Paused(LaneWait),
    /// Nothing more is sent.
    Stopped,
    /// Everything was sent and answered.
    Done,
}

/// What a paused lane waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LaneWait {
    /// Signing in again.
    SignIn,
    /// An unlock: the cluster is read-only.
    Unlock,
    /// The server, which asked to be left alone until this time, in milliseconds of the local clock.
    Server {
        /// Until when.
        until: u64,
    },
    /// An answer: nothing can be reached.
    Connection,
    /// The person, who paused the job.
    Person,
}

/// What a person does to a running job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobControl {
    /// Send nothing more for now.
    Pause,
    /// Go on.
    Resume,
    /// Send nothing more.
    Stop,
}

/// What the person, or a failure that was not foreseen, wants of a running job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Intent {
    /// It goes on.
    Run,
    /// Nothing more is sent for now.
    Pause,
    /// Nothing more is sent; final.
    Stop {
        /// Why, a sentence.
        cause: String,
    },
}
