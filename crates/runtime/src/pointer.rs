//! Where things are, as RFC 6901 pointers.
//!
//! In: entries and objects of a program. Out: pointers, appended to a text.

use crate::bytes::has_either;
use crate::program::Program;

/// Appends the pointer of an object.
pub(crate) fn push_object(out: &mut String, program: &Program, object: u16) {
    out.push_str(program.objects.get(usize::from(object)).map_or("", |object| &object.pointer));
}

/// Appends the pointer of an entry's value.
pub(crate) fn push_entry(out: &mut String, program: &Program, entry: u16) {
    push_object(out, program, program.owner(entry));
    push_member(out, program.key(entry));
}

/// Appends a member to the pointer of its object.
pub(crate) fn push_member(out: &mut String, key: &str) {
    out.push('/');
    if !has_either(key.as_bytes(), b'~', b'/') {
        return out.push_str(key);
    }
    for part in key.split_inclusive(['~', '/']) {
        if let Some(plain) = part.strip_suffix('~') {
            out.push_str(plain);
            out.push_str("~0");
        } else if let Some(plain) = part.strip_suffix('/') {
            out.push_str(plain);
            out.push_str("~1");
        } else {
            out.push_str(part);
        }
    }
}
