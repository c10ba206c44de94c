//! The exit code is the verdict of the gate, whatever happens to standard output.

use crate::cli::{CLEAN, FAULTY, UNAVAILABLE, folder, put};
use custody_controls::taxonomy::Word;
use custody_formats::{
    CrosswalkFormat, DiagnosticFormat, DifferenceFormat, ForecastFormat, Format, RegisterFormat,
    TodoFormat, TrendFormat,
};
use custody_testing::golden;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

const GAPS: i32 = 1;

/// How many programs run at the same time.
const WORKERS: usize = 8;

/// What becomes of standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// It is read to its end.
    Read,
    /// Its reader went away before the first byte.
    ReaderGone,
    /// Its reader goes away after the first byte.
    ReaderLeaves,
    /// The disk is full.
    Full,
    /// The descriptor is closed.
    Closed,
    /// It is discarded by a descriptor that can be read, too, as some programs do.
    Discarded,
}

const FATES: [Fate; 6] = [
    Fate::Read,
    Fate::ReaderGone,
    Fate::ReaderLeaves,
    Fate::Full,
    Fate::Closed,
    Fate::Discarded,
];

impl Fate {
    /// The exit code of a run with this verdict.
    fn exit(self, verdict: i32) -> i32 {
        match self {
            Self::Full | Self::Closed if verdict == CLEAN => UNAVAILABLE,
            _ => verdict,
        }
    }
}

