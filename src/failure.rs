//! Failures: why a command could not do its work at all, as opposed to what it found.

use std::fmt;
use std::io;

/// Why a command could not do its work.
#[derive(Debug)]
pub enum Failure {
    /// Output could not be written.
    Output(io::Error),
    /// Anything else, in words for the user.
    Message(String),
}

impl Failure {
    /// A failure in words for the user.
    pub fn new(message: impl Into<String>) -> Self {
        Self::Message(message.into())
    }

    /// Whether whoever reads the output has gone.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Output(error) => write!(f, "cannot write the output: {error}"),
            Self::Message(message) => f.write_str(message),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
