//! Which names objects may have.

use crate::{kinds::Kind, status::Refusal};

const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', \
    and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is \
    '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must \
    start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is \
    '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

/// Refuses a name that the kind's objects may not have.
pub(crate) fn check(kind: &Kind, name: &str) -> Result<(), Refusal> {
    let invalid = |why: &str| {
        let why = format!("Invalid value: {name:?}: {why}");
        Err(Refusal::invalid(kind, name, "metadata.name", "FieldValueInvalid", &why))
    };
    if kind.group == "rbac.authorization.k8s.io" {
        // Whatever is one segment of a path.
        return match name {
            "." | ".." => invalid(&format!("may not be '{name}'")),
            _ if name.contains('/') => invalid("may not contain '/'"),
            _ if name.contains('%') => invalid("may not contain '%'"),
            _ => Ok(()),
        };
    }
    match kind.resource().as_str() {
        "namespaces" | "services" if !is_label(name) => invalid(LABEL),
        "namespaces" | "services" if name.len() > 63 => invalid("must be no more than 63 characters"),
        _ if name.len() > 253 => invalid("must be no more than 253 bytes"),
        _ if !name.split('.').all(is_label) => invalid(SUBDOMAIN),
        _ => Ok(()),
    }
}

fn is_label(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let ends = [text.bytes().next(), text.bytes().last()];
    ends.into_iter().all(|end| end.is_some_and(is_plain))
        && text.bytes().all(|byte| is_plain(byte) || byte == b'-')
}
