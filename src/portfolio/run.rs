//! The threads that process the assessments: each takes the next one, holds no other, and keeps of it
//! what the overview and the manifest need.

use super::day::Day;
use super::inputs::Input;
use crate::{Failure, diagnostics};
use custody_controls::assessment::AssessmentFiles;
use custody_controls::catalog::Catalog;
use custody_controls::diagnostic::Diagnostics;
use custody_controls::error::Error;
use custody_controls::portfolio::{
    FaultyInput, Gathering, Member, OutputKind, Table, report_path, rows_path, same_id,
};
use custody_controls::settings::Settings;
use custody_controls::text::{count, sanitize};
use custody_formats::{Format, Render};
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Maximum number of invalid inputs whose errors are shown; the manifest lists all inputs.
pub(super) const SHOWN_INPUTS: usize = 10;
/// Maximum number of errors shown for each input; `custody check` shows all.
const SHOWN_ERRORS: usize = 5;

/// The tables that are written for each assessment.
const TABLES: [(Table, OutputKind, Format); 3] = [
    (Table::Cells, OutputKind::Cells, Format::NdjsonCells),
    (Table::Risks, OutputKind::Risks, Format::NdjsonRisks),
    (Table::Gaps, OutputKind::Gaps, Format::NdjsonGaps),
];

/// The inputs and how to process them, shared by all threads.
#[derive(Debug)]
pub(super) struct Job<'j> {
    inputs: &'j [Input],
    catalog: &'j Catalog,
    settings: &'j Settings,
    day: &'j Day,
    report: Option<(Format, &'static str)>,
    /// The next input.
    next: AtomicUsize,
    /// The assessment ids for which files are written, so that none is overwritten.
    taken: Mutex<BTreeSet<String>>,
    progress: ProgressBar,
}

/// The result of one thread, or of several.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) gathering: Gathering,
    /// The first errors of the first invalid inputs, by name. Each thread takes inputs in the order
    /// of their names, so the first of all are among the first of each.
    pub(super) shown: BTreeMap<String, String>,
}

impl Done {
    fn merge(mut self, other: Self) -> Self {
        self.shown.extend(other.shown);
        Self {
            gathering: self.gathering.merge(other.gathering),
            shown: self.shown,
        }
    }
}

impl<'j> Job<'j> {
    pub(super) fn new(
        inputs: &'j [Input],
        catalog: &'j Catalog,
        settings: &'j Settings,
        day: &'j Day,
        report: Option<(Format, &'static str)>,
    ) -> Self {
        // Drawn only on a terminal.
        let progress = ProgressBar::new(inputs.len() as u64);
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos} of {len}, {eta} left") {
            progress.set_style(style);
        }
        Self {
            inputs,
            catalog,
            settings,
            day,
            report,
            next: AtomicUsize::new(0),
            taken: Mutex::new(BTreeSet::new()),
            progress,
        }
    }

    /// Processes all inputs.
    pub(super) fn run(&self, threads: usize) -> Result<Done, Failure> {
        let done = std::thread::scope(|scope| {
            // If a thread cannot be started, the others do its share.
            let others: Vec<_> = (1..threads)
                .filter_map(|_| {
                    std::thread::Builder::new()
                        .spawn_scoped(scope, || self.work())
                        .ok()
                })
                .collect();
            let mut done = self.work();
            for other in others {
                let other = other
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                done = done.and_then(|done| Ok(done.merge(other?)));
            }
            done
        });
        self.progress.finish_and_clear();
        done
    }

    fn work(&self) -> Result<Done, Failure> {
        let mut done = Done::default();
        while let Some(input) = self.inputs.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(failure) = self.assess(input, &mut done) {
                // The other threads stop too: the disk may be full.
                self.next.store(self.inputs.len(), Ordering::Relaxed);
                return Err(failure);
            }
            self.progress.inc(1);
        }
        Ok(done)
    }

    fn assess(&self, input: &Input, done: &mut Done) -> Result<(), Failure> {
        let files = match &input.files {
            Ok(files) => {
                AssessmentFiles::read(files.iter().cloned()).map_err(|error| reason(&error))
            }
            Err(reason) => Err(reason.clone()),
        };
        let files = match files {
            Ok(files) => files,
            Err(reason) => {
                let unreadable = FaultyInput::unreadable(&input.name, reason);
                done.gathering.add_faulty(unreadable);
                return Ok(());
            }
        };
        let assessment = match files.resolve(self.catalog) {
            Ok(assessment) => assessment,
            Err(errors) => {
                let invalid = FaultyInput::faults(&input.name, &errors);
                if done.shown.len() < SHOWN_INPUTS {
                    let shown = first_errors(&errors, &invalid);
                    done.shown.insert(input.name.clone(), shown);
                }
                done.gathering.add_faulty(invalid);
                return Ok(());
            }
        };
        let report = assessment.measure(self.settings).report();
        let warnings = assessment.warnings().len();
        drop(assessment);
        let facts = &report.facts;
        let is_first = self
            .taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(same_id(&facts.assessment));
        let mut outputs = Vec::new();
        if is_first {
            for (table, kind, format) in TABLES {
                let path = rows_path(table, &facts.custodian, &facts.assessment);
                let write = |out: &mut dyn std::io::Write| report.write(format, out);
                outputs.push(self.day.write(&path, kind, write)?);
            }
            if let Some((format, extension)) = self.report {
                let path = report_path(&facts.assessment, extension);
                let write = |out: &mut dyn std::io::Write| report.write(format, out);
                outputs.push(self.day.write(&path, OutputKind::Report, write)?);
            }
        }
        let member = Member::new(&report, warnings, outputs);
        done.gathering.add(&input.name, member);
        Ok(())
    }
}

/// The first errors of an input, and the number of the others.
fn first_errors(errors: &Diagnostics, input: &FaultyInput) -> String {
    let mut text = diagnostics::show_first(errors, SHOWN_ERRORS);
    let more = input.faults.saturating_sub(SHOWN_ERRORS as u64);
    if more > 0 {
        let name = sanitize(&input.name);
        let more = count(more, "more error", "more errors");
        let _ = writeln!(text, "{name} has {more}; `custody check` lists them\n");
    }
    text
}

/// An error with its cause.
fn reason(error: &Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
