//! A sync under way: artifacts come in one at a time, from any thread; the directory is as it was until
//! [`Session::finish`], and if that is never called.

use super::commit::{self, Staging};
use super::inspect::{self, Compared, Directories, Directory, Outdated, State};
use super::manifest::{self, Listing, Manifest};
use super::stamp::Stamp;
use super::{Claim, MANIFEST, Obstacle, ObstacleKind, Outcome, SyncError, lock, paths};
use elementc_compiler::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// A directory that is being brought up to date, under its lock.
pub struct Session<'a> {
    out: &'a Path,
    /// The lock, unless it is that of a [`Claim`].
    _lock: Option<File>,
    is_locked: bool,
    /// Whether nobody has touched the directory since what is known of it was made.
    amends: bool,
    made: Manifest,
    /// Directories that were made to hold the output; gone again if nothing comes of it.
    created: Vec<PathBuf>,
    directories: Mutex<Directories>,
    staging: OnceLock<Staging>,
    files: Mutex<Vec<Placed>>,
}

/// A file of the output, and how it was found.
pub(super) struct Placed {
    pub(super) path: String,
    hash: String,
    pub(super) state: State,
    obstacle: Option<ObstacleKind>,
}

impl Placed {
    /// As the manifest lists it.
    fn listed(&self) -> (&str, &str) {
        (&self.path, &self.hash)
    }
}

/// Everything about a directory but the content of what is new.
pub(super) struct Inspection {
    /// By path.
    pub(super) files: Vec<Placed>,
    pub(super) outdated: Outdated,
    foreign: Vec<PathBuf>,
    litter: Vec<PathBuf>,
    obstacles: Vec<Obstacle>,
    /// The text of the manifest afterwards.
    pub(super) manifest: String,
}

/// A file of the output as it will be found if nobody touches it.
pub struct Settled {
    /// The hash of its content, as the manifest has it.
    pub hash: String,
    /// Its stamp, if there is one.
    pub stamp: Option<Stamp>,
}

fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic elsewhere ends the session anyway.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'a> Session<'a> {
    /// Begins to bring a directory up to date, which need not exist.
    ///
    /// # Errors
    /// See [`SyncError`].
    pub fn open(claim: &'a Claim) -> Result<Self, SyncError> {
        let out = claim.out();
        super::require_directory(out)?;
        let created = out.ancestors().take_while(|a| !a.as_os_str().is_empty() && !a.exists());
        let created = created.map(Path::to_owned).collect();
        fs::create_dir_all(out).map_err(SyncError::io("create the directory", out))?;
        let lock = if claim.holds() { None } else { lock(out, File::lock)? };
        let is_locked = claim.holds() || lock.is_some();
        let mut session = Self::looking(out, Manifest::default(), lock);
        (session.is_locked, session.created) = (is_locked, created);
        session.made = Manifest::read(out)?;
        session.made.add_pending(out);
        Ok(session)
    }

    /// Begins to change some files of a directory in which nobody has touched anything: those files, and the
    /// hash of each.
    pub fn amending<'f>(claim: &'a Claim, files: impl Iterator<Item = (&'f str, &'f str)>) -> Self {
        let mut session = Self::looking(claim.out(), Manifest::of(files), None);
        (session.is_locked, session.amends) = (claim.holds(), true);
        session
    }

    /// A session that only looks.
    pub(super) fn looking(out: &'a Path, made: Manifest, lock: Option<File>) -> Self {
        let (directories, files) = (Mutex::default(), Mutex::default());
        let (is_locked, created, staging) = (lock.is_some(), Vec::new(), OnceLock::new());
        Self { out, _lock: lock, is_locked, amends: false, made, created, directories, staging, files }
    }

    /// Adds a file, its content in pieces. If it is new or different, it is staged.
    ///
    /// # Errors
    /// Its path is wrong, or the system refuses something. What stands in its way is told at the end.
    pub fn put(&self, path: &str, pieces: &[&[u8]]) -> Result<Settled, SyncError> {
        let (enclosing, mut settled, state) = self.compare(path, pieces)?;
        if state != State::Same && enclosing != Directory::Blocked {
            settled.stamp = self.staging()?.stage(self.out, path, pieces)?;
        }
        Ok(settled)
    }

    /// Adds a file that is known to be as it should.
    ///
    /// # Errors
    /// The system refuses to tell of its directory.
    pub fn keep(&self, path: &str, hash: &str) -> Result<(), SyncError> {
        hold(&self.directories).enclosing(self.out, path)?;
        let (path, hash) = (path.to_owned(), hash.to_owned());
        hold(&self.files).push(Placed { path, hash, state: State::Same, obstacle: None });
        Ok(())
    }

    pub(super) fn compare(
        &self,
        path: &str,
        pieces: &[&[u8]],
    ) -> Result<(Directory, Settled, State), SyncError> {
        paths::check_one(path).map_err(|reason| SyncError::Path { path: path.to_owned(), reason })?;
        let enclosing = hold(&self.directories).enclosing(self.out, path)?;
        let hash = manifest::hash_pieces(pieces);
        let Compared { state, obstacle, stamp } = match self.amends && !self.made.made(path, &hash) {
            true => Compared { state: State::Differs, obstacle: None, stamp: None },
            false => inspect::compare(&self.out.join(path), enclosing, pieces, self.made.lists(path))?,
        };
        hold(&self.files).push(Placed { path: path.to_owned(), hash: hash.clone(), state, obstacle });
        Ok((enclosing, Settled { hash, stamp }, state))
    }

    fn staging(&self) -> Result<&Staging, SyncError> {
        if let Some(staging) = self.staging.get() {
            return Ok(staging);
        }
        // Of two threads one may have made it in vain.
        let staging = Staging::new(self.out)?;
        Ok(self.staging.get_or_init(|| staging))
    }

    /// What there is to do once all files have come.
    pub(super) fn inspect(&mut self) -> Result<Inspection, SyncError> {
        let mut files = std::mem::take(&mut *hold(&self.files));
        files.sort_by(|a, b| a.path.cmp(&b.path));
        paths::check(files.iter().map(|file| &*file.path))?;
        let mut directories = std::mem::take(&mut *hold(&self.directories));
        let out = self.out;
        let produced: HashSet<&str> = files.iter().map(|file| &*file.path).collect();
        let mut outdated: Vec<&str> = self.made.paths().filter(|path| !produced.contains(path)).collect();
        let respelled = inspect::respelled(out, produced.iter().copied(), &outdated);
        outdated.retain(|path| !respelled.values().any(|old| old == path));
        let mut obstacles = std::mem::take(&mut directories.obstacles);
        // What blocks the way to a file that is no longer made blocks nothing.
        let outdated = inspect::outdated(out, &mut directories, &outdated, &self.made)?;
        let is_ours = |file: &Placed| {
            file.obstacle == Some(ObstacleKind::Foreign) && respelled.contains_key(&*file.path)
        };
        obstacles.extend(
            files
                .iter()
                .filter(|file| !is_ours(file))
                .filter_map(|file| file.obstacle.map(|kind| Obstacle { path: out.join(&file.path), kind })),
        );
        let left = outdated.stale.iter().chain(&outdated.kept).map(String::as_str);
        let ours = produced.into_iter().chain(left).chain([MANIFEST]);
        let (foreign, mut litter) = inspect::others(out, &directories.known, &ours.collect())?;
        // By name: one path may be relative and the other not.
        litter.retain(|path| self.staging.get().is_none_or(|own| own.path().file_name() != path.file_name()));
        let manifest = manifest::text(files.iter().map(Placed::listed));
        Ok(Inspection { files, outdated, foreign, litter, obstacles, manifest })
    }

    /// Puts everything in its place. The directory stays locked until the session is dropped.
    ///
    /// # Errors
    /// See [`SyncError`]; except for [`SyncError::Halfway`], nothing has changed.
    pub fn finish(&mut self) -> Result<Outcome, SyncError> {
        let Inspection { files, outdated, foreign, litter, obstacles, manifest } = self.inspect()?;
        if !obstacles.is_empty() {
            return Err(SyncError::Obstacles { obstacles });
        }
        if self.is_locked {
            // Whoever left it is dead: they would hold the lock.
            commit::empty_litter(&litter)?;
        }
        let writes: Vec<&str> =
            files.iter().filter(|file| file.state != State::Same).map(|file| &*file.path).collect();
        let mut written: Vec<String> = writes.iter().map(|path| (*path).to_owned()).collect();
        if !(writes.is_empty() && outdated.stale.is_empty() && self.made.text() == Some(&manifest)) {
            let is_new = |(path, hash): &(&str, &str)| !self.made.made(path, hash);
            let pending = manifest::text(files.iter().map(Placed::listed).filter(is_new));
            self.commit(&writes, &outdated, &pending, &manifest)?;
            written.push(MANIFEST.to_owned());
        }
        if self.is_locked {
            commit::remove_litter(&litter)?;
        }
        self.created.clear();
        drop(self.staging.take());
        let unchanged = files.len() + 1 - written.len();
        Ok(Outcome { written, unchanged, removed: outdated.stale, foreign, kept: outdated.kept })
    }

    fn commit(
        &mut self,
        writes: &[&str],
        outdated: &Outdated,
        pending: &str,
        next: &str,
    ) -> Result<(), SyncError> {
        let done = commit::commit(self.out, self.staging()?, writes, outdated, pending, next);
        if let (Err(SyncError::Halfway { .. }), Some(staging)) = (&done, self.staging.take()) {
            staging.leave();
        }
        done
    }

    /// As [`Self::finish`] for a session that amends, given the files of the output as they were.
    ///
    /// # Errors
    /// See [`Self::finish`].
    pub fn amend(&mut self, known: Listing) -> Result<Outcome, SyncError> {
        let mut files = std::mem::take(&mut *hold(&self.files));
        files.retain(|file| file.state != State::Same);
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let mut obstacles = std::mem::take(&mut hold(&self.directories).obstacles);
        let obstacle =
            |file: &Placed| Some(Obstacle { path: self.out.join(&file.path), kind: file.obstacle? });
        obstacles.extend(files.iter().filter_map(obstacle));
        if !obstacles.is_empty() {
            return Err(SyncError::Obstacles { obstacles });
        }
        let count = known.count() + 1;
        let mut written: Vec<String> = files.iter().map(|file| file.path.clone()).collect();
        if !files.is_empty() {
            let writes: Vec<&str> = files.iter().map(|file| &*file.path).collect();
            let pending = manifest::text(files.iter().map(Placed::listed));
            let manifest = known.changed(files.iter().map(Placed::listed));
            self.commit(&writes, &Outdated::default(), &pending, &manifest)?;
            written.push(MANIFEST.to_owned());
        }
        drop(self.staging.take());
        Ok(Outcome { unchanged: count - written.len(), written, ..Outcome::default() })
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        drop(self.staging.take());
        for directory in &self.created {
            // Not empty: somebody else has use for it.
            let _: io::Result<()> = fs::remove_dir(directory);
        }
    }
}
