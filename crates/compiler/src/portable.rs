//! Portable names: what every file system can call a file.
//!
//! In: a name. Out: why some file system refuses it, if one does; and the name as those have it that do not
//! tell capitals apart.

use std::borrow::Cow;

/// What Windows keeps for devices, whatever the extension.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Why a name of a file or directory cannot be had everywhere; `None` if it can.
#[must_use]
pub fn problem(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        return Some("a part of it is empty");
    }
    if name == "." || name == ".." {
        return Some("it must not contain . or ..");
    }
    if name.contains(|c: char| c.is_control() || r#"<>:"\|?*"#.contains(c)) {
        return Some("it contains a character that some file systems do not have in names");
    }
    if name.ends_with(['.', ' ']) {
        return Some("Windows drops a dot or a space at the end of a name");
    }
    if name.len() > 255 {
        return Some("a part of it is longer than 255 bytes");
    }
    is_device(name).then_some("Windows reserves the name for a device")
}

/// A name or path as it is where case does not matter.
#[must_use]
pub fn folded(name: &str) -> Cow<'_, str> {
    let is_lower = name.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if is_lower { name.into() } else { name.to_lowercase().into() }
}

/// Whether Windows takes a name for that of a device.
#[must_use]
pub fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end();
    DEVICES.iter().any(|device| device.eq_ignore_ascii_case(stem)) || is_port(stem)
}

/// `com1` to `lpt9`, superscript digits included.
fn is_port(stem: &str) -> bool {
    let is_port = |(port, _): &(&str, &str)| ["com", "lpt"].iter().any(|p| p.eq_ignore_ascii_case(port));
    let number = stem.split_at_checked(3).filter(is_port);
    let mut digits = number.map_or("", |(_, number)| number).chars();
    matches!((digits.next(), digits.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
}
