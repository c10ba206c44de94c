//! A run over many assessments: each thread processes one at a time, and keeps only what the overview
//! and the manifest need.

use super::folder::DateFolder;
use super::inputs::{self, Input};
use super::{
    FaultyInput, Gathering, Member, OutputKind, Portfolio, Table, report_path, rows_path, same_id,
};
use crate::assessment::AssessmentFiles;
use crate::catalog::Catalog;
use crate::diagnostic::Diagnostics;
use crate::error::Error;
use crate::json::Stored;
use crate::report::Report;
use crate::settings::Settings;
use crate::text::path_name;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Maximum number of invalid inputs whose diagnostics are kept; the manifest lists all inputs.
pub const INVALID_KEPT: usize = 10;

/// The formats in which the results of a run are written.
pub trait Rendering: Sync {
    /// The extension of the reports on single assessments, if they are written.
    fn report_extension(&self) -> Option<&str>;

    /// Writes the report on an assessment.
    ///
    /// # Errors
    ///
    /// Any error of the writer.
    fn report(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()>;

    /// Writes the rows of an assessment in a table, one on each line.
    ///
    /// # Errors
    ///
    /// Any error of the writer.
    fn rows(&self, table: Table, report: &Report, out: &mut dyn io::Write) -> io::Result<()>;

    /// Writes the overview page.
    ///
    /// # Errors
    ///
    /// Any error of the writer.
    fn overview(&self, portfolio: &Portfolio, out: &mut dyn io::Write) -> io::Result<()>;
}

/// Reports the number of processed inputs, and of all.
pub type Progress<'p> = dyn Fn(usize, usize) + Sync + 'p;

/// What a run over many assessments reads, and where and how it writes the results.
pub struct Run<'r> {
    /// The catalog that all assessments are checked against.
    pub catalog: &'r Catalog,
    /// The date as of which all reports are made, and the horizon.
    pub settings: Settings,
    /// Directories of assessments, and single files.
    pub inputs: Vec<PathBuf>,
    /// The directory in which the directory of the date is replaced.
    pub output: PathBuf,
    /// The formats of the results.
    pub rendering: &'r dyn Rendering,
    /// The number of threads, at most; one for each core if not set.
    pub threads: Option<usize>,
    /// Called by each thread when an input has been processed.
    pub progress: &'r Progress<'r>,
}

impl fmt::Debug for Run<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("settings", &self.settings)
            .field("inputs", &self.inputs)
            .field("output", &self.output)
            .field("threads", &self.threads)
            .finish_non_exhaustive()
    }
}

/// The results of a run.
#[derive(Debug)]
#[non_exhaustive]
pub struct Finished {
    /// The content of the overview and of the manifest.
    pub portfolio: Portfolio,
    /// The directory of the date.
    pub folder: PathBuf,
    /// The diagnostics of the first invalid inputs, by the name of the input.
    pub diagnostics: BTreeMap<String, Diagnostics>,
}

/// Why a run wrote nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// A file or directory that was passed cannot be read.
    #[error(transparent)]
    Read(#[from] Error),
    /// There is no file that could be an assessment.
    #[error("no assessment found")]
    NoAssessment,
    /// A directory that is read is also written.
    #[error("`{}` is both an input and the output", path_name(path))]
    OutputIsInput {
        /// The directory.
        path: PathBuf,
    },
    /// The output would replace a file or directory that no run has written: no manifest of a
    /// portfolio lists it.
    #[error("`{}` was not written by `custody portfolio`", path_name(path))]
    Foreign {
        /// The file or directory.
        path: PathBuf,
    },
    /// A file cannot be written.
    #[error("cannot write `{}`", path_name(path))]
    Write {
        /// The file or directory.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
}

/// The result of one thread, or of several.
#[derive(Debug, Default)]
struct Done {
    gathering: Gathering,
    /// Each thread takes inputs in the order of their names, so the first invalid inputs of all are
    /// among the first of each.
    diagnostics: BTreeMap<String, Diagnostics>,
}

impl Done {
    fn merge(mut self, other: Self) -> Self {
        self.diagnostics.extend(other.diagnostics);
        Self {
            gathering: self.gathering.merge(other.gathering),
            diagnostics: self.diagnostics,
        }
    }
}

impl Run<'_> {
    /// Evaluates all inputs and writes nothing: the portfolio without its output files, for a gate
    /// whose verdict must not depend on whether the output can be written.
    ///
    /// # Errors
    ///
    /// [`RunError`] if there is nothing to read.
    pub fn evaluate(&self) -> Result<Portfolio, RunError> {
        let found = inputs::find(&self.inputs, &self.output)?;
        let done = self.process(&found.inputs, None)?;
        Ok(done.gathering.into_portfolio(self.catalog, &self.settings))
    }

    /// Reads all inputs, and replaces the directory of the date as a whole. Inputs that cannot be
    /// read or are invalid do not stop the run.
    ///
    /// # Errors
    ///
    /// [`RunError`] if there is nothing to read or the output cannot be written; the directory of
    /// the date is then as it was before.
    pub fn execute(&self) -> Result<Finished, RunError> {
        let found = inputs::find(&self.inputs, &self.output)?;
        if found.inputs.is_empty() {
            return Err(RunError::NoAssessment);
        }
        let folder = DateFolder::begin(&self.output, self.settings.as_of)?;
        let mut done = self.process(&found.inputs, Some(&folder))?;
        for output in done.gathering.set_apart_repeated() {
            folder.remove(&output.path)?;
        }
        for entry in found.left_out {
            done.gathering.add_left_out(entry);
        }
        let mut portfolio = done.gathering.into_portfolio(self.catalog, &self.settings);
        let overview = folder.write("index.html", OutputKind::Overview, |out| {
            self.rendering.overview(&portfolio, out)
        })?;
        portfolio.overview = Some(overview);
        folder.write("manifest.json", OutputKind::Overview, |out| {
            portfolio.write_json(out)
        })?;
        while done.diagnostics.len() > INVALID_KEPT {
            done.diagnostics.pop_last();
        }
        Ok(Finished {
            portfolio,
            folder: folder.finish()?,
            diagnostics: done.diagnostics,
        })
    }

    /// Processes all inputs, and writes the files of each if there is a directory for them.
    fn process(&self, inputs: &[Input], folder: Option<&DateFolder>) -> Result<Done, RunError> {
        let threads = self
            .threads
            .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, NonZeroUsize::get));
        let job = Job {
            run: self,
            inputs,
            folder,
            next: AtomicUsize::new(0),
            finished: AtomicUsize::new(0),
            taken: Mutex::new(BTreeSet::new()),
        };
        job.run(threads.min(inputs.len()))
    }
}

