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

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use custody_controls::{AssessmentDocument, AssessmentFiles, Catalog, Settings};
use custody_formats::{Format, Render};
use serde_saphyr::granit_parser::{Parser, options as parser_options};
use serde_saphyr::options::{DuplicateKeyPolicy, MergeKeyPolicy};
use std::hint::black_box;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

const COPIES: [usize; 3] = [1, 10, 100];
/// What a child process is to do; see [`child`].
const TASK: &str = "CUSTODY_BENCH_TASK";

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
    Settings::on("2026-09-30".parse().expect("a date"))
}

/// The lower bound: every event of the parser, and nothing kept.
fn events(text: &str) -> usize {
    let options = parser_options! { emit_comments: false };
    let mut events = 0;
    for event in Parser::new_from_str_with_options(text, options) {
        black_box(event.expect("the text is YAML"));
        events += 1;
    }
    events
}

/// The plain way to read the document types, as strict as this crate is: the reference for comparisons.
/// It stops at the first error and has no positions.
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
        bencher.iter_custom(|times| (0..times).map(|_| fresh("builtin").0).sum());
    });
    group.bench_function("read controls/", |bencher| {
        bencher.iter(|| Catalog::read(root().join("controls")).expect("the catalog is sound"));
    });
    group.finish();
}

fn pipeline(criterion: &mut Criterion) {
    let catalog = Catalog::builtin();
    let settings = settings();
    for copies in COPIES {
        let text = scale::scaled(&example(), copies);
        let assessment = read(&text)
            .resolve(catalog)
            .expect("the assessment is sound");
        let coverage = assessment.measure(&settings);
        let report = coverage.report();
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
        group.bench_function(id("resolve"), |b| {
            b.iter_batched(
                || read(&text),
                |files| files.resolve(catalog),
                BatchSize::LargeInput,
            );
        });
        group.finish();

        let mut group = criterion.benchmark_group("evaluate");
        group.throughput(Throughput::Elements(cells as u64));
        group.bench_function(id("evaluate"), |b| {
            b.iter(|| assessment.measure(&settings));
        });
        group.finish();

        let mut group = criterion.benchmark_group("report");
        group.throughput(Throughput::Elements(cells as u64));
        group.bench_function(id("report"), |b| b.iter(|| coverage.report()));
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
    let start = Instant::now();
    match task {
        "builtin" => {
            black_box(Catalog::builtin());
        }
        "yaml" => {
            black_box(Catalog::read(root().join("controls")).expect("a catalog"));
        }
        _ => {}
    }
    println!("{}", start.elapsed().as_nanos());
}

/// What a child says that its task took, and how long the child lived.
fn fresh(task: &str) -> (Duration, Duration) {
    let mut command = Command::new(std::env::current_exe().expect("this program is a file"));
    command.env(TASK, task);
    let start = Instant::now();
    let output = command.output().expect("this program can be run");
    let lived = start.elapsed();
    let said = String::from_utf8_lossy(&output.stdout).trim().parse();
    (Duration::from_nanos(said.expect("nanoseconds")), lived)
}

// ---- the table ---------------------------------------------------------------------------------

/// A name, and a measurement of how long it took.
type Contestant<'a> = (&'static str, Box<dyn Fn() -> Duration + 'a>);

/// Measures a step, for which something may have to be made ready.
fn step<'a, I, O>(
    name: &'static str,
    ready: impl Fn() -> I + 'a,
    run: impl Fn(I) -> O + 'a,
) -> Contestant<'a> {
    let timed = move || {
        let input = ready();
        let start = Instant::now();
        let output = black_box(run(input));
        drop(output);
        start.elapsed()
    };
    (name, Box::new(timed))
}

/// Lets all take turns, and gives the times of each, a time for each round.
fn rounds(contestants: &[Contestant<'_>], rounds: usize, times: u32) -> Vec<Vec<f64>> {
    let mut measured = vec![Vec::with_capacity(rounds); contestants.len()];
    for round in 0..=rounds {
        for ((_, run), measured) in contestants.iter().zip(&mut measured) {
            let taken: Duration = (0..times).map(|_| run()).sum();
            // The first round warms up.
            if round > 0 {
                measured.push(taken.as_secs_f64() / f64::from(times));
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
        let assessment = read(&text)
            .resolve(catalog)
            .expect("the assessment is sound");
        let coverage = assessment.measure(&settings);
        let report = coverage.report();
        let (bytes, cells) = (text.len() as f64, assessment.cell_count() as f64);
        let contestants: Vec<Contestant<'_>> = vec![
            step("floor: parser events", || (), |()| events(&text)),
            step("floor: serde-saphyr, typed", || (), |()| typed(&text)),
            step("floor: serde_yaml, typed", || (), |()| serde_yaml(&text)),
            step("read", || (), |()| read(&text)),
            step("resolve", || read(&text), |files| files.resolve(catalog)),
            step("read and resolve", || (), |()| read(&text).resolve(catalog)),
            step("evaluate", || (), |()| assessment.measure(&settings)),
            step("report", || (), |()| coverage.report()),
            step(
                "render markdown",
                || (),
                |()| report.render(Format::Markdown),
            ),
            step("render json", || (), |()| report.render(Format::Json)),
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

/// The catalog ready for use, built in and read from its files, in processes of their own that take
/// turns.
fn catalog_table() {
    const PROCESSES: usize = 50;
    const FORMS: [(&str, &str); 3] = [
        ("nothing", "nothing"),
        ("built in: postcard, without the annex", "builtin"),
        ("YAML of controls/, read and checked", "yaml"),
    ];
    let mut measured = vec![Vec::new(); FORMS.len()];
    for _ in 0..PROCESSES {
        for ((_, task), measured) in FORMS.iter().zip(&mut measured) {
            measured.push(fresh(task));
        }
    }
    println!("\nthe catalog in a fresh process; medians of {PROCESSES} processes each\n");
    println!("| form | µs to be ready | ms of the whole process |");
    println!("|---|---:|---:|");
    for ((name, _), measured) in FORMS.iter().zip(&measured) {
        println!(
            "| {name} | {:.1} | {:.2} |",
            median(measured.iter().map(|(ready, _)| ready.as_secs_f64())) * 1e6,
            median(measured.iter().map(|(_, lived)| lived.as_secs_f64())) * 1e3,
        );
    }
}
