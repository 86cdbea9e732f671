//! How many requests one cluster is sent at the same time, found out while they are answered.
//!
//! A pure state machine over times that it is given, in milliseconds of any clock that does not go back. It climbs
//! while more at a time brings more a second, goes back a step where it does not, and halves where the server says
//! or shows that it is too much: what TCP does with a line whose width nobody knows.

/// To begin with: what a polite client sends.
const FIRST: usize = 8;
/// Never more, however fast the server is.
const MOST: usize = 32;
/// So much more a second is worth another step, in hundredths.
const WORTH: u64 = 115;
/// Measured over at least so many answers for each request at a time, and over so much time: less is chance.
const ANSWERS_EACH: usize = 4;
const SHORTEST_MS: u64 = 40;
/// After a step that brought nothing, so many measurings pass before the next try.
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
    /// The limit before the last step, and the answers a second, in thousandths, that it brought.
    before: Option<(usize, u64)>,
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
            before: None,
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
            let rate = self.answers as u64 * 1_000_000 / elapsed;
            let is_full = self.under_way >= self.limit;
            self.measure_from(now);
            if is_full {
                self.step(rate);
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
        self.before = None;
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

    fn step(&mut self, rate: u64) {
        if let Some((limit, known)) = self.before.take()
            && rate.saturating_mul(100) < known.saturating_mul(WORTH)
        {
            self.limit = limit;
            self.rest = REST;
            return;
        }
        if self.rest > 0 {
            self.rest -= 1;
            return;
        }
        let next = (self.limit + (self.limit / 2).max(1)).min(MOST);
        if next > self.limit {
            self.before = Some((self.limit, rate));
            self.limit = next;
        }
    }
}

#[cfg(test)]
mod tests;
