//! What each step costs, and beside it what the least would be.
//!
//! - `cargo bench -p custody-benches --bench pipeline` measures each step at 1, 10 and 100 copies of
//!   `examples/exchange.yaml`.
//! - `cargo bench -p custody-benches --bench pipeline -- --table` prints the tables of `docs/performance.md`: all
//!   contestants take turns, round by round, so that a machine that slows down slows all of them.
//! - `cargo bench -p custody-benches --bench pipeline -- --write-scaled 57 FILE` writes 57 copies to a file, for whole
//!   programs.

#![allow(
    missing_docs,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a measurement reads the clock, prints, and stops where it cannot go on"
)]

#[path = "pipeline/scale.rs"]
mod scale;

use criterion::{BenchmarkId, Criterion, Throughput};
use custody_controls::{AssessmentDocument, AssessmentFiles, Catalog, Coverage, Report, Settings};
use custody_formats::{Format, Render};
use serde_saphyr::granit_parser::{Parser, options as parser_options};
use serde_saphyr::options::{DuplicateKeyPolicy, MergeKeyPolicy};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

const COPIES: [usize; 3] = [1, 10, 100];
/// What a child process is to do; see [`child`].
const TASK: &str = "CUSTODY_BENCH_TASK";
/// The file that a child process reads its catalogue from.
const FILE: &str = "CUSTODY_BENCH_FILE";

fn main() {
    if let Some(task) = std::env::var_os(TASK) {
        child(&task.to_string_lossy());
        return;
    }
    let arguments: Vec<String> = std::env::args().collect();
    let after = |name: &str| arguments.iter().position(|argument| argument == name);
    if let Some(at) = after("--write-scaled") {
        let (copies, path) = (&arguments[at + 1], &arguments[at + 2]);
        let copies = copies.parse().expect("the number of copies is a number");
        std::fs::write(path, scale::scaled(&example(), copies)).expect("the file can be written");
    } else if after("--table").is_some() {
        table();
    } else {
        let mut criterion = Criterion::default()
            .sample_size(20)
            .warm_up_time(Duration::from_millis(500))
            .measurement_time(Duration::from_secs(2))
            .configure_from_args();
        catalog(&mut criterion);
        pipeline(&mut criterion);
        criterion.final_summary();
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn example() -> String {
    std::fs::read_to_string(root().join("examples/exchange.yaml")).expect("the example is there")
}

// ---- what is measured --------------------------------------------------------------------------

fn read(text: &str) -> AssessmentFiles {
    AssessmentFiles::from_text("exchange.yaml", text)
}

fn settings() -> Settings {
    Settings::as_of("2026-09-30".parse().expect("a date"))
}

/// The floor of floors: every event of the parser, and nothing kept.
fn events(text: &str) -> usize {
    let options = parser_options! { emit_comments: false };
    let mut events = 0;
    for event in Parser::new_from_str_with_options(text, options) {
        black_box(event.expect("the text is YAML"));
        events += 1;
    }
    events
}

/// The plain way to read the document types, as strict as this crate is: the floor to compare with.
/// It stops at the first fault and knows no places.
fn typed(text: &str) -> AssessmentDocument {
    serde_saphyr::from_str_with_options(text, strict(text.len())).expect("the text is sound")
}

fn strict(bytes: usize) -> serde_saphyr::Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: 16,
            flow_nesting_limit: 16,
            max_documents: 1,
            max_events: 50_000 + bytes / 3,
            max_nodes: 50_000 + bytes / 4,
            max_aliases: 5_000 + bytes / 100,
            max_anchors: 10_000,
            max_recorded_anchor_events: 200_000,
            max_recorded_anchor_bytes: 8 << 20,
            max_total_scalar_bytes: (1 << 20) + 4 * bytes,
            max_merge_keys: 0,
            max_inclusion_depth: 0,
            enforce_alias_anchor_ratio: false,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 50_000 + bytes / 3,
            max_replay_stack_depth: 4,
            max_alias_expansions_per_anchor: 5_000 + bytes / 100,
        },
        duplicate_keys: DuplicateKeyPolicy::Error,
        merge_keys: MergeKeyPolicy::Error,
        strict_booleans: true,
        reject_unsupported_tags: true,
        no_schema: true,
        ignore_binary_tag_for_string: true,
    }
}

fn serde_yaml(text: &str) -> AssessmentDocument {
    serde_yaml::from_str(text).expect("the text is sound")
}

// ---- criterion ---------------------------------------------------------------------------------

