//! The headers that say who asks, and whom it acts as.

use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::zeroize::Zeroize;

use crate::kubeconfig::Impersonate;

/// What Go leaves as it is in the name of an `Impersonate-Extra-` header.
const EXTRA_KEY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'*')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// `Bearer …`, refusing what would end the header or be read as something else.
pub(super) fn bearer(token: &str) -> Result<HeaderValue, String> {
    let token = token.trim();
    if token.is_empty() {
        return Err("is empty".to_owned());
    }
    if let Some(position) = token.bytes().position(|byte| !byte.is_ascii_graphic()) {
        return Err(format!(
            "holds a character at position {} that no token has: a space, a line break or something not ASCII",
            position + 1
        ));
    }
    let mut line = format!("Bearer {token}");
    let value = HeaderValue::from_str(&line).map_err(|_| "cannot be sent".to_owned());
    line.zeroize();
    let mut value = value?;
    value.set_sensitive(true);
    Ok(value)
}

/// The headers by which the kubeconfig asks to act as somebody else.
pub(super) fn impersonation(impersonate: &Impersonate) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    let mut add = |name: HeaderName, text: &str| {
        let value = HeaderValue::from_bytes(text.as_bytes())
            .map_err(|_| format!("it acts as {text:?}, which cannot be sent in a header"))?;
        headers.append(name, value);
        Ok::<_, String>(())
    };
    if let Some(user) = &impersonate.user {
        add(HeaderName::from_static("impersonate-user"), user)?;
    }
    if let Some(uid) = &impersonate.uid {
        add(HeaderName::from_static("impersonate-uid"), uid)?;
    }
    for group in &impersonate.groups {
        add(HeaderName::from_static("impersonate-group"), group)?;
    }
    for (key, values) in &impersonate.extra {
        let name = format!("impersonate-extra-{}", utf8_percent_encode(key, EXTRA_KEY));
        let name = HeaderName::try_from(name)
            .map_err(|_| format!("its as-user-extra {key:?} cannot be sent in a header"))?;
        for value in values {
            add(name.clone(), value)?;
        }
    }
    Ok(headers)
}
