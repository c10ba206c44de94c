//! The requests.

use super::{Failure, FailureKind};
use crate::assessment::{Assessment, AssessmentFiles};
use crate::catalog::Catalog;
use crate::coverage::Coverage;
use crate::crosswalk::{Crosswalk, StatementOfApplicability};
use crate::date::Date;
use crate::diagnostic::Diagnostics;
use crate::forecast::{Forecast, LONGEST};
use crate::gap::Criteria;
use crate::json::Stored;
use crate::report::Report;
use crate::settings::Settings;
use crate::supports::LARGEST_CUT;
use crate::todo::Todo;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A file that is part of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextFile {
    /// Its name. The text is JSON if the name ends in `.json`, and YAML otherwise.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// The settings of an evaluation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// The as-of date; the last day of the period of the assessment by default.
    pub as_of: Option<Date>,
    /// The number of days ahead within which expiring evidence and acceptances are listed; 90 by
    /// default, at most 36500.
    pub horizon: Option<u32>,
    /// The only wallets to evaluate, by id; all by default.
    pub wallets: Option<Vec<String>>,
}

const LONGEST_HORIZON: u32 = 36_500;

/// An assessment to check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// The files of the assessment.
    pub files: Vec<TextFile>,
    /// The files of a catalog or profile; the built-in catalog by default.
    #[serde(default)]
    pub catalog: Vec<TextFile>,
}

/// An assessment to evaluate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evaluation {
    /// The files of the assessment.
    pub files: Vec<TextFile>,
    /// The files of a catalog or profile; the built-in catalog by default.
    #[serde(default)]
    pub catalog: Vec<TextFile>,
    /// The settings.
    #[serde(default)]
    pub settings: Options,
}

/// An assessment and an entry to explain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explain {
    /// The files of the assessment.
    pub files: Vec<TextFile>,
    /// The files of a catalog or profile; the built-in catalog by default.
    #[serde(default)]
    pub catalog: Vec<TextFile>,
    /// The settings.
    #[serde(default)]
    pub settings: Options,
    /// The id of a control, a control instance, a risk or a gap.
    pub id: String,
}

/// An assessment and the size of minimal sets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupportsUpTo {
    /// The files of the assessment.
    pub files: Vec<TextFile>,
    /// The files of a catalog or profile; the built-in catalog by default.
    #[serde(default)]
    pub catalog: Vec<TextFile>,
    /// The settings.
    #[serde(default)]
    pub settings: Options,
    /// The size up to which minimal sets are searched for, from 1 to 4; 2 by default.
    pub size: Option<usize>,
}

/// An assessment and the last day of a forecast.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForecastUntil {
    /// The files of the assessment.
    pub files: Vec<TextFile>,
    /// The files of a catalog or profile; the built-in catalog by default.
    #[serde(default)]
    pub catalog: Vec<TextFile>,
    /// The settings. The forecast begins on the as-of date.
    #[serde(default)]
    pub settings: Options,
    /// The last day of the forecast, at most twenty years after the first.
    pub until: Date,
}

/// An assessment and the gaps of its to-do list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TodoFor {
    /// The files of the assessment.
    pub files: Vec<TextFile>,
    /// The files of a catalog or profile; the built-in catalog by default.
    #[serde(default)]
    pub catalog: Vec<TextFile>,
    /// The settings. The as-of date is required: what is overdue depends on it.
    pub settings: Options,
    /// The criteria by which gaps are selected; all gaps by default.
    #[serde(default)]
    pub criteria: Criteria,
    /// Whether entries are grouped by who closes them.
    #[serde(default)]
    pub by_owner: bool,
}

/// A report: stored as JSON, or made from an assessment.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReportOf {
    /// A stored report; then there are no files and no settings.
    pub report: Option<StoredJson>,
    /// The files of the assessment, unless there is a stored report.
    pub files: Vec<TextFile>,
    /// The files of a catalog or profile; the built-in catalog by default.
    pub catalog: Vec<TextFile>,
    /// The settings, unless there is a stored report.
    pub settings: Option<Options>,
}

/// A stored result as a part of a request, as it was written.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StoredJson(Box<RawValue>);

/// A report and a framework.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CrosswalkOf {
    /// A stored report; then there are no files and no settings.
    #[serde(default)]
    pub report: Option<StoredJson>,
    /// The files of the assessment, unless there is a stored report.
    #[serde(default)]
    pub files: Vec<TextFile>,
    /// The files of the catalog or profile of the report; the built-in catalog by default.
    #[serde(default)]
    pub catalog: Vec<TextFile>,
    /// The settings, unless there is a stored report.
    #[serde(default)]
    pub settings: Option<Options>,
    /// The id of the framework with its edition, such as `iso-27002-2022`.
    pub framework: String,
}

/// Two reports.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DifferenceOf {
    /// The earlier report.
    pub before: ReportOf,
    /// The later report.
    pub after: ReportOf,
}

/// Several reports.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrendOf {
    /// The reports, in any order.
    pub reports: Vec<ReportOf>,
}

fn catalog_of(files: Vec<TextFile>) -> Result<Catalog, Failure> {
    if files.is_empty() {
        return Ok(Catalog::builtin().clone());
    }
    let (names, texts) = apart(files);
    Ok(Catalog::from_texts(
        names.iter().map(String::as_str).zip(texts),
    )?)
}

fn apart(files: Vec<TextFile>) -> (Vec<String>, Vec<Vec<u8>>) {
    let files = files.into_iter();
    files
        .map(|file| (file.name, file.text.into_bytes()))
        .unzip()
}

