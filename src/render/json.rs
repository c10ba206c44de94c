//! JSON, for programs. The shape is that of [`Report`]; `schemas/report.schema.json` describes it.

use crate::report::Report;

pub(super) fn write(report: &Report) -> String {
    // Nothing in a report can fail to be written: its keys are texts and it holds no floats.
    let mut json = serde_json::to_string_pretty(report).unwrap_or_default();
    json.push('\n');
    json
}
