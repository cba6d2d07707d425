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

    /// Whether the file was written before another one. If not, it may have been written again since
    /// its stamp was taken, within one tick of the file system's clock.
    pub fn is_before(self, other: Self) -> bool {
        self.1 < other.1
    }
}

#[cfg(unix)]
fn number(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn number(_: &Metadata) -> u64 {
    0
}
