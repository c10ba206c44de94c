//! Every fix repairs what it is for, and the certain ones together leave nothing worse.

use crate::invalid::{CASES, Case, File};
use custody_controls::diagnostic::{Code, Diagnostics, Fix};
use custody_controls::edit;
use custody_controls::source::LineIndex;
use custody_controls::{AssessmentFiles, Catalog};
use custody_testing::golden;
use std::fmt::Write;

/// The files of a case after a fix.
fn fixed(case: &Case, fix: &Fix) -> Case {
    let files = case.files.iter().map(|file| {
        let edits = fix.edits.iter().filter(|edit| edit.file == file.name);
        File {
            name: file.name.clone(),
            text: edit::apply(&file.text, edits).unwrap(),
        }
    });
    Case {
        stem: case.stem.clone(),
        files: files.collect(),
        diagnostics: Diagnostics::default(),
    }
}

fn count(diagnostics: &Diagnostics, code: Code, message: &str) -> usize {
    let same = diagnostics
        .iter()
        .filter(|d| d.code == code && d.message == message);
    same.count()
}

/// The lines that differ, of two texts that are alike but for one place.
fn difference(before: &str, after: &str) -> String {
    let (before, after): (Vec<_>, Vec<_>) = (before.lines().collect(), after.lines().collect());
    let same = before
        .iter()
        .zip(&after)
        .take_while(|(a, b)| a == b)
        .count();
    let rest = (&before[same..], &after[same..]);
    let tail = rest.0.iter().rev().zip(rest.1.iter().rev());
    let tail = tail.take_while(|(a, b)| a == b).count();
    let mut text = String::new();
    for line in &rest.0[..rest.0.len() - tail] {
        let _ = writeln!(text, "    - {line}");
    }
    for line in &rest.1[..rest.1.len() - tail] {
        let _ = writeln!(text, "    + {line}");
    }
    text
}

#[test]
fn each_fix_repairs_what_it_is_for() {
    let mut listing = String::new();
    for case in CASES.iter() {
        // Several files of a catalog are read from their directory.
        let is_read_anew = !case.is_statement() && !case.files[0].name.starts_with("tests/");
        let diagnostics = &case.diagnostics;
        for diagnostic in diagnostics {
            for fix in &diagnostic.fixes {
                let after = fixed(case, fix);
                let _ = writeln!(
                    listing,
                    "{}: {}: {} ({})",
                    diagnostic.location.as_ref().unwrap(),
                    diagnostic.code,
                    fix.title,
                    fix.applicability
                );
                for (before, after) in case.files.iter().zip(&after.files) {
                    listing.push_str(&difference(&before.text, &after.text));
                }
                if !is_read_anew {
                    continue;
                }
                let left = after.diagnose();
                let context = format!("{diagnostic}\n{fix:?}\n{}\n{left}", after.files[0].text);
                let (code, message) = (diagnostic.code, &diagnostic.message);
                let before = count(diagnostics, code, message);
                assert!(count(&left, code, message) < before, "{context}");
                let is_parsed = |d: &Diagnostics| {
                    d.iter()
                        .all(|d| !matches!(d.code, Code::NotYaml | Code::NotJson))
                };
                assert!(is_parsed(&left) || !is_parsed(diagnostics), "{context}");
            }
        }
    }
    golden::equal("tests/invalid/fixes.txt", &listing);
}

#[test]
fn the_bytes_of_a_diagnostic_are_those_of_its_lines_and_columns() {
    for case in CASES.iter() {
        for diagnostic in &case.diagnostics {
            let (Some(location), Some(range)) = (&diagnostic.location, diagnostic.range) else {
                continue;
            };
            let mut files = case.files.iter();
            let file = files.find(|file| file.name == *location.file).unwrap();
            let lines = LineIndex::new(&file.text);
            assert_eq!(
                lines.range(&file.text, location),
                Some(range),
                "{diagnostic}"
            );
            let columns = diagnostic.utf16_columns.unwrap();
            let start = lines.offset(&file.text, location.line, columns.start);
            let end = lines.offset(&file.text, location.end_line, columns.end);
            assert_eq!(
                (start, end),
                (Some(range.start), Some(range.end)),
                "{diagnostic}"
            );
        }
    }
}

#[test]
fn certain_fixes_leave_no_certain_fix_and_no_more_errors() {
    for case in CASES.iter() {
        if case.is_statement() || case.stem.starts_with("catalog-") {
            continue;
        }
        let before = &case.diagnostics;
        let (files, catalog) = case.assessment();
        let fixed = files.fix(&catalog);
        let context = format!("{}: {fixed:?}", case.stem);
        assert!(
            fixed.diagnostics.error_count() <= before.error_count(),
            "{context}"
        );
        assert_eq!(
            fixed.applied.is_empty(),
            fixed.files.is_empty(),
            "{context}"
        );
        let certain = |d: &Diagnostics| {
            d.iter()
                .flat_map(|d| &d.fixes)
                .filter(|fix| fix.is_certain())
                .count()
        };
        let is_parsed = before
            .iter()
            .all(|d| !matches!(d.code, Code::NotYaml | Code::NotJson));
        if fixed.left_out == 0 && is_parsed {
            assert_eq!(certain(&fixed.diagnostics), 0, "{context}");
        }
    }
}

/// An assessment with two errors of one file and a duplicate in another, all certain to repair.
#[test]
fn fixes_of_several_files_are_applied_until_none_is_left() {
    let first = "assessment: mine\r\ntitle: 2026  # the year\r\nCatalog: iso-tr-23576\r\n";
    let second = "assessment: mine\nperiod: { from: 2026-7-1, to: 2026/09/30 }\norganization: { channels: [customer-web, customer-web, Customer_API] }";
    let files = [("a.yaml", first), ("b.yaml", second)];
    let files = files.map(|(name, text)| (name, text.as_bytes().to_vec()));
    let fixed = AssessmentFiles::from_texts(files).fix(Catalog::builtin());
    let after: Vec<&str> = fixed.files.iter().map(|file| file.after.as_str()).collect();
    assert_eq!(
        after,
        [
            "assessment: mine\r\ntitle: \"2026\"  # the year\r\ncatalog: iso-tr-23576\r\n",
            "assessment: mine\nperiod: { from: 2026-07-01, to: 2026-09-30 }\norganization: { channels: [customer-web, customer-api] }",
        ]
    );
    let codes: Vec<Code> = fixed.diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(codes, [Code::MissingKey], "the custodian is missing");
}

#[test]
fn a_fix_that_reveals_errors_is_left_out() {
    // The catalog of the section that is spelled in another case has errors that were not seen.
    let text = "assessment: mine\ntitle: T\ncatalog: iso-tr-23576\ncustodian: { name: Firm }\nperiod: { from: 2026-07-01, to: 2026-9-30 }\norganization: { channels: [] }\nWallets:\n  a: { tier: tepid, traits: [wood, stone] }\n";
    let fixed = AssessmentFiles::from_text("mine.yaml", text).fix(Catalog::builtin());
    assert_eq!(fixed.left_out, 1);
    assert_eq!(
        fixed.files[0].after,
        text.replace("2026-9-30", "2026-09-30")
    );
}