fn catalog(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("catalog");
    group.bench_function("ready (fresh process)", |bencher| {
        bencher.iter_custom(|times| (0..times).map(|_| fresh("builtin", None).0).sum());
    });
    group.bench_function("read controls/", |bencher| {
        bencher.iter(|| Catalog::read(root().join("controls")).expect("the catalogue is sound"));
    });
    group.finish();
}

fn pipeline(criterion: &mut Criterion) {
    let catalog = Catalog::builtin();
    let settings = settings();
    for copies in COPIES {
        let text = scale::scaled(&example(), copies);
        let files = read(&text);
        let assessment = files.resolve(catalog).expect("the assessment is sound");
        let coverage = Coverage::measure(&assessment, &settings);
        let report = Report::new(&coverage);
        let cells = assessment.cell_count();
        println!(
            "{copies} copies: {} bytes, {} subjects, {cells} cells, {} evidence items, {} gaps",
            text.len(),
            assessment.subjects().len(),
            report.evidence.len(),
            report.gaps.len()
        );
        assert!(assessment.warnings().is_empty(), "the scaled example warns");
        let id = |name: &str| BenchmarkId::new(name, copies);

        let mut group = criterion.benchmark_group("read");
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(id("floor: parser events"), |b| b.iter(|| events(&text)));
        group.bench_function(id("floor: serde-saphyr"), |b| b.iter(|| typed(&text)));
        group.bench_function(id("floor: serde_yaml"), |b| b.iter(|| serde_yaml(&text)));
        group.bench_function(id("read"), |b| b.iter(|| read(&text)));
        group.finish();

        let mut group = criterion.benchmark_group("resolve");
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(id("resolve"), |b| b.iter(|| files.resolve(catalog)));
        group.finish();

        let mut group = criterion.benchmark_group("evaluate");
        group.throughput(Throughput::Elements(cells as u64));
        group.bench_function(id("evaluate"), |b| {
            b.iter(|| Coverage::measure(&assessment, &settings));
        });
        group.finish();

        let mut group = criterion.benchmark_group("report");
        group.throughput(Throughput::Elements(cells as u64));
        group.bench_function(id("report"), |b| b.iter(|| Report::new(&coverage)));
        group.finish();

        let mut group = criterion.benchmark_group("render");
        group.throughput(Throughput::Elements(cells as u64));
        group.bench_function(id("markdown"), |b| {
            b.iter(|| report.render(Format::Markdown));
        });
        group.bench_function(id("json"), |b| b.iter(|| report.render(Format::Json)));
        group.finish();
    }
}

// ---- a fresh process ---------------------------------------------------------------------------

/// What is done once in the life of a process can be measured once in the life of a process: a child
/// does it, and prints how many nanoseconds it took.
fn child(task: &str) {
    let packed = std::env::var_os(FILE).map(|path| std::fs::read(path).expect("the pack is there"));
    let packed = packed.unwrap_or_default();
    let start = Instant::now();
    match task {
        "builtin" => {
            black_box(Catalog::builtin());
        }
        "postcard" => {
            black_box(postcard::from_bytes::<Catalog>(&packed).expect("a catalogue"));
        }
        "json" => {
            black_box(serde_json::from_slice::<Catalog>(&packed).expect("a catalogue"));
        }
        "yaml" => {
            black_box(Catalog::read(root().join("controls")).expect("a catalogue"));
        }
        _ => {}
    }
    println!("{}", start.elapsed().as_nanos());
}

/// What a child says that its task took, and how long the child lived.
fn fresh(task: &str, file: Option<&Path>) -> (Duration, Duration) {
    let mut command = Command::new(std::env::current_exe().expect("this program is a file"));
    command.env(TASK, task);
    if let Some(file) = file {
        command.env(FILE, file);
    }
    let start = Instant::now();
    let output = command.output().expect("this program can be run");
    let lived = start.elapsed();
    let said = String::from_utf8_lossy(&output.stdout).trim().parse();
    (Duration::from_nanos(said.expect("nanoseconds")), lived)
}

// ---- the table ---------------------------------------------------------------------------------

type Contestant<'a> = (&'static str, Box<dyn Fn() + 'a>);

