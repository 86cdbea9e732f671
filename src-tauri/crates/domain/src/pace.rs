//! How many requests one cluster is sent at the same time, found out while they are answered.
//!
//! A pure state machine over times that it is given, in milliseconds of any clock that does not go back. What a request
//! takes when few are under way is what the server needs for it; whatever more takes is waiting, and everybody else's
//! requests wait as long. So more are sent at a time while a request takes hardly longer than that, and fewer where
//! it takes twice as long; and half where the server says or shows that it is too much.

/// To begin with: so few that hardly one waits for another.
const FIRST: usize = 2;
/// Never more, however fast the server is.
const MOST: usize = 32;
/// More are sent at a time while a request takes at most this, in hundredths of what it needs.
const AT_ONCE: u64 = 133;
/// Fewer where it takes more than this.
const LATE: u64 = 200;
/// Measured over at least so many answers for each request at a time, and over so much time: less is chance.
const ANSWERS_EACH: usize = 4;
const SHORTEST_MS: u64 = 40;
/// After the server said that it was too much, so many measurings pass before more are sent again.
const REST: u32 = 8;
/// How long a busy server is left alone, if it does not say; and at most, whatever it says.
const BUSY_MS: u64 = 2_000;
const LONGEST_BUSY_MS: u64 = 120_000;

/// Why the pace has to be slower.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slowed {
    /// The server asked to be left alone (429), for so long where it said.
    Busy {
        /// In milliseconds.
        retry_after: Option<u64>,
    },
    /// No answer came in time.
    NoAnswer,
}

/// One cluster's pace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    limit: usize,
    /// What a request needs, as far as it was seen, in microseconds.
    needs: Option<u64>,
    /// Whether the limit was never found yet: then it is doubled.
    is_new: bool,
    /// So many measurings pass before more are sent again.
    rest: u32,
    /// Answers since `since`.
    answers: usize,
    since: Option<u64>,
    /// The most requests that were under way since: where that is less than allowed, nothing is learnt.
    under_way: usize,
    /// Requests sent before this say nothing about the limit that was set then.
    slowed_at: Option<u64>,
    paused_until: Option<u64>,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            limit: FIRST,
            needs: None,
            is_new: true,
            rest: 0,
            answers: 0,
            since: None,
            under_way: 0,
            slowed_at: None,
            paused_until: None,
        }
    }
}

impl Pace {
    /// How many requests may be under way now.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Until when nothing is to be sent, if so.
    pub fn paused_until(&self, now: u64) -> Option<u64> {
        self.paused_until.filter(|until| *until > now)
    }

    /// A request is sent; with it so many are under way.
    pub fn sent(&mut self, under_way: usize) {
        self.under_way = self.under_way.max(under_way);
    }

    /// A request that was sent at `sent` was answered.
    pub fn answered(&mut self, sent: u64, now: u64) {
        if self.slowed_at.is_some_and(|slowed| sent <= slowed) {
            return;
        }
        let since = *self.since.get_or_insert(sent);
        self.answers += 1;
        let elapsed = now.saturating_sub(since);
        if self.answers >= self.limit * ANSWERS_EACH && elapsed >= SHORTEST_MS {
            // With so many under way all the time, each was under way for so long.
            let takes = elapsed * 1_000 * self.limit as u64 / self.answers as u64;
            let is_full = self.under_way >= self.limit;
            self.measure_from(now);
            if is_full {
                self.step(takes);
            }
        }
    }

    /// The server is too slow or says that it is. Those that were under way with it count as one.
    pub fn slowed(&mut self, why: Slowed, sent: u64, now: u64) {
        if let Slowed::Busy { retry_after } = why {
            let until = now.saturating_add(retry_after.unwrap_or(BUSY_MS).min(LONGEST_BUSY_MS));
            self.paused_until = Some(self.paused_until.map_or(until, |known| known.max(until)));
        }
        if self.slowed_at.is_some_and(|slowed| sent <= slowed) {
            return;
        }
        self.limit = (self.limit / 2).max(1);
        self.is_new = false;
        self.rest = REST;
        self.slowed_at = Some(now);
        self.measure_from(now);
    }

    /// Nothing was sent for a while: what was measured before it does not count.
    pub fn measure_from(&mut self, now: u64) {
        self.since = Some(now);
        self.answers = 0;
        self.under_way = 0;
    }

    fn step(&mut self, takes: u64) {
        // With as few as at the beginning, what a request takes is what it needs, also where it needed less before.
        let needs = match self.needs {
            Some(known) if self.limit > FIRST => known.min(takes),
            _ => takes,
        };
        self.needs = Some(needs);
        let part = (self.limit / 4).max(1);
        if self.rest > 0 {
            self.rest -= 1;
        } else if takes * 100 <= needs * AT_ONCE {
            let more = if self.is_new { self.limit } else { part };
            self.limit = (self.limit + more).min(MOST);
            return;
        }
        self.is_new = false;
        if takes * 100 > needs * LATE {
            self.limit = (self.limit - part).max(FIRST);
        }
    }
}

#[cfg(test)]
mod tests;
