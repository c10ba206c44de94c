//! JSON in, JSON out: the analyses for programs in other languages.
//!
//! Each function takes a request as JSON text and answers with JSON text: `{"ok": …}` with the result,
//! which has the JSON form of the program's `--format json`, or `{"error": …}` with a [`Failure`].
//! Nothing panics, nothing is read but the request, and there is no clock. Keys that a request does not
//! have are refused, and files have the same limits as on disk.
//!
//! ```
//! use custody_controls::facade;
//! use serde_json::{Value, json};
//!
//! let text = include_str!("../examples/small-firm.yaml");
//! let files = json!([{ "name": "small-firm.yaml", "text": text }]);
//!
//! let request = json!({ "files": files, "settings": { "as_of": "2026-09-30", "wallets": ["till"] } });
//! let response: Value = serde_json::from_str(&facade::report(&request.to_string()))?;
//! assert_eq!(response["ok"]["schema"], "custody-controls/report/2");
//! assert_eq!(response["ok"]["facts"]["only_wallets"], json!(["till"]));
//!
//! let request = json!({ "files": files, "settings": { "wallets": ["tilll"] } });
//! let response: Value = serde_json::from_str(&facade::report(&request.to_string()))?;
//! assert_eq!(response["error"]["kind"], "unknown");
//! assert_eq!(response["error"]["help"], "did you mean `till`?");
//! # Ok::<(), serde_json::Error>(())
//! ```

mod failure;
mod request;

pub use failure::{Failure, FailureKind};
pub use request::{
    Check, CrosswalkOf, DifferenceOf, Evaluation, Explain, ForecastUntil, Options, ReportOf,
    StoredJson, SupportsUpTo, TextFile, TodoFor, TrendOf,
};

use crate::difference::trend::Trend;
use crate::json::Stored;
use crate::limits;
use serde::de::DeserializeOwned;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Checks an assessment. The result is the list of all its errors and warnings, which is empty if there
/// are none. Takes a [`Check`].
pub fn check(request: &str) -> String {
    answer(request, |request: Check| {
        let diagnostics = match request.resolve()? {
            Ok(assessment) => assessment.warnings().clone(),
            Err(diagnostics) => diagnostics,
        };
        Ok(crate::json::to_text(&diagnostics))
    })
}

/// Evaluates an assessment. The result is a [`Report`](crate::Report). Takes an [`Evaluation`].
pub fn report(request: &str) -> String {
    answer(request, |request: Evaluation| {
        Ok(request.coverage()?.report().to_json())
    })
}

/// Explains a control, a control instance (`control@subject`), a risk or a gap. The result is an
/// [`Explanation`](crate::explanation::Explanation). Takes an [`Explain`].
pub fn explain(request: &str) -> String {
    answer(request, |request: Explain| {
        let (evaluation, id) = request.parts();
        let explanation = evaluation.coverage()?.explain(&id).ok_or_else(|| {
            let message = format!("`{id}` is not a control or risk of this assessment");
            Failure::new(FailureKind::Unknown, message)
        })?;
        Ok(explanation.to_json())
    })
}

/// Finds single points of failure and minimal sets. The result is a
/// [`Supports`](crate::supports::Supports). Takes a [`SupportsUpTo`].
pub fn supports(request: &str) -> String {
    answer(request, |request: SupportsUpTo| {
        let (evaluation, size) = request.parts()?;
        Ok(evaluation.coverage()?.supports(size).to_json())
    })
}

/// Lists what to do next. The result is a [`Todo`](crate::Todo). Takes a [`TodoFor`].
pub fn todo(request: &str) -> String {
    answer(request, |request: TodoFor| Ok(request.todo()?.to_json()))
}

/// Determines how long verdicts last. The result is a [`Forecast`](crate::Forecast). Takes a
/// [`ForecastUntil`].
pub fn forecast(request: &str) -> String {
    answer(request, |request: ForecastUntil| {
        Ok(request.forecast()?.to_json())
    })
}

/// Maps a report to a framework. The result is a [`Crosswalk`](crate::Crosswalk). Takes a
/// [`CrosswalkOf`].
pub fn crosswalk(request: &str) -> String {
    answer(request, |request: CrosswalkOf| {
        Ok(request.crosswalk()?.to_json())
    })
}

/// Makes the statement of applicability of a framework. The result is a
/// [`StatementOfApplicability`](crate::crosswalk::StatementOfApplicability). Takes a [`CrosswalkOf`].
pub fn statement_of_applicability(request: &str) -> String {
    answer(request, |request: CrosswalkOf| {
        Ok(request.statement_of_applicability()?.to_json())
    })
}

/// Compares two reports. The result is a [`Difference`](crate::Difference). Takes a [`DifferenceOf`].
pub fn diff(request: &str) -> String {
    answer(request, |request: DifferenceOf| {
        let (before, after) = (request.before.report()?, request.after.report()?);
        Ok(after.since(&before).to_json())
    })
}

/// Puts several reports in the order of their dates. The result is a
/// [`Trend`]. Takes a [`TrendOf`].
pub fn trend(request: &str) -> String {
    answer(request, |request: TrendOf| {
        let reports = request.reports.into_iter().map(ReportOf::report);
        Ok(Trend::try_of(reports)?.to_json())
    })
}

/// Answers a request: reads it, and wraps the JSON of the result or the failure. For crates with more
/// analyses.
pub fn answer<R: DeserializeOwned>(
    request: &str,
    result: impl FnOnce(R) -> Result<String, Failure>,
) -> String {
    // Nothing outlives a broken invariant: all that was computed is dropped.
    let answered = catch_unwind(AssertUnwindSafe(|| result(read(request)?)));
    let answered = answered.unwrap_or_else(|_| {
        let message = "an invariant of custody-controls does not hold; please report this bug";
        Err(Failure::new(FailureKind::Internal, message))
    });
    let (key, value) = match answered {
        Ok(json) => ("ok", json),
        Err(failure) => ("error", crate::json::to_text(&failure)),
    };
    ["{\"", key, "\":", value.trim_end(), "}\n"].concat()
}

fn read<R: DeserializeOwned>(request: &str) -> Result<R, Failure> {
    if request.len() > limits::REQUEST {
        let message = format!("a request is at most {} bytes long", limits::REQUEST);
        return Err(Failure::new(FailureKind::Request, message));
    }
    serde_json::from_str(request)
        .map_err(|error| Failure::new(FailureKind::Request, error.to_string()))
}
