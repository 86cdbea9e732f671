//! Cutting a stream of bytes into lines, keeping nothing of a line that is too long.

use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt, stream::BoxStream};

use crate::error::ClusterError;

/// The largest event: an object may have 1.5 MiB in etcd, and escaping doubles it at worst.
const LINE_LIMIT: usize = 4 << 20;

struct Lines {
    body: BoxStream<'static, Result<Bytes, ClusterError>>,
    /// What came and is not a whole line yet.
    rest: BytesMut,
    /// How much of `rest` is known to hold no line break.
    searched: usize,
    has_ended: bool,
    what: String,
}

/// The lines that are not empty, without their ends. A last line without one counts too.
pub(super) fn split(
    body: BoxStream<'static, Result<Bytes, ClusterError>>,
    what: String,
) -> impl Stream<Item = Result<Bytes, ClusterError>> + Send {
    let lines = Lines { body, rest: BytesMut::new(), searched: 0, has_ended: false, what };
    futures::stream::try_unfold(lines, |mut lines| async move {
        Ok(lines.next().await?.map(|line| (line, lines)))
    })
}

impl Lines {
    async fn next(&mut self) -> Result<Option<Bytes>, ClusterError> {
        loop {
            if let Some(line) = self.cut() {
                if !line.trim_ascii().is_empty() {
                    return self.within_limit(line).map(Some);
                }
            } else if self.has_ended {
                return Ok(None);
            } else if self.rest.len() > LINE_LIMIT {
                return Err(self.too_large());
            } else if let Some(piece) = self.body.next().await {
                self.rest.extend_from_slice(&piece?);
            } else {
                self.has_ended = true;
            }
        }
    }

    /// The next line that is there.
    fn cut(&mut self) -> Option<Bytes> {
        let found = self.rest.iter().skip(self.searched).position(|&byte| byte == b'\n');
        match found {
            Some(position) => {
                let end = self.searched.saturating_add(position).saturating_add(1);
                self.searched = 0;
                Some(self.rest.split_to(end).freeze())
            }
            None if self.has_ended && !self.rest.is_empty() => {
                self.searched = 0;
                Some(self.rest.split().freeze())
            }
            None => {
                self.searched = self.rest.len();
                None
            }
        }
    }

    fn within_limit(&self, line: Bytes) -> Result<Bytes, ClusterError> {
        if line.len() > LINE_LIMIT { Err(self.too_large()) } else { Ok(line) }
    }

    fn too_large(&self) -> ClusterError {
        ClusterError::TooLarge { what: self.what.clone(), limit: LINE_LIMIT }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn check(pieces: &[&str], expected: &[&str]) {
        let pieces: Vec<_> =
            pieces.iter().map(|piece| Ok(Bytes::copy_from_slice(piece.as_bytes()))).collect();
        let lines: Vec<_> = split(futures::stream::iter(pieces).boxed(), "watching".into()).collect().await;
        let lines: Vec<_> = lines
            .into_iter()
            .map(|line| String::from_utf8_lossy(line.expect("a line").trim_ascii()).into_owned())
            .collect();
        assert_eq!(lines, expected);
    }

    #[tokio::test]
    async fn lines_come_whole_however_they_are_cut() {
        check(&["ab\ncd\n"], &["ab", "cd"]).await;
        check(&["a", "b", "\nc", "d\n"], &["ab", "cd"]).await;
        check(&["ab\r\n\r\n\ncd\n"], &["ab", "cd"]).await;
    }
    #[tokio::test]
    async fn a_last_line_without_an_end_counts() {
        check(&["ab\nc"], &["ab", "c"]).await;
        check(&[], &[]).await;
    }
    #[tokio::test]
    async fn fault_61_a_line_that_is_too_long_ends_it_before_it_is_whole() {
        let piece = Bytes::from(vec![b'x'; 1 << 20]);
        let endless = futures::stream::repeat_with(move || Ok(piece.clone()));
        let lines: Vec<_> = split(endless.boxed(), "watching pods".into()).collect().await;
        let expected = ClusterError::TooLarge { what: "watching pods".into(), limit: 4 << 20 };
        assert_eq!(lines, [Err(expected)]);
    }
}
