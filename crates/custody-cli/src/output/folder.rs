//! A directory of files that are replaced together: earlier ones of the program, and nothing else.

use super::write_whole;
use crate::Failure;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The longest file that is read to find out whether the program wrote it.
const LONGEST: u64 = 256 << 20;

/// Writes files into a directory. Each file is replaced as a whole, and only a file of an earlier run,
/// for which `is_own` is true, is replaced; if another one has the name of a file, nothing is written.
/// With an extension, files of an earlier run that have it and are not among the files are removed.
///
/// Returns the names of the removed files.
pub(crate) fn replace(
    directory: &Path,
    files: &[(&str, &[u8])],
    extension: Option<&str>,
    is_own: impl Fn(&[u8]) -> bool,
) -> Result<Vec<String>, Failure> {
    fs::create_dir_all(directory).map_err(failed(directory))?;
    let is_own = |path: &Path| -> io::Result<bool> {
        let metadata = path.symlink_metadata()?;
        // A link is not followed, and a pipe is not read.
        Ok(metadata.is_file() && metadata.len() <= LONGEST && is_own(&fs::read(path)?))
    };
    for (name, _) in files {
        let path = directory.join(name);
        match is_own(&path) {
            Ok(true) => {}
            Ok(false) => return Err(foreign(&path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(&path)(error)),
        }
    }
    let kept: BTreeSet<&OsStr> = files.iter().map(|(name, _)| OsStr::new(name)).collect();
    let mut earlier: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed(directory))? {
        let entry = entry.map_err(failed(directory))?;
        let (path, name) = (entry.path(), entry.file_name());
        if !kept.contains(name.as_os_str())
            && extension.is_some_and(|own| path.extension() == Some(OsStr::new(own)))
            && is_own(&path).map_err(failed(&path))?
        {
            earlier.push(path);
        }
    }
    for (name, bytes) in files {
        let path = directory.join(name);
        write_whole(&path, |out| out.write_all(bytes)).map_err(failed(&path))?;
    }
    earlier.sort();
    let mut removed = Vec::new();
    for path in earlier {
        fs::remove_file(&path).map_err(failed(&path))?;
        let name = path.file_name().unwrap_or_default();
        removed.push(name.to_string_lossy().into_owned());
    }
    Ok(removed)
}

fn foreign(path: &Path) -> Failure {
    Failure::usage(
        format!(
            "`{}` was not written by this command for this assessment, or it was changed since",
            path.display()
        ),
        Some("move it away, or pass another directory to `--output`".to_owned()),
    )
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> Failure {
    let path = Some(path.to_path_buf());
    |source| Failure::Write { path, source }
}
