//! Stamps: what the file system tells of a file without reading it.

use serde::{Deserialize, Serialize};
use std::fs::Metadata;
use std::time::UNIX_EPOCH;

/// Tells whether a file may have been written since: bytes, nanoseconds since 1970 of the last write, and
/// the number that Unix gives to the file itself (0 elsewhere).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp(u64, u64, u64);

impl Stamp {
    /// The stamp of a file; `None` if the system does not say when it was written.
    pub fn of(metadata: &Metadata) -> Option<Self> {
        let written = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(Self(metadata.len(), u64::try_from(written.as_nanos()).ok()?, number(metadata)))
    }

    /// Whether a file was neither written nor given other times since another one, with this stamp, was written.
    /// If it was, it may hold anything: within one tick of the file system's clock its stamp says nothing, and
    /// whoever sets its times may have written it too.
    pub fn is_after(self, metadata: &Metadata) -> bool {
        let stamp = Self::of(metadata);
        stamp.is_some_and(|stamp| stamp.1 < self.1) && changed(metadata) < i128::from(self.1)
    }
}

/// When anything about a file was last changed, in nanoseconds since 1970, where the system tells.
#[cfg(unix)]
fn changed(metadata: &Metadata) -> i128 {
    use std::os::unix::fs::MetadataExt as _;
    i128::from(metadata.ctime()) * 1_000_000_000 + i128::from(metadata.ctime_nsec())
}

#[cfg(not(unix))]
fn changed(_: &Metadata) -> i128 {
    0
}

#[cfg(unix)]
fn number(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn number(_: &Metadata) -> u64 {
    0
}