/// The inputs and how to process them, shared by all threads.
struct Job<'j> {
    run: &'j Run<'j>,
    inputs: &'j [Input],
    folder: Option<&'j DateFolder>,
    /// The next input.
    next: AtomicUsize,
    /// The number of processed inputs.
    finished: AtomicUsize,
    /// The assessment ids for which files are written, so that none is overwritten.
    taken: Mutex<BTreeSet<String>>,
}

impl Job<'_> {
    /// Processes all inputs.
    fn run(&self, threads: usize) -> Result<Done, RunError> {
        std::thread::scope(|scope| {
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
        })
    }

    fn work(&self) -> Result<Done, RunError> {
        let mut done = Done::default();
        while let Some(input) = self.inputs.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(error) = self.assess(input, &mut done) {
                // The other threads stop too: the disk may be full.
                self.next.store(self.inputs.len(), Ordering::Relaxed);
                return Err(error);
            }
            let finished = self.finished.fetch_add(1, Ordering::Relaxed) + 1;
            (self.run.progress)(finished, self.inputs.len());
        }
        Ok(done)
    }

    fn assess(&self, input: &Input, done: &mut Done) -> Result<(), RunError> {
        let files = match AssessmentFiles::read(input.paths.iter().cloned()) {
            Ok(files) => files,
            Err(error) => {
                let unreadable = FaultyInput::unreadable(&input.name, reason(&error));
                done.gathering.add_faulty(unreadable);
                return Ok(());
            }
        };
        for entry in files.left_out() {
            done.gathering.add_left_out(entry.clone());
        }
        let assessment = match files.resolve(self.run.catalog) {
            Ok(assessment) => assessment,
            Err(errors) => {
                let invalid = FaultyInput::faults(&input.name, &errors);
                done.gathering.add_faulty(invalid);
                if done.diagnostics.len() < INVALID_KEPT {
                    done.diagnostics.insert(input.name.clone(), errors);
                }
                return Ok(());
            }
        };
        let report = assessment.measure(&self.run.settings).report();
        let warnings = assessment.warnings().len();
        drop(assessment);
        let outputs = self.write(&report)?;
        let member = Member::new(&report, warnings, outputs);
        done.gathering.add(&input.name, member);
        Ok(())
    }

    /// Writes the rows of an assessment and its report, unless there are files of an assessment with
    /// the same id.
    fn write(&self, report: &Report) -> Result<Vec<super::OutputFile>, RunError> {
        let facts = &report.facts;
        let is_first = self
            .taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(same_id(&facts.assessment));
        let mut outputs = Vec::new();
        let Some(folder) = self.folder.filter(|_| is_first) else {
            return Ok(outputs);
        };
        let rendering = self.run.rendering;
        for (table, kind) in [
            (Table::Cells, OutputKind::Cells),
            (Table::Risks, OutputKind::Risks),
            (Table::Gaps, OutputKind::Gaps),
        ] {
            let path = rows_path(table, &facts.custodian, &facts.assessment);
            let write = |out: &mut dyn io::Write| rendering.rows(table, report, out);
            outputs.push(folder.write(&path, kind, write)?);
        }
        if let Some(extension) = rendering.report_extension() {
            let path = report_path(&facts.assessment, extension);
            let write = |out: &mut dyn io::Write| rendering.report(report, out);
            outputs.push(folder.write(&path, OutputKind::Report, write)?);
        }
        Ok(outputs)
    }
}

/// An error with its cause.
fn reason(error: &Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
