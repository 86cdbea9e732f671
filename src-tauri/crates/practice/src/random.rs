//! Numbers that only look random: the same seed gives the same objects.

/// `SplitMix64` of Steele, Lea and Flood.
pub(crate) struct Random(u64);

/// As apimachinery's `rand` has them: no vowels, so that no words come out.
const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A UID, as a version 4 UUID.
    pub(crate) fn uid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            0x8000 | ((low >> 48) & 0x3fff),
            low & 0xffff_ffff_ffff
        )
    }

    /// So many letters of a generated name.
    pub(crate) fn suffix(&mut self, length: usize) -> String {
        let count = LETTERS.len() as u64;
        let letter =
            |number: u64| usize::try_from(number % count).ok().and_then(|at| LETTERS.get(at).copied());
        (0..length).filter_map(|_| letter(self.next())).map(char::from).collect()
    }
}
