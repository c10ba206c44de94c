//! A difference, for the pull request that causes it: first what got worse.

use super::escape::{at_start, code, codes, escape, origin, place, sentence};
use super::page::Page;
use custody_controls::coverage::Ratio;
use custody_controls::difference::{
    CountDifference, Difference, GapDifference, GapState, RatioDifference, RiskDifference, Shift,
    Side,
};
use custody_controls::taxonomy::{RiskVerdict, Verdict, Word};
use std::io;

pub(crate) fn write(difference: &Difference, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = Page::new(out);
    head(&mut out, difference);
    numbers(&mut out, difference);
    unstated(&mut out, difference);
    reused(&mut out, difference);
    for shift in Shift::values() {
        gaps(&mut out, difference, shift);
    }
    risks(&mut out, difference);
    out.finish()
}

fn head(out: &mut Page<'_>, difference: &Difference) {
    let (before, after) = (&difference.before, &difference.after);
    let title = difference.title();
    out.line(format_args!("## What changed: {}", escape(&title)));
    out.gap();
    out.line(format_args!("**{}**", escape(&difference.headline())));
    out.gap();
    out.table(
        &["", "Before", "After"],
        rows(before, after).map(|(name, before, after)| vec![name.to_owned(), before, after]),
    );
}

fn rows(before: &Side, after: &Side) -> impl Iterator<Item = (&'static str, String, String)> {
    let catalog = |side: &Side| {
        let digest = side.catalog_sha256.get(..12).unwrap_or_default();
        format!(
            "{} {} ({digest}…){}",
            code(&side.catalog),
            escape(&side.catalog_version),
            origin(side.catalog_origin)
        )
    };
    let files = |side: &Side| {
        let names = side.files.iter().map(|file| escape(&file.name));
        names.collect::<Vec<_>>().join(", ")
    };
    let wallets = |side: &Side| side.only_wallets.as_ref().map_or("all".to_owned(), codes);
    [
        (
            "Assessment",
            code(&before.assessment),
            code(&after.assessment),
        ),
        ("As of", before.as_of.to_string(), after.as_of.to_string()),
        ("Files", files(before), files(after)),
        ("Catalog", catalog(before), catalog(after)),
        ("Wallets", wallets(before), wallets(after)),
    ]
    .into_iter()
    // Wallets are only listed if either side is limited to some.
    .filter(|(name, before, after)| *name != "Wallets" || before != "all" || after != "all")
}

fn numbers(out: &mut Page<'_>, difference: &Difference) {
    let summary = &difference.summary;
    let ratio =
        |ratio: RatioDifference| [ratio.before, ratio.after].map(|side: Ratio| side.to_string());
    let count = |count: CountDifference| [count.before, count.after].map(|side| side.to_string());
    let mut rows = vec![
        ("Proven".to_owned(), ratio(summary.proven)),
        ("Excluded".to_owned(), count(summary.excluded)),
        ("Possible".to_owned(), ratio(summary.possible)),
        (
            "Critical risks treated".to_owned(),
            ratio(summary.critical_risks_treated),
        ),
        (
            "Reliable evidence items".to_owned(),
            ratio(summary.evidence_current),
        ),
    ];
    rows.extend(summary.gaps.iter().map(|entry| {
        let sides = [entry.before, entry.after].map(|side| side.to_string());
        (format!("Gaps of severity {}", entry.severity), sides)
    }));
    rows.push(("Overdue gaps".to_owned(), count(summary.overdue)));
    rows.push((
        "Acceptances in force".to_owned(),
        count(summary.acceptances_in_force),
    ));
    rows.push(("Doubts".to_owned(), count(summary.doubts)));
    out.gap();
    out.table(
        &["", ">Before", ">After"],
        rows.into_iter()
            .map(|(name, [before, after])| vec![name, before, after]),
    );
}

/// The control instances that became effective although nothing was stated about them.
fn unstated(out: &mut Page<'_>, difference: &Difference) {
    let cells = &difference.unstated;
    if cells.is_empty() {
        return;
    }
    out.gap();
    let title = "Effective although nothing was stated about them";
    out.line(format_args!("### {title} ({})", cells.len()));
    out.gap();
    out.line(codes(cells));
}

/// The evidence items that showed a shortfall and are now cited as proof.
fn reused(out: &mut Page<'_>, difference: &Difference) {
    let reused = &difference.reused;
    if reused.is_empty() {
        return;
    }
    out.gap();
    let title = "Cited as proof, showed the shortfall before, and not newer";
    out.line(format_args!("### {title} ({})", reused.len()));
    out.table(
        &["Control instance", "Evidence"],
        reused
            .iter()
            .map(|one| vec![code(&one.cell), code(one.evidence.as_str())]),
    );
}

fn gaps(out: &mut Page<'_>, difference: &Difference, shift: Shift) {
    let gaps: Vec<&GapDifference> = difference
        .of(shift)
        .filter(|gap| !gap.is_only_elsewhere())
        .collect();
    if gaps.is_empty() {
        return;
    }
    out.heading(3, format_args!("{}: {}", shift.title(), gaps.len()));
    out.table(
        &["Gap", "Title", "Before", "After", "Causes"],
        gaps.into_iter().map(|gap| {
            let causes: Vec<String> = (gap.causes.iter())
                .map(|cause| {
                    let at = match &cause.location {
                        Some(location) => format!(" ({})", place(Some(location))),
                        None => String::new(),
                    };
                    format!("{}{at}", sentence(&cause.message()))
                })
                .collect();
            vec![
                code(&gap.id),
                escape(&gap.title),
                state(gap.before.as_ref(), gap.verdict_before),
                state(gap.after.as_ref(), gap.verdict_after),
                causes.join("; "),
            ]
        }),
    );
}

/// A gap on one side, or the verdict of its control instance if there is no gap.
fn state(gap: Option<&GapState>, verdict: Option<Verdict>) -> String {
    match (gap, verdict) {
        (Some(gap), _) => {
            let at = match &gap.location {
                Some(location) => format!(" ({})", place(Some(location))),
                None => String::new(),
            };
            format!("{} {}{at}", gap.severity, gap.kind)
        }
        (None, Some(verdict)) => verdict.word().to_owned(),
        (None, None) => "–".to_owned(),
    }
}

fn risks(out: &mut Page<'_>, difference: &Difference) {
    if difference.risks.is_empty() {
        return;
    }
    out.heading(
        3,
        format_args!("Risks whose verdict changed: {}", difference.risks.len()),
    );
    let verdict = |verdict: Option<RiskVerdict>| verdict.map_or("–", Word::word).to_owned();
    let row = |risk: &RiskDifference| {
        vec![
            at_start(risk.change.word()),
            code(&risk.risk),
            escape(&risk.title),
            risk.severity.to_string(),
            verdict(risk.before),
            verdict(risk.after),
        ]
    };
    out.table(
        &["", "Risk", "Title", "Severity", "Before", "After"],
        difference.risks.iter().map(row),
    );
}
