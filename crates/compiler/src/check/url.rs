//! URLs: what is wrong with one, and where.
//!
//! In: a text that should be an http or https URL. Out: the part that makes it none, and what was meant.

use crate::pattern::{self, Format};
use crate::suggest::suggest;
use std::ops::Range;

/// What makes a text no URL.
pub(super) struct Wrong {
    /// What is said of it.
    pub(super) message: &'static str,
    /// The part of the text.
    pub(super) range: Range<usize>,
    /// A few words about it.
    pub(super) label: &'static str,
    /// What to do.
    pub(super) note: &'static str,
    /// The URL that was meant.
    pub(super) meant: Option<String>,
}

const NO_URL: &str = "is no http or https URL";

/// Whether a text is an http or https URL with a host that can have an address.
pub(super) fn is_url(text: &str) -> bool {
    let is_authority = |said: &str| is_host(said) && port(said).is_none_or(is_port);
    pattern::matches(Format::Url.automaton(), text)
        && authority(text).is_some_and(|part| is_authority(&text[part]))
}

/// The host and the port of a URL.
fn authority(text: &str) -> Option<Range<usize>> {
    let start = text.find("://")? + 3;
    let length = text[start..].find(['/', '?', '#']).unwrap_or(text.len() - start);
    Some(start..start + length)
}

/// What stands behind the colon of a host.
fn port(authority: &str) -> Option<&str> {
    let end = if authority.starts_with('[') { authority.find(']')? } else { 0 };
    authority[end..].split_once(':').map(|(_, port)| port)
}

/// Ports have 16 bits (RFC 6335 §6).
fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

fn is_host(authority: &str) -> bool {
    let is_label = |label: &[u8]| {
        !label.is_empty() && label.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    let host = authority.split(':').next().unwrap_or_default();
    // The last dot is that of the root.
    let host = host.strip_suffix('.').unwrap_or(host);
    authority.starts_with('[') || host.as_bytes().split(|byte| *byte == b'.').all(is_label)
}

/// What is wrong with a text that is no URL.
pub(super) fn wrong(text: &str) -> Wrong {
    let whole = || Wrong {
        message: NO_URL,
        range: 0..text.len(),
        label: "not a URL",
        note: "write all of it, from `https://` on",
        meant: None,
    };
    if text.trim().is_empty() {
        return whole();
    }
    let found = blank(text).or_else(|| scheme(text)).or_else(|| host(text)).or_else(|| character(text));
    let mut found = found.unwrap_or_else(whole);
    found.meant = found.meant.filter(|meant| is_url(meant));
    found
}

/// A blank at its beginning or end.
fn blank(text: &str) -> Option<Wrong> {
    let meant = text.trim();
    (meant.len() < text.len() && !meant.is_empty()).then(|| Wrong {
        message: NO_URL,
        range: 0..text.len(),
        label: "begins or ends with a blank",
        note: "remove it",
        meant: Some(meant.to_owned()),
    })
}

/// A scheme that is misspelt, or another one.
fn scheme(text: &str) -> Option<Wrong> {
    if text.starts_with("https://") || text.starts_with("http://") {
        return None;
    }
    let name = &text[..text.find(|c: char| !c.is_ascii_alphabetic())?];
    let rest = text[name.len()..].trim_start_matches([':', '/', '\\']);
    let end = text.len() - rest.len();
    let mark = &text[name.len()..end];
    let near = suggest(name, ["https", "http"]).filter(|_| mark.contains(':') || mark.contains("//"));
    let is_in_capitals = near.is_some_and(|near| near.word != name && near.eq_ignore_ascii_case(name));
    let message = if is_in_capitals { "has its scheme in capitals" } else { NO_URL };
    let (label, note) = match near {
        Some(_) if is_in_capitals => (
            "a scheme is written in small letters",
            "capitals mean the same, but few programs look for them (RFC 3986 §3.1)",
        ),
        Some(_) => {
            ("expected `https://`", "what stands before the host is a scheme with `://` (RFC 3986 §3)")
        }
        None if mark.contains("://") => {
            ("another scheme", "a browser or the platform opens an endpoint by `https://`")
        }
        None => return None,
    };
    let meant = near.filter(|near| near.is_sure).map(|near| format!("{near}://{rest}"));
    Some(Wrong { message, range: 0..end, label, note, meant })
}

/// A host that is none, and what stands beside it.
fn host(text: &str) -> Option<Wrong> {
    let range = authority(text)?;
    let said = &text[range.clone()];
    let at = |range, label, note| Some(Wrong { message: NO_URL, range, label, note, meant: None });
    if let Some(user) = said.rfind('@') {
        let note = "an endpoint has no user and no password (RFC 9110 §4.2.4)";
        return at(range.start..range.start + user + 1, "who uses it", note);
    }
    let host = said.split(':').next().unwrap_or_default();
    if said.starts_with('[') || !host.is_ascii() || host.contains(['%', ' ']) {
        return None;
    }
    if !is_host(host) {
        return at(
            range.start..range.start + host.len(),
            "no host",
            "a host is letters, digits and `-`, with one dot between its parts",
        );
    }
    let port = port(said).filter(|port| !is_port(port))?;
    let note = "behind the `:` of a host stands the number of a port, up to 65535";
    at(range.end - port.len()..range.end, "no port", note)
}

/// The first character that no URL has.
fn character(text: &str) -> Option<Wrong> {
    let is_hex = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_hexdigit);
    let is_wrong = |(at, c): &(usize, char)| match c {
        '%' => !(is_hex(at + 1) && is_hex(at + 2)),
        c => !(c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@/?[]".contains(*c)),
    };
    let (at, c) = text.char_indices().find(is_wrong)?;
    let note = match c {
        '%' => "two hexadecimal digits follow a `%`, which is `%25` itself",
        ' ' => "a blank within a URL is `%20`",
        c if !c.is_ascii() => "other letters are encoded: by `%` in a path, as `xn--…` in a host",
        _ => "encode it by `%` and two hexadecimal digits, if it is meant",
    };
    Some(Wrong {
        message: NO_URL,
        range: at..at + c.len_utf8(),
        label: "no character of a URL",
        note,
        meant: None,
    })
}
