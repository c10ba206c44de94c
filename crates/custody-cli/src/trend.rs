//! `custody trend`: several assessments, or one assessment on several dates.

use crate::inputs::{Day, Question, day, evaluate_files};
use crate::view::{View, views};
use crate::{Exit, Failure, output, terminal};
use custody_controls::catalog::Catalog;
use custody_controls::difference::trend::Trend;
use custody_formats::{Render, TrendFormat};
use std::path::{Path, PathBuf};

/// Compare several assessments, or one assessment on several dates.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The assessments: each a file, or a directory that contains its files.
    #[arg(required = true, value_name = "ASSESSMENT")]
    assessments: Vec<PathBuf>,
    /// Reporting date of each assessment: YYYY-MM-DD or `today` (in UTC; repeatable) [default: the last day
    /// of its period].
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Vec<Day>,
    /// Output format.
    #[arg(long, value_parser = views::<TrendFormat>(), default_value = "terminal")]
    format: View<TrendFormat>,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl output::Files for Arguments {
    fn output(&self) -> Option<&Path> {
        self.output.as_deref()
    }

    fn inputs(&self) -> Vec<&Path> {
        self.assessments.iter().map(PathBuf::as_path).collect()
    }
}

pub(crate) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let path = arguments.output.as_deref();
    let days: Vec<Option<Day>> = if arguments.as_of.is_empty() {
        vec![None]
    } else {
        arguments.as_of.iter().copied().map(Some).collect()
    };
    let assessments = arguments.assessments.iter();
    let reports = assessments.flat_map(|assessment| days.iter().map(move |day| (assessment, *day)));
    let trend = Trend::try_of(reports.map(|(assessment, day)| {
        let files = std::slice::from_ref(assessment);
        evaluate_files(files, &Question::on(day), catalog, |coverage| {
            Ok(coverage.report())
        })
    }))?;
    match arguments.format {
        View::Document(format) => output::write_with(path, |out| trend.write(format, out)),
        View::Terminal => output::write(path, &terminal::trend(&trend, output::width_for(path))),
    }
}
