//! From the server's JSON to rows and columns. Pure, and borrowed where the text allows.

mod cell;
mod metadata;
mod table;

pub(crate) use metadata::{ListMeta, ObjectMeta, PartialObject};
pub(crate) use table::{Decoded, Place, TableDecoder, page};

/// A text that is not what was asked for. The parser's words say where, and quote nothing but names of fields.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Undecodable(pub(crate) String);

impl From<serde_json::Error> for Undecodable {
    fn from(error: serde_json::Error) -> Self {
        let place = format!("line {} column {}", error.line(), error.column());
        Self(match error.classify() {
            serde_json::error::Category::Eof => "it ends too early".to_owned(),
            // A value of the wrong type would be quoted, and it may be anything.
            serde_json::error::Category::Data => format!("a field is not of its type ({place})"),
            _ => format!("it is not JSON ({place})"),
        })
    }
}
