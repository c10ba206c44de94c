//! Where results go: the terminal, with colours where they are wanted, or a file that is either
//! whole or not there.

use super::{Exit, Failure};
use anstyle::{AnsiColor, Style};
use custody_controls::source::is_document;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Writes a text to standard output, with its colours where they are wanted, or whole into a file.
pub(super) fn deliver(text: &str, path: Option<&Path>) -> Result<Exit, Failure> {
    if path.is_none_or(|path| path == Path::new("-")) {
        let mut out = anstream::stdout().lock();
        out.write_all(text.as_bytes())
            .and_then(|()| out.flush())
            .map_err(|source| Failure::Write { path: None, source })?;
        return Ok(Exit::Clean);
    }
    let plain = anstream::adapter::strip_str(text).to_string();
    deliver_with(path, |out| out.write_all(plain.as_bytes()))
}

/// Writes a document, as it comes, to standard output or whole into a file.
pub(super) fn deliver_with(
    path: Option<&Path>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<Exit, Failure> {
    let path = path.filter(|path| *path != Path::new("-"));
    let written = match path {
        None => {
            let mut out = BufWriter::with_capacity(BUFFER, io::stdout().lock());
            write(&mut out).and_then(|()| out.flush())
        }
        Some(path) => write_whole(path, write),
    };
    written.map_err(|source| Failure::Write {
        path: path.map(Path::to_path_buf),
        source,
    })?;
    Ok(Exit::Clean)
}

/// Keeps a result from taking the place of what it is made from.
pub(super) fn spares(path: Option<&Path>, inputs: &[PathBuf]) -> Result<(), Failure> {
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
    Err(Failure::asked(
        format!(
            "`{}` is read, and cannot be the output as well",
            path.display()
        ),
        Some("name another file with `--output`".to_owned()),
    ))
}

/// Keeps what somebody may have worked on from being replaced, unless that is wanted.
pub(super) fn is_free(path: Option<&Path>, force: bool) -> Result<(), Failure> {
    match path.filter(|path| path.exists() && !force) {
        None => Ok(()),
        Some(path) => Err(Failure::asked(
            format!("`{}` is there already", path.display()),
            Some("name another file, or say `--force` to replace it".to_owned()),
        )),
    }
}

/// Keeps what is no text from the terminal.
#[cfg(feature = "xlsx")]
pub(super) fn needs_file(format: &str, path: Option<&Path>) -> Result<(), Failure> {
    if path.is_some() || !io::IsTerminal::is_terminal(&io::stdout()) {
        return Ok(());
    }
    Err(Failure::asked(
        format!("a terminal cannot show `{format}`"),
        Some("write it to a file with `--output`".to_owned()),
    ))
}

const BUFFER: usize = 64 << 10;

/// Writes beside the target and then takes its place, so that nobody ever sees half a file.
fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    // What a link leads to is replaced, and not the link; a device or a pipe takes what comes.
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
    // What is wrong with the folder is told of the folder, not of a file that nobody has named.
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
        // A temporary file is for its owner only; a report is as readable as other new files.
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path).map_or(0o644, |present| present.permissions().mode());
        file.as_file()
            .set_permissions(std::fs::Permissions::from_mode(mode))?;
    }
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Says something on standard error.
pub(super) fn tell(text: &str) {
    let _ = anstream::stderr().write_all(text.as_bytes());
}

/// Says on standard error why something was not done.
pub(super) fn complain(message: &str, help: Option<&str>) {
    let red = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
    let mut text = format!(
        "{red}error{red:#}: {}\n",
        custody_controls::text::sanitize(message)
    );
    if let Some(help) = help {
        let _ = std::fmt::Write::write_fmt(
            &mut text,
            format_args!("  help: {}\n", custody_controls::text::sanitize(help)),
        );
    }
    let _ = anstream::stderr().write_all(text.as_bytes());
}

/// How wide the terminal is; 100 columns where there is none, so that files do not depend on it.
pub(super) fn width() -> u16 {
    terminal_size::terminal_size_of(std::io::stdout())
        .map_or(100, |(terminal_size::Width(width), _)| width.clamp(60, 140))
}