/// The exit code and the text on standard error.
fn run(arguments: &[String], inside: &Path, fate: Fate) -> (i32, String) {
    let program = env!("CARGO_BIN_EXE_custody");
    let mut command = if fate == Fate::Closed {
        let mut shell = Command::new("sh");
        shell.args(["-c", r#"exec "$0" "$@" >&-"#, program]);
        shell
    } else {
        Command::new(program)
    };
    command.args(arguments).current_dir(inside);
    command.stderr(Stdio::piped()).stdin(Stdio::null());
    let mut kept = None;
    match fate {
        Fate::Read | Fate::Closed => {
            command.stdout(Stdio::piped());
        }
        Fate::ReaderGone => {
            let (_, writer) = std::io::pipe().unwrap();
            command.stdout(writer);
        }
        Fate::ReaderLeaves => {
            let (reader, writer) = std::io::pipe().unwrap();
            command.stdout(writer);
            kept = Some(reader);
        }
        Fate::Full => {
            command.stdout(File::options().write(true).open("/dev/full").unwrap());
        }
        Fate::Discarded => {
            let null = File::options().read(true).write(true).open("/dev/null");
            command.stdout(null.unwrap());
        }
    }
    let child = command.spawn().unwrap();
    drop(command);
    if let Some(mut reader) = kept {
        let _ = std::io::Read::read(&mut reader, &mut [0]);
    }
    let output = child.wait_with_output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code().unwrap_or(-1), error)
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

#[test]
#[cfg(target_os = "linux")]
fn the_gate_decides_whatever_happens_to_standard_output() {
    let folder = folder();
    let inside = folder.path();
    for (name, file) in [
        ("mine.yaml", "examples/small-firm.yaml"),
        ("faulty.yaml", "tests/cmd/faulty.yaml"),
        ("soa.csv", "examples/small-firm-soa.csv"),
    ] {
        put(inside, name, golden::read(file));
    }
    let better = golden::read("examples/small-firm.yaml");
    let worse = better.replacen("status: implemented", "status: not-implemented", 1);
    let (start, end) = worse.split_once("status: not-implemented").unwrap();
    let end = end.replacen("evidence:", "observations:", 1);
    let worse = [start, "status: not-implemented", &end].concat();
    assert_ne!(better, worse);
    put(inside, "worse.yaml", worse);
    put(inside, "in/mine.yaml", better);
    let baseline = words("gaps mine.yaml --format json -o baseline.json");
    assert_eq!(run(&baseline, inside, Fate::Read).0, CLEAN);

    let mut runs: Vec<(i32, String)> = Vec::new();
    let formats = Format::words().to_vec();
    for format in formats.iter().copied().chain(["terminal", "xlsx"]) {
        // Nothing is doubted here, so that no row is written.
        if format == Format::NdjsonDoubts.word() {
            continue;
        }
        let short = format.strip_suffix("-brief");
        let short = short.map(|format| format!("{format} --brief"));
        let format = short.as_deref().unwrap_or(format);
        runs.push((CLEAN, format!("gaps mine.yaml --format {format}")));
        runs.push((
            GAPS,
            format!("gaps mine.yaml --fail-on low --format {format}"),
        ));
        runs.push((
            GAPS,
            format!("gaps worse.yaml --baseline baseline.json --format {format}"),
        ));
    }
    runs.push((
        GAPS,
        "gaps mine.yaml --fail-on low --format markdown --brief".into(),
    ));
    runs.push((CLEAN, "gaps mine.yaml --baseline baseline.json".into()));
    for format in DifferenceFormat::words()
        .iter()
        .copied()
        .chain(["terminal"])
    {
        let diff = format!("diff mine.yaml worse.yaml --format {format}");
        runs.push((CLEAN, diff.clone()));
        runs.push((GAPS, format!("{diff} --fail-on-worse")));
    }
    for format in DiagnosticFormat::words()
        .iter()
        .copied()
        .chain(["terminal"])
    {
        runs.push((CLEAN, format!("check mine.yaml --format {format}")));
        if format != "terminal" {
            runs.push((FAULTY, format!("check faulty.yaml --format {format}")));
        }
    }
    runs.push((FAULTY, "check faulty.yaml --fix --dry-run".into()));
    for format in TrendFormat::words().iter().copied().chain(["terminal"]) {
        runs.push((
            CLEAN,
            format!("trend mine.yaml worse.yaml --format {format}"),
        ));
    }
    for format in ForecastFormat::words().iter().copied().chain(["terminal"]) {
        runs.push((
            CLEAN,
            format!("forecast mine.yaml --until 2027-06-30 --format {format}"),
        ));
    }
    for format in CrosswalkFormat::words().iter().copied().chain(["terminal"]) {
        runs.push((
            CLEAN,
            format!("crosswalk mine.yaml --to iso-27002-2022 --format {format}"),
        ));
    }
    for format in RegisterFormat::words().iter().copied().chain(["terminal"]) {
        runs.push((CLEAN, format!("evidence list mine.yaml --format {format}")));
    }
    for format in TodoFormat::words()
        .iter()
        .copied()
        .chain(["terminal", "xlsx"])
    {
        runs.push((
            CLEAN,
            format!("todo mine.yaml --as-of 2026-09-30 --format {format}"),
        ));
    }
    runs.push((
        GAPS,
        "gaps mine.yaml --fail-on critical --due-by 2000-01-01".into(),
    ));
    runs.push((
        GAPS,
        "gaps worse.yaml --baseline baseline.json --severity critical".into(),
    ));
    for format in ["json", "terminal"] {
        runs.push((CLEAN, format!("supports mine.yaml --format {format}")));
        runs.push((
            CLEAN,
            format!("plan mine.yaml --target held=critical --format {format}"),
        ));
        runs.push((
            CLEAN,
            format!("explain 9.2-b --in mine.yaml --format {format}"),
        ));
    }
    // Runs at the same time must not write to the same directory.
    let portfolio = |out| format!("portfolio in --as-of 2026-09-30 -o {out}");
    runs.push((CLEAN, portfolio("clean")));
    runs.push((GAPS, format!("{} --fail-on low", portfolio("gaps"))));
    let faulty = portfolio("faulty");
    runs.push((FAULTY, format!("{faulty} faulty.yaml --fail-on low")));
    for listing in [
        "catalog controls",
        "catalog controls --json",
        "catalog check --json",
        "schema assessment",
        "completions bash",
        "man",
        "--help",
        "gaps --help",
        "--version",
        "init --wallet a=cold,hsm --from 2026-01-01 --to 2026-12-31",
        "import soa.csv --from iso-27002-2022 --like mine.yaml",
    ] {
        runs.push((CLEAN, listing.into()));
    }
    // The command line is invalid, whoever reads the message.
    runs.push((FAULTY, "frobnicate".into()));
    // Most of the time is spent on starting programs and waiting for them.
    let next = AtomicUsize::new(0);
    let all_wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some((verdict, line)) = runs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let wrong = wrong_exits(*verdict, line, inside);
                    all_wrong.lock().unwrap().extend(wrong);
                }
            });
        }
    });
    assert!(next.into_inner() >= runs.len() + WORKERS);
    let wrong = all_wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong with the exits of a run, whatever happens to standard output.
fn wrong_exits(verdict: i32, line: &str, inside: &Path) -> Vec<String> {
    let mut wrong = Vec::new();
    for fate in FATES {
        let (code, error) = run(&words(line), inside, fate);
        let expected = fate.exit(verdict);
        if code != expected && !(line == "frobnicate" && code == FAULTY) {
            wrong.push(format!("{line} ({fate:?}): {code}, not {expected}"));
        }
        let is_told = error.contains("error: cannot write the output: ");
        let fails = matches!(fate, Fate::Full | Fate::Closed);
        // Nothing is written if there is nothing to fix or if only clap prints.
        let writes = line != "frobnicate" && !line.ends_with("--dry-run");
        if writes && is_told != fails {
            wrong.push(format!("{line} ({fate:?}) prints: {error}"));
        }
    }
    wrong
}
