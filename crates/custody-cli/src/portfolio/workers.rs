//! The hands that do the work: each takes the next assessment, holds no other one, and keeps of it
//! what the overview and the manifest need.

use super::day::Day;
use super::inputs::Input;
use crate::{Failure, faults};
use custody_controls::assessment::AssessmentFiles;
use custody_controls::catalog::Catalog;
use custody_controls::coverage::Coverage;
use custody_controls::diagnostic::Diagnostics;
use custody_controls::error::Error;
use custody_controls::portfolio::{
    FaultyInput, Gathering, Member, OutputKind, Table, report_path, rows_path, same_id,
};
use custody_controls::report::Report;
use custody_controls::settings::Settings;
use custody_controls::text::sanitize;
use custody_formats::{Format, Render};
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Of how many faulty inputs the faults are shown; the manifest lists all.
pub(super) const SHOWN_INPUTS: usize = 10;
/// How many faults of an assessment are shown; `custody check` shows all.
const SHOWN_FAULTS: usize = 5;

/// What is written about each assessment beside its report.
const TABLES: [(Table, OutputKind, Format); 3] = [
    (Table::Cells, OutputKind::Cells, Format::NdjsonCells),
    (Table::Risks, OutputKind::Risks, Format::NdjsonRisks),
    (Table::Gaps, OutputKind::Gaps, Format::NdjsonGaps),
];

/// What is to be done, shared by all hands.
#[derive(Debug)]
pub(super) struct Work<'w> {
    inputs: &'w [Input],
    catalog: &'w Catalog,
    settings: &'w Settings,
    day: &'w Day,
    report: Option<(Format, &'static str)>,
    /// The next input that nobody has taken.
    next: AtomicUsize,
    /// Ids about which something is written, so that nothing is written over.
    taken: Mutex<BTreeSet<String>>,
    progress: ProgressBar,
}

/// What one hand, or several, have done.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) gathering: Gathering,
    /// The first faults of the first faulty inputs, by name. Each hand takes inputs in the order of
    /// their names, so the first of all are among the first of each.
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

impl<'w> Work<'w> {
    pub(super) fn new(
        inputs: &'w [Input],
        catalog: &'w Catalog,
        settings: &'w Settings,
        day: &'w Day,
        report: Option<(Format, &'static str)>,
    ) -> Self {
        // Drawn on a terminal only.
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

    /// Does all the work with so many hands.
    pub(super) fn with(&self, hands: usize) -> Result<Done, Failure> {
        let done = std::thread::scope(|scope| {
            // Where the machine gives no more threads, fewer hands do the same work.
            let others: Vec<_> = (1..hands)
                .filter_map(|_| {
                    std::thread::Builder::new()
                        .spawn_scoped(scope, || self.hand())
                        .ok()
                })
                .collect();
            let mut done = self.hand();
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

    fn hand(&self) -> Result<Done, Failure> {
        let mut done = Done::default();
        while let Some(input) = self.inputs.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(failure) = self.assess(input, &mut done) {
                // Nobody needs the rest when the disk is full.
                self.next.store(self.inputs.len(), Ordering::Relaxed);
                return Err(failure);
            }
            self.progress.inc(1);
        }
        Ok(done)
    }

    fn assess(&self, input: &Input, done: &mut Done) -> Result<(), Failure> {
        let files = match &input.files {
            Ok(files) => AssessmentFiles::read(files.iter().cloned()).map_err(|error| why(&error)),
            Err(why) => Err(why.clone()),
        };
        let files = match files {
            Ok(files) => files,
            Err(why) => {
                let unreadable = FaultyInput::unreadable(&input.name, why);
                done.gathering.add_faulty(unreadable);
                return Ok(());
            }
        };
        let assessment = match files.resolve(self.catalog) {
            Ok(assessment) => assessment,
            Err(faults) => {
                let told = FaultyInput::faults(&input.name, &faults);
                if done.shown.len() < SHOWN_INPUTS {
                    done.shown.insert(input.name.clone(), shown(&faults, &told));
                }
                done.gathering.add_faulty(told);
                return Ok(());
            }
        };
        let report = Report::new(&Coverage::measure(&assessment, self.settings));
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

/// The first faults of an input, and how many more there are.
fn shown(faults: &Diagnostics, input: &FaultyInput) -> String {
    let mut text = faults::show_first(faults, SHOWN_FAULTS);
    let more = input.faults.saturating_sub(SHOWN_FAULTS as u64);
    if more > 0 {
        let name = sanitize(&input.name);
        let _ = writeln!(text, "{name} has {more} more; `custody check` shows them\n");
    }
    text
}

/// What is wrong, with what the operating system says of it.
fn why(error: &Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
