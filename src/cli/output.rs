//! Where results go: the terminal, with colours where they are wanted, or a file that is either
//! whole or not there.

use super::{Exit, Failure};
use anstyle::{AnsiColor, Style};
use std::io::Write;
use std::path::Path;

/// Writes a result to standard output, or whole into a file.
pub(super) fn deliver(text: &str, path: Option<&Path>) -> Result<Exit, Failure> {
    match path.filter(|path| *path != Path::new("-")) {
        None => {
            let mut out = anstream::stdout().lock();
            out.write_all(text.as_bytes())
                .and_then(|()| out.flush())
                .map_err(|source| Failure::Write { path: None, source })?;
        }
        Some(path) => {
            let plain = anstream::adapter::strip_str(text).to_string();
            write_whole(path, plain.as_bytes()).map_err(|source| Failure::Write {
                path: Some(path.to_path_buf()),
                source,
            })?;
        }
    }
    Ok(Exit::Clean)
}

/// Writes beside the target and then takes its place, so that nobody ever sees half a file.
fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::Builder::new()
        .prefix(".custody-")
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
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

/// Says on standard error why something was not done.
pub(super) fn complain(message: &str, help: Option<&str>) {
    let red = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
    let mut text = format!("{red}error{red:#}: {}\n", crate::render::legible(message));
    if let Some(help) = help {
        let _ = std::fmt::Write::write_fmt(
            &mut text,
            format_args!("  help: {}\n", crate::render::legible(help)),
        );
    }
    let _ = anstream::stderr().write_all(text.as_bytes());
}

/// How wide the terminal is; 100 columns where there is none, so that files do not depend on it.
pub(super) fn width() -> u16 {
    terminal_size::terminal_size_of(std::io::stdout())
        .map_or(100, |(terminal_size::Width(width), _)| width.clamp(60, 140))
}