impl Check {
    /// The assessment, or all its errors.
    pub(super) fn resolve(self) -> Result<Result<Assessment, Diagnostics>, Failure> {
        if self.files.is_empty() {
            let message = "`files` is empty: an assessment has at least one file";
            return Err(Failure::new(FailureKind::Request, message));
        }
        let catalog = catalog_of(self.catalog)?;
        let (names, texts) = apart(self.files);
        let files = AssessmentFiles::from_texts(names.iter().map(String::as_str).zip(texts));
        Ok(files.resolve(&catalog))
    }
}

impl Evaluation {
    /// The assessment and the settings of the request.
    ///
    /// # Errors
    ///
    /// Fails if the files have errors or the settings name a wallet that does not exist.
    pub fn parts(self) -> Result<(Assessment, Settings), Failure> {
        let (files, catalog, options) = (self.files, self.catalog, self.settings);
        let assessment = Check { files, catalog }.resolve()??;
        let mut settings = Settings::on(options.as_of.unwrap_or(assessment.period().to));
        if let Some(horizon) = options.horizon {
            if horizon > LONGEST_HORIZON {
                let message = format!("`horizon` is at most {LONGEST_HORIZON} days");
                return Err(Failure::new(FailureKind::Request, message));
            }
            settings = settings.horizon(horizon);
        }
        if let Some(wallets) = &options.wallets {
            settings = settings.only(&assessment, wallets.iter().map(String::as_str))?;
        }
        Ok((assessment, settings))
    }

    /// The coverage that the request asks for.
    ///
    /// # Errors
    ///
    /// As [`Evaluation::parts`].
    pub fn coverage(self) -> Result<Coverage, Failure> {
        let (assessment, settings) = self.parts()?;
        Ok(assessment.measure(&settings))
    }
}

impl Explain {
    /// The part of the request that is evaluated, and the id.
    pub(super) fn parts(self) -> (Evaluation, String) {
        let (files, catalog, settings) = (self.files, self.catalog, self.settings);
        let evaluation = Evaluation {
            files,
            catalog,
            settings,
        };
        (evaluation, self.id)
    }
}

impl SupportsUpTo {
    /// The part of the request that is evaluated, and the size.
    pub(super) fn parts(self) -> Result<(Evaluation, usize), Failure> {
        let size = self.size.unwrap_or(2);
        if !(1..=LARGEST_CUT).contains(&size) {
            let message = format!("`size` is from 1 to {LARGEST_CUT}");
            return Err(Failure::new(FailureKind::Request, message));
        }
        let (files, catalog, settings) = (self.files, self.catalog, self.settings);
        let evaluation = Evaluation {
            files,
            catalog,
            settings,
        };
        Ok((evaluation, size))
    }
}

impl TodoFor {
    pub(super) fn todo(self) -> Result<Todo, Failure> {
        if self.settings.as_of.is_none() {
            let message = "expected `as_of` in `settings`: what is overdue depends on it";
            return Err(Failure::new(FailureKind::Request, message));
        }
        let (files, catalog, settings) = (self.files, self.catalog, self.settings);
        let evaluation = Evaluation {
            files,
            catalog,
            settings,
        };
        let coverage = evaluation.coverage()?;
        self.criteria.check(coverage.assessment())?;
        let todo = coverage.todo(&self.criteria);
        Ok(if self.by_owner { todo.by_owner() } else { todo })
    }
}

impl ForecastUntil {
    pub(super) fn forecast(self) -> Result<Forecast, Failure> {
        let (files, catalog, settings) = (self.files, self.catalog, self.settings);
        let evaluation = Evaluation {
            files,
            catalog,
            settings,
        };
        let (assessment, settings) = evaluation.parts()?;
        let first = settings.as_of;
        let last = first.plus_days(LONGEST);
        if !(first..=last).contains(&self.until) {
            let message = format!("`until` is from {first} to {last}, twenty years later");
            return Err(Failure::new(FailureKind::Request, message));
        }
        Ok(assessment.forecast(&settings, self.until))
    }
}

impl ReportOf {
    pub(super) fn report(self) -> Result<Report, Failure> {
        match self.report {
            None => {
                let evaluation = Evaluation {
                    files: self.files,
                    catalog: self.catalog,
                    settings: self.settings.unwrap_or_default(),
                };
                Ok(evaluation.coverage()?.report())
            }
            Some(StoredJson(json)) if self.files.is_empty() && self.settings.is_none() => {
                Ok(Report::from_json(json.get())?)
            }
            Some(_) => {
                let message = "expected either `report`, or `files` with `settings`; found both";
                Err(Failure::new(FailureKind::Request, message))
            }
        }
    }
}

impl CrosswalkOf {
    pub(super) fn crosswalk(self) -> Result<Crosswalk, Failure> {
        let (report, catalog, framework) = self.parts()?;
        Ok(report.crosswalk(&catalog, &framework)?)
    }

    pub(super) fn statement_of_applicability(self) -> Result<StatementOfApplicability, Failure> {
        let (report, catalog, framework) = self.parts()?;
        Ok(report.statement_of_applicability(&catalog, &framework)?)
    }

    fn parts(self) -> Result<(Report, Catalog, String), Failure> {
        let catalog = catalog_of(self.catalog.clone())?;
        let report = ReportOf {
            report: self.report,
            files: self.files,
            catalog: self.catalog,
            settings: self.settings,
        };
        Ok((report.report()?, catalog, self.framework))
    }
}