/// Lets all take turns, and gives the times of each, a time for each round.
fn rounds(contestants: &[Contestant<'_>], rounds: usize, times: u32) -> Vec<Vec<f64>> {
    let mut measured = vec![Vec::with_capacity(rounds); contestants.len()];
    for round in 0..=rounds {
        for ((_, run), measured) in contestants.iter().zip(&mut measured) {
            let start = Instant::now();
            for _ in 0..times {
                run();
            }
            // The first round warms up.
            if round > 0 {
                measured.push(start.elapsed().as_secs_f64() / f64::from(times));
            }
        }
    }
    measured
}

fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The median of the ratios, round by round.
fn ratio(of: &[f64], to: &[f64]) -> f64 {
    median(of.iter().zip(to).map(|(of, to)| of / to))
}

#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
fn table() {
    catalog_table();
    let catalog = Catalog::builtin();
    let settings = settings();
    for (copies, turns, times) in [(1, 41, 10), (10, 31, 1), (100, 15, 1)] {
        let text = scale::scaled(&example(), copies);
        let files = read(&text);
        let assessment = files.resolve(catalog).expect("the assessment is sound");
        let coverage = Coverage::measure(&assessment, &settings);
        let report = Report::new(&coverage);
        let (bytes, cells) = (text.len() as f64, assessment.cell_count() as f64);
        let contestants: Vec<Contestant<'_>> = vec![
            (
                "floor: parser events",
                Box::new(|| _ = black_box(events(&text))),
            ),
            (
                "floor: serde-saphyr, typed",
                Box::new(|| drop(black_box(typed(&text)))),
            ),
            (
                "floor: serde_yaml, typed",
                Box::new(|| drop(black_box(serde_yaml(&text)))),
            ),
            ("read", Box::new(|| drop(black_box(read(&text))))),
            (
                "resolve",
                Box::new(|| drop(black_box(files.resolve(catalog)))),
            ),
            (
                "read and resolve",
                Box::new(|| {
                    drop(black_box(read(&text).resolve(catalog)));
                }),
            ),
            (
                "evaluate",
                Box::new(|| drop(black_box(Coverage::measure(&assessment, &settings)))),
            ),
            (
                "report",
                Box::new(|| drop(black_box(Report::new(&coverage)))),
            ),
            (
                "render markdown",
                Box::new(|| drop(black_box(report.render(Format::Markdown)))),
            ),
            (
                "render json",
                Box::new(|| drop(black_box(report.render(Format::Json)))),
            ),
        ];
        println!(
            "\n{copies} copies: {bytes} bytes, {} subjects, {cells} cells, {} evidence items, {} gaps; medians of {turns} rounds\n",
            assessment.subjects().len(),
            report.evidence.len(),
            report.gaps.len()
        );
        println!("| step | ms | ns per byte | × events | × serde-saphyr | million cells/s |");
        println!("|---|---:|---:|---:|---:|---:|");
        let measured = rounds(&contestants, turns, times);
        for ((name, _), seconds) in contestants.iter().zip(&measured) {
            let taken = median(seconds.iter().copied());
            println!(
                "| {name} | {:.3} | {:.2} | {:.2} | {:.2} | {:.2} |",
                taken * 1e3,
                taken * 1e9 / bytes,
                ratio(seconds, &measured[0]),
                ratio(seconds, &measured[1]),
                cells / taken / 1e6
            );
        }
    }
}

/// How the built-in catalogue could be embedded: each form unpacked by processes of their own, which
/// take turns.
fn catalog_table() {
    const PROCESSES: usize = 50;
    let catalog = Catalog::read(root().join("controls")).expect("the catalogue is sound");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let (postcard, json) = (folder.join("catalog.postcard"), folder.join("catalog.json"));
    let packed = postcard::to_allocvec(&catalog).expect("a catalogue can be packed");
    std::fs::write(&postcard, packed).expect("the folder can be written to");
    let packed = serde_json::to_vec(&catalog).expect("a catalogue can be packed");
    std::fs::write(&json, packed).expect("the folder can be written to");
    let forms: [(&str, &str, Option<&Path>); 5] = [
        ("nothing", "nothing", None),
        ("built in: postcard, without the annex", "builtin", None),
        ("postcard, whole", "postcard", Some(&postcard)),
        ("compact JSON, whole", "json", Some(&json)),
        ("YAML of controls/, read and checked", "yaml", None),
    ];
    let mut measured = vec![Vec::new(); forms.len()];
    for _ in 0..PROCESSES {
        for ((_, task, file), measured) in forms.iter().zip(&mut measured) {
            measured.push(fresh(task, *file));
        }
    }
    println!("\nthe catalogue in a fresh process; medians of {PROCESSES} processes each\n");
    println!("| form | bytes | µs to be ready | ms of the whole process |");
    println!("|---|---:|---:|---:|");
    for ((name, _, file), measured) in forms.iter().zip(&measured) {
        let bytes = file.and_then(|file| std::fs::metadata(file).ok());
        println!(
            "| {name} | {} | {:.1} | {:.2} |",
            bytes.map(|file| file.len().to_string()).unwrap_or_default(),
            median(measured.iter().map(|(ready, _)| ready.as_secs_f64())) * 1e6,
            median(measured.iter().map(|(_, lived)| lived.as_secs_f64())) * 1e3,
        );
    }
}
