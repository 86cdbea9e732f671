//! Which clusters are practice clusters: they exist in memory only, and are told from real ones by where they are.
//!
//! Everything that was ever written of a cluster names its server, so receipts and copies of practice are marked too.

use crate::tier::Tier;

/// What the host of every practice cluster ends with. It is reserved for what is on no network (RFC 6761).
pub const HOSTS: &str = ".practice.invalid";

/// Whether the server at this URL is a practice cluster.
pub fn is_practice(server: &str) -> bool {
    name(server).is_some()
}

/// The tier that the practice cluster at this URL plays, as its name says; none where it is a real one.
pub fn tier_played(server: &str) -> Option<Tier> {
    let is_production = name(server)?.ends_with("-production");
    Some(if is_production { Tier::Production } else { Tier::Development })
}

/// The practice cluster's own name.
fn name(server: &str) -> Option<String> {
    let (_, rest) = server.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host.split(':').next()?.trim_end_matches('.').to_ascii_lowercase();
    host.strip_suffix(HOSTS).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(server: &str, expected: Option<Tier>) {
        assert_eq!((is_practice(server), tier_played(server)), (expected.is_some(), expected), "{server}");
    }

    #[test]
    fn a_practice_cluster_is_known_by_its_host_and_plays_what_its_name_says() {
        check("https://garden-production.practice.invalid", Some(Tier::Production));
        check("https://Garden-Production.Practice.Invalid.:443/", Some(Tier::Production));
        check("https://garden-development.practice.invalid", Some(Tier::Development));
        check("https://practice.practice.invalid/path", Some(Tier::Development));
    }

    #[test]
    fn what_only_looks_like_one_is_real() {
        check("https://practice.invalid", None);
        check("https://garden-production.practice.invalid.example.com", None);
        check("https://example.com/garden.practice.invalid", None);
        check("https://garden.practice.invalid@example.com", None);
        check("garden.practice.invalid", None);
        check("", None);
    }
}
