//! GitHub-flavoured Markdown, for reviewers: the complete report, and a short form for pull
//! requests.

mod annexes;
mod bibliography;
mod brief;
mod crosswalk;
mod difference;
mod escape;
mod forecast;
mod page;
mod register;
mod report;
mod statement;
mod todo;
mod trend;

pub(super) use bibliography::write as write_bibliography;
pub(super) use brief::write as write_brief;
pub(super) use crosswalk::write as write_crosswalk;
pub(super) use difference::write as write_difference;
pub(super) use forecast::write as write_forecast;
pub(super) use register::write as write_register;
pub(super) use report::write;
pub(super) use statement::write as write_statement;
pub(super) use todo::write as write_todo;
pub(super) use trend::write as write_trend;
