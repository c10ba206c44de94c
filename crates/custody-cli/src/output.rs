//! Where results are written: standard output, with colours if it supports them, or a file that is
//! replaced as a whole.

use crate::{Exit, Failure};
use anstyle::{AnsiColor, Style};
use custody_controls::source::is_document;
use custody_controls::text::sanitize;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether standard output was closed when the program started. The standard library opens
/// `/dev/null` in its place, so this can only be observed before.
#[cfg(unix)]
static IS_CLOSED: AtomicBool = AtomicBool::new(false);

#[cfg(unix)]
#[ctor::ctor]
fn observe_standard_output() {
    let state = rustix::io::fcntl_getfd(rustix::stdio::stdout());
    IS_CLOSED.store(state.is_err(), Ordering::Relaxed);
}

/// Writes text to standard output, with its colours if they are supported, or to a file.
pub(crate) fn write(path: Option<&Path>, text: &str) -> Result<Exit, Failure> {
    if is_standard_output(path) {
        return write_to_stdout(anstream::stdout().lock(), |out| {
            out.write_all(text.as_bytes())
        });
    }
    let plain = anstream::adapter::strip_str(text).to_string();
    write_with(path, |out| out.write_all(plain.as_bytes()))
}

/// Writes to standard output. It is not an error if its reader has enough: the exit code is then the
/// same as if everything had been read.
fn write_to_stdout(
    out: impl Write,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<Exit, Failure> {
    #[cfg(unix)]
    if IS_CLOSED.load(Ordering::Relaxed) {
        let source = io::Error::other("standard output is closed");
        return Err(Failure::Write { path: None, source });
    }
    let mut out = FirstError { out, error: None };
    let written = write(&mut out).and_then(|()| out.flush());
    match out.error.map_or(written, Err) {
        Err(source) if source.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::Write { path: None, source })
        }
        Ok(()) | Err(_) => Ok(Exit::Clean),
    }
}

/// A writer that keeps its first error, because formats may wrap or replace it.
struct FirstError<W> {
    out: W,
    error: Option<io::Error>,
}

impl<W> FirstError<W> {
    fn keep<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        result.map_err(|error| {
            let kind = error.kind();
            // An interrupted write is repeated.
            if kind != io::ErrorKind::Interrupted {
                self.error.get_or_insert(error);
            }
            kind.into()
        })
    }
}

impl<W: Write> Write for FirstError<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes);
        self.keep(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.out.flush();
        self.keep(flushed)
    }
}

/// Prints what clap has to say: help and versions on standard output, errors on standard error.
pub(crate) fn print_usage(message: &clap::Error) -> Result<Exit, Failure> {
    let text = message.render().ansi().to_string();
    if message.use_stderr() {
        print_to_stderr(&text);
        return Ok(Exit::Invalid);
    }
    write(None, &text)
}

/// Whether results are written to standard output: no path, or `-`.
pub(crate) fn is_standard_output(path: Option<&Path>) -> bool {
    path.is_none_or(|path| path == Path::new("-"))
}

/// Writes a value as JSON.
pub(crate) fn write_json(
    path: Option<&Path>,
    value: &impl serde::Serialize,
) -> Result<Exit, Failure> {
    write_with(path, |out| custody_controls::json::write(value, out))
}

/// Writes a document to standard output or to a file.
pub(crate) fn write_with(
    path: Option<&Path>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<Exit, Failure> {
    let path = path.filter(|path| !is_standard_output(Some(path)));
    let Some(path) = path else {
        let out = BufWriter::with_capacity(BUFFER, io::stdout().lock());
        return write_to_stdout(out, write);
    };
    write_whole(path, write).map_err(|source| Failure::Write {
        path: Some(path.to_path_buf()),
        source,
    })?;
    Ok(Exit::Clean)
}

/// Refuses an output that is one of the inputs.
pub(crate) fn refuse_overwriting_input(
    path: Option<&Path>,
    inputs: &[PathBuf],
) -> Result<(), Failure> {
    let Some((path, target)) = path.and_then(|path| Some((path, path.canonicalize().ok()?))) else {
        return Ok(());
    };
    let is_input = inputs
        .iter()
        .filter_map(|input| input.canonicalize().ok())
        .any(|input| target == input || target.parent() == Some(&input) && is_document(&target));
    if !is_input {
        return Ok(());
    }
    Err(Failure::usage(
        format!("`{}` is an input file", path.display()),
        Some("choose another file with `--output`".to_owned()),
    ))
}

/// Refuses to replace a file unless `--force` is passed.
pub(crate) fn refuse_existing(path: Option<&Path>, force: bool) -> Result<(), Failure> {
    match path.filter(|path| path.exists() && !force) {
        None => Ok(()),
        Some(path) => Err(Failure::usage(
            format!("`{}` already exists", path.display()),
            Some("choose another file, or pass `--force` to replace it".to_owned()),
        )),
    }
}

/// Refuses to print a binary format on a terminal.
#[cfg(feature = "xlsx")]
pub(crate) fn refuse_terminal(format: &str, path: Option<&Path>) -> Result<(), Failure> {
    if path.is_some() || !io::IsTerminal::is_terminal(&io::stdout()) {
        return Ok(());
    }
    Err(Failure::usage(
        format!("`{format}` cannot be shown on a terminal"),
        Some("write it to a file with `--output`".to_owned()),
    ))
}

const BUFFER: usize = 64 << 10;

/// Writes a temporary file beside the target and renames it, so that the target is never incomplete.
fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    // The target of a link is replaced, not the link; devices and pipes are written directly.
    let target = path.canonicalize();
    let path = target.as_deref().unwrap_or(path);
    if std::fs::metadata(path).is_ok_and(|present| !present.is_file() && !present.is_dir()) {
        let mut file = BufWriter::with_capacity(BUFFER, std::fs::File::create(path)?);
        write(&mut file)?;
        return file.flush();
    }
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    // An error that concerns the directory is reported before a temporary file is created in it.
    std::fs::metadata(folder)?;
    let mut file = tempfile::Builder::new()
        .prefix(".custody-")
        .tempfile_in(folder)?;
    let mut buffered = BufWriter::with_capacity(BUFFER, &mut file);
    write(&mut buffered)?;
    buffered.flush()?;
    drop(buffered);
    file.as_file().sync_all()?;
    #[cfg(unix)]
    {
        // Temporary files are readable by their owner only; a report has the usual permissions.
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path).map_or(0o644, |present| present.permissions().mode());
        file.as_file()
            .set_permissions(std::fs::Permissions::from_mode(mode))?;
    }
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Prints text on standard error.
pub(crate) fn print_to_stderr(text: &str) {
    let _ = anstream::stderr().write_all(text.as_bytes());
}

/// Prints an error on standard error.
pub(crate) fn print_error(message: &str, help: Option<&str>) {
    let red = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
    let mut text = format!("{red}error{red:#}: {}\n", sanitize(message));
    if let Some(help) = help {
        let _ = std::fmt::Write::write_fmt(&mut text, format_args!("  help: {}\n", sanitize(help)));
    }
    print_to_stderr(&text);
}

/// Width of the output in columns: 100 for files, so that they do not depend on the terminal.
pub(crate) fn width_for(path: Option<&Path>) -> u16 {
    path.map_or_else(width, |_| WIDTH)
}

pub(crate) const WIDTH: u16 = 100;

/// Width of the terminal in columns; 100 if there is none.
pub(crate) fn width() -> u16 {
    terminal_size::terminal_size_of(std::io::stdout())
        .map_or(WIDTH, |(terminal_size::Width(width), _)| {
            width.clamp(60, 140)
        })
}
