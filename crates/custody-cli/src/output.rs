//! Where results are written: standard output, with colours if it supports them, or a file that is
//! replaced as a whole.

pub(crate) mod folder;
mod temporary;

use crate::{Exit, Failure, terminal};
use anstyle::{AnsiColor, Style};
use custody_controls::text::{sanitize, without_log_commands};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::sync::atomic::{AtomicBool, Ordering};
use temporary::Temporary;

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

/// Writes text for people to standard output, with its colours if they are supported, or to a file.
pub(crate) fn write(path: Option<&Path>, text: &str) -> Result<Exit, Failure> {
    let text = &*without_log_commands(text);
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
/// Errors quote the arguments, so they are those of the same arguments without what could control a
/// terminal.
pub(crate) fn print_usage<P: clap::Parser>(message: clap::Error) -> Result<Exit, Failure> {
    let arguments = std::env::args_os();
    let harmless = arguments.map(|argument| sanitize(&argument.to_string_lossy()).into_owned());
    let message = P::try_parse_from(harmless).err().unwrap_or(message);
    let text = message.render().ansi().to_string();
    // Usages and errors are not wrapped by clap.
    if message.use_stderr() {
        print_to_stderr(&terminal::wrapped(&text, error_width()));
        return Ok(Exit::Invalid);
    }
    write(None, &terminal::wrapped(&text, width()))
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

/// Writes the text of a document to standard output or to a file, as it is.
pub(crate) fn write_document(path: Option<&Path>, text: &str) -> Result<Exit, Failure> {
    write_with(path, |out| out.write_all(text.as_bytes()))
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

/// What a command reads and writes, as far as the command line names it.
pub(crate) trait Files {
    /// The output file.
    fn output(&self) -> Option<&Path> {
        None
    }

    /// Files that are read, and directories whose documents are read.
    fn inputs(&self) -> Vec<&Path> {
        Vec::new()
    }

    /// Catalogs besides that of `--catalog`.
    fn catalogs(&self) -> Vec<&Path> {
        Vec::new()
    }
}

/// The files of a command that reads an `input` and has one `output`.
macro_rules! files_of_input {
    ($arguments:ty) => {
        impl $crate::output::Files for $arguments {
            fn output(&self) -> Option<&std::path::Path> {
                self.output.as_deref()
            }

            fn inputs(&self) -> Vec<&std::path::Path> {
                let files = self.input.files.iter();
                files.map(std::path::PathBuf::as_path).collect()
            }
        }
    };
}
pub(crate) use files_of_input;

/// Refuses an output that is one of the files that are read, under whatever name.
pub(crate) fn refuse_overwriting(files: &dyn Files, catalog: Option<&Path>) -> Result<(), Failure> {
    let Some(output) = files.output() else {
        return Ok(());
    };
    let Some(target) = existing(output) else {
        return Ok(());
    };
    let flat = files.inputs().into_iter().map(|input| (input, false));
    let catalogs = files.catalogs().into_iter().chain(catalog);
    for (input, deep) in flat.chain(catalogs.map(|catalog| (catalog, true))) {
        // An input that cannot be read is reported when it is read.
        let read = custody_controls::source::documents(input, deep).unwrap_or_default();
        if read.iter().any(|file| is_same(file, target)) {
            return Err(is_input(output));
        }
    }
    Ok(())
}

/// Refuses an output that is one of some other files that are read.
pub(crate) fn refuse_overwriting_files(
    output: Option<&Path>,
    files: impl IntoIterator<Item = PathBuf>,
) -> Result<(), Failure> {
    let Some((output, target)) = output.and_then(|output| Some((output, existing(output)?))) else {
        return Ok(());
    };
    if files.into_iter().any(|file| is_same(&file, target)) {
        return Err(is_input(output));
    }
    Ok(())
}

fn is_input(output: &Path) -> Failure {
    Failure::usage(
        format!("`{}` is an input file", output.display()),
        Some("choose another file with `--output`".to_owned()),
    )
}

/// An output that exists and is a file.
fn existing(output: &Path) -> Option<&Path> {
    (!is_standard_output(Some(output)) && output.is_file()).then_some(output)
}

/// Whether two paths lead to the same file, through whatever links.
fn is_same(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    let identity = |path: &Path| {
        use std::os::unix::fs::MetadataExt;
        std::fs::metadata(path).map(|metadata| (metadata.dev(), metadata.ino()))
    };
    #[cfg(not(unix))]
    let identity = |path: &Path| path.canonicalize();
    matches!((identity(one), identity(other)), (Ok(one), Ok(other)) if one == other)
}

/// Refuses to replace an entry, even a link that leads to nothing, unless `--force` is passed.
pub(crate) fn refuse_existing(path: Option<&Path>, force: bool) -> Result<(), Failure> {
    let is_taken = |path: &&Path| !force && path.symlink_metadata().is_ok();
    match path
        .filter(|path| !is_standard_output(Some(path)))
        .filter(is_taken)
    {
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
    if target.is_err() && path.is_symlink() {
        return Err(io::Error::other(
            "it is a link to a file that does not exist",
        ));
    }
    let path = target.as_deref().unwrap_or(path);
    let present = std::fs::metadata(path).ok();
    if present
        .as_ref()
        .is_some_and(|present| !present.is_file() && !present.is_dir())
    {
        let mut file = BufWriter::with_capacity(BUFFER, File::create(path)?);
        write(&mut file)?;
        return file.flush();
    }
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    // An error that concerns the directory is reported before a temporary file is created in it.
    std::fs::metadata(folder)?;
    let file = Temporary::create(folder)?;
    let mut buffered = BufWriter::with_capacity(BUFFER, &file.file);
    write(&mut buffered)?;
    buffered.flush()?;
    drop(buffered);
    file.file.sync_all()?;
    #[cfg(unix)]
    {
        // Temporary files are readable by their owner only; a report has the usual permissions.
        use std::os::unix::fs::PermissionsExt;
        let mode = present.map_or(0o644, |present| present.permissions().mode());
        let permissions = std::fs::Permissions::from_mode(mode);
        file.file.set_permissions(permissions)?;
    }
    file.persist(path)
}

/// Prints text on standard error.
pub(crate) fn print_to_stderr(text: &str) {
    let text = without_log_commands(text);
    let _ = anstream::stderr().write_all(text.as_bytes());
}

/// Prints an error on standard error.
pub(crate) fn print_error(message: &str, help: Option<&str>) {
    let red = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
    let mut text = String::new();
    let (width, plain) = (error_width(), Style::new());
    let lead = format!("{red}error{red:#}: ");
    terminal::paragraph(&mut text, message, (&lead, "  "), width, plain);
    if let Some(help) = help {
        let lead = ("  help: ", "    ");
        terminal::paragraph(&mut text, help, lead, width, plain);
    }
    print_to_stderr(&text);
}

/// Prints a note on standard error.
pub(crate) fn print_note(note: &str) {
    let mut text = String::new();
    let lead = ("note: ", "  ");
    terminal::paragraph(&mut text, note, lead, error_width(), Style::new());
    print_to_stderr(&text);
}

/// Width of standard error in columns; unlimited if it is not a terminal, so that a message is one
/// line of a log.
fn error_width() -> u16 {
    terminal_size::terminal_size_of(std::io::stderr())
        .map_or(u16::MAX, |(terminal_size::Width(width), _)| width)
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
