//! Terminals of 80 columns: no line is longer, so the terminal breaks no word, and neither does a table.
//! Diagnostics, which quote lines of files, are as long as these and their messages.

use crate::cli::{folder, program, put};
use custody_testing::golden;
use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::Stdio;

/// What a run prints on a terminal of so many columns, without colours.
fn on_terminal(inside: &Path, arguments: &[&str], columns: u16) -> String {
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&terminal).unwrap();
    unlockpt(&terminal).unwrap();
    let name = ptsname(&terminal, Vec::new()).unwrap();
    let side: OwnedFd =
        rustix::fs::open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
    let window = Winsize {
        ws_row: 50,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&side, window).unwrap();
    let mut command = program(arguments);
    command.current_dir(inside).stdin(Stdio::null());
    command.stdout(side.try_clone().unwrap()).stderr(side);
    let mut child = command.spawn().unwrap();
    drop(command);
    let mut printed = Vec::new();
    let mut terminal = File::from(terminal);
    let mut part = [0; 4096];
    // Reading fails once the program has ended.
    while let Ok(count @ 1..) = terminal.read(&mut part) {
        printed.extend_from_slice(&part[..count]);
    }
    child.wait().unwrap();
    let text = String::from_utf8(printed).unwrap().replace("\r\n", "\n");
    anstream::adapter::strip_str(&text).to_string()
}

/// Words of letters and digits. Bars, rules and marks of omission depend on the width.
fn words(text: &str) -> BTreeSet<String> {
    let words = text.split_whitespace();
    let words = words.filter(|word| word.contains(char::is_alphanumeric));
    words.map(str::to_owned).collect()
}

#[test]
fn no_word_is_broken_at_80_columns() {
    let folder = folder();
    let inside = folder.path();
    for (name, file) in [
        ("exchange.yaml", "examples/exchange.yaml"),
        ("mine.yaml", "examples/small-firm.yaml"),
        ("soa.csv", "examples/small-firm-soa.csv"),
    ] {
        put(inside, name, golden::read(file));
    }
    let long = golden::read("examples/small-firm.yaml").replacen(
        "assessment: pebblewick-2026",
        "assessment: pebblewick-brokerage-first-assessment-2026-09-30",
        1,
    );
    put(inside, "long.yaml", long);
    let runs = [
        "gaps exchange.yaml",
        "gaps mine.yaml --as-of today",
        "check exchange.yaml",
        "explain 9.2-b --in mine.yaml",
        "explain 8.2.2.4-j@evm-warm --in exchange.yaml",
        "explain device-purchases --in exchange.yaml --if-lost",
        "explain unproven",
        "explain unknown-word",
        "explain 9.3.9.4-f",
        "supports exchange.yaml",
        "forecast exchange.yaml --until 2028-09-30",
        "plan exchange.yaml --target held=critical",
        "plan mine.yaml --budget 3",
        "todo exchange.yaml --as-of 2026-09-30",
        "todo mine.yaml --as-of 2026-09-30 --by-owner --kind repair",
        "gaps mine.yaml --severity high --owner engineer",
        "crosswalk mine.yaml --to iso-27002-2022",
        "soa mine.yaml --to iso-27001",
        "explain A.8.24",
        "diff mine.yaml long.yaml",
        "diff exchange.yaml exchange.yaml",
        "trend exchange.yaml --as-of 2026-06-30 --as-of 2026-09-30",
        "trend mine.yaml long.yaml",
        "gaps gone.yaml",
        "gaps mine.yaml --format bogus",
        "frobnicate",
        "catalog facts",
        "catalog clauses",
        "catalog families",
        "catalog controls",
        "catalog risks",
        "catalog components",
        "catalog keys",
        "catalog flows",
        "catalog matrix",
        "catalog frameworks",
        "catalog references",
        "catalog terms",
        "catalog words",
        "--help",
        "gaps --help",
        "check --help",
        "portfolio --help",
        "init --help",
        "plan --help",
        "todo --help",
        "trend --help",
        "man --help",
    ];
    let mut wrong = Vec::new();
    for run in runs {
        let arguments: Vec<&str> = run.split_whitespace().collect();
        let narrow = on_terminal(inside, &arguments, 80);
        assert!(!narrow.trim().is_empty(), "{run} prints nothing");
        for line in narrow.lines() {
            let width = textwrap::core::display_width(line);
            // A word that is longer than a line is the only one of its line.
            if width > 80 && line.split_whitespace().count() > 1 {
                wrong.push(format!("{run}: {width} columns: {line}"));
            }
        }
        // No number is separated from its unit.
        let is_split = |cell: &str| {
            let number = cell
                .trim()
                .rsplit_once('(')
                .map_or("", |(_, number)| number);
            let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
            is_number && !number.is_empty() || cell.trim_start().starts_with('%')
        };
        if let Some(line) = narrow.lines().find(|line| line.split("  ").any(is_split)) {
            wrong.push(format!("{run}: a number without its unit: {line}"));
        }
        let wide = words(&on_terminal(inside, &arguments, 140));
        let broken: Vec<String> = words(&narrow).difference(&wide).cloned().collect();
        if !broken.is_empty() {
            wrong.push(format!("{run}: only at 80 columns: {broken:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
