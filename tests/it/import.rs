//! Statements of applicability as other tools and people write them: what can be read is read, what
//! has two meanings is reported, and no row is lost.

use custody_controls::statement::{Proposals, Statement};
use custody_controls::taxonomy::{Status, Word};
use custody_controls::{AssessmentFiles, Catalog, Diagnostics};
use std::collections::BTreeSet;

const ISO: &str = "iso-27002-2022";
const CSF: &str = "nist-csf-2.0";
const SP: &str = "nist-sp-800-53-r5";

/// An assessment without claims, to which most controls apply.
const LIKE: &str =
    "assessment: larch\ntitle: Larch\ncatalog: iso-tr-23576\ncustodian: { name: Larch }
period: { from: 2026-01-01, to: 2026-09-30 }\norganization: { channels: [customer-web] }
wallets:\n  safe: { tier: cold, traits: [hardware-wallet, multisig, backed-up] }\n";

fn read(table: impl Into<Vec<u8>>, framework: &str) -> Result<Statement, Diagnostics> {
    Statement::from_text("soa.csv", table, framework, Catalog::builtin())
}

fn propose(statement: &Statement) -> Proposals {
    let like = AssessmentFiles::from_text("larch.yaml", LIKE);
    statement.propose(&like.resolve(Catalog::builtin()).unwrap())
}

/// The references that a table is read as.
#[track_caller]
fn references(table: &str, framework: &str) -> Vec<String> {
    let statement = read(table, framework).unwrap_or_else(|faults| panic!("{table}\n{faults}"));
    statement.lines.keys().cloned().collect()
}

/// Codes and texts of the diagnostics of a table that cannot be read.
#[track_caller]
fn faults(table: impl Into<Vec<u8>>, framework: &str) -> Vec<String> {
    let faults = read(table, framework).unwrap_err();
    let all = faults.iter().map(|fault| {
        let help = fault.help.clone().unwrap_or_default();
        format!("{}: {}; {help}", fault.code, fault.message)
    });
    all.collect()
}

fn yaml(table: &str, framework: &str) -> String {
    propose(&read(table, framework).unwrap()).to_yaml()
}

fn not_imported(table: &str, framework: &str, what: &str) -> String {
    let proposals = propose(&read(table, framework).unwrap());
    let mut entries = proposals.not_imported.into_iter();
    let found = entries.find(|entry| entry.what == what);
    found.map(|entry| entry.why).unwrap_or_default()
}

#[test]
fn every_reference_of_a_public_framework_is_known_with_its_title() {
    let catalog = Catalog::builtin();
    for (framework, count) in [(CSF, 106), (SP, 1014)] {
        let entry = &catalog.frameworks()[framework];
        assert_eq!(entry.references.len(), count, "{framework}");
        let mut references = entry.references.values();
        assert!(references.all(|reference| reference.title.is_some()));
    }
    let table = "Control;Status\nGV.OC-01;implemented\nPR.AA-01;implemented\n";
    assert_eq!(references(table, CSF), ["GV.OC-01", "PR.AA-01"]);
    let why = not_imported(table, CSF, "GV.OC-01");
    assert_eq!(why, "no control of the catalog maps to it");
    let text = yaml(table, CSF);
    assert!(
        text.contains("#   GV.OC-01 The organizational mission is understood"),
        "{text}"
    );
}

/// A number that the edition withdrew is a reference of it, and nothing has to be done for it.
#[test]
fn a_withdrawn_reference_is_listed_as_such() {
    for (framework, number) in [
        (SP, "AC-13"),
        (SP, "AC-2(10)"),
        (CSF, "PR.IP-01"),
        (CSF, "ID.AM-06"),
    ] {
        let table = format!("Control;Status\n{number};implemented\n");
        let why = not_imported(&table, framework, number);
        assert!(why.contains("withdr"), "{number}: {why}");
        assert!(
            Catalog::builtin().frameworks()[framework]
                .references
                .get(number)
                .is_none()
        );
    }
}

/// The annex of one edition lists what the other has, and no message denies a reference that exists.
#[test]
fn an_unlisted_reference_is_not_said_to_be_unknown_to_the_framework() {
    let told = faults("Control;Status\n3.1;implemented\n", "nist-sp-800-57-1-r5");
    assert_eq!(told.len(), 1);
    assert!(
        told[0].contains("the catalog lists no reference `3.1` of"),
        "{told:?}"
    );
}

#[test]
fn not_applicable_is_proposed_only_if_no_reference_is_applicable() {
    let table = "Control;Applicability;Justification\nA.8.14;not applicable;The provider's\nA.8.24;applicable;\n";
    let proposals = propose(&read(table, ISO).unwrap());
    let catalog = Catalog::builtin();
    for control in catalog.controls() {
        let mapped = catalog.crosswalk(&control.id);
        let mapped = mapped.and_then(|mapped| mapped.references.get(ISO));
        let touches = |reference: &str| {
            mapped.is_some_and(|mapped| mapped.iter().any(|other| other == reference))
        };
        if touches("8.14") && touches("8.24") {
            assert!(!proposals.document.claims.contains_key(&control.id));
            let mut listed = proposals.not_imported.iter();
            let entry = listed
                .find(|entry| entry.what == control.id.as_str())
                .unwrap();
            assert!(
                entry.why.contains("8.14") && entry.why.contains("8.24"),
                "{}",
                entry.why
            );
        }
    }
    assert!(
        proposals
            .document
            .claims
            .keys()
            .any(|id| id.as_str() == "9.3.9.3-b")
    );
}

/// Whoever confirms it by deleting a line must have read what it does, and whose reason it is.
#[test]
fn a_proposal_of_not_applicable_does_not_look_like_a_fact() {
    let text = yaml(
        "Control;Applicable;Justification\nA.7.4;No;We rent a data centre\n",
        ISO,
    );
    assert!(text.contains("status: not-applicable"));
    assert!(
        text.contains("because: \"iso-27002-2022 7.4: We rent a data centre\""),
        "{text}"
    );
    assert!(text.contains("counts it in no number"), "{text}");
}

#[test]
fn a_reason_for_inclusion_is_only_a_note() {
    let headings = "Control;Justification for inclusion;Reason for exclusion;Status\n";
    let table = format!(
        "{headings}A.8.8;Best practice;;partially implemented\nA.5.30;Contract;;alternative
A.6.7;Legal requirement;All work in the office;not applicable\n"
    );
    let text = yaml(&table, ISO);
    assert!(
        !text.contains("    missing:") && !text.contains("    rationale:"),
        "{text}"
    );
    assert!(text.contains("note: \"8.8: Best practice\""), "{text}");
    assert!(
        text.contains("because: \"iso-27002-2022 6.7: All work in the office\""),
        "{text}"
    );
    // A reason under a neutral heading beside `partial` is what is missing; beside `alternative` it
    // may be anything.
    let text = yaml(
        "Control;Justification;Status\nA.8.8;Two hosts are old;partial\n",
        ISO,
    );
    assert!(text.contains("missing: \"Two hosts are old\""), "{text}");
    let text = yaml(
        "Control;Justification;Status\nA.5.30;Contract;alternative\n",
        ISO,
    );
    assert!(!text.contains("rationale:"), "{text}");
}

/// Spreadsheets save 5.10 as 5.1.
#[test]
fn a_number_that_may_have_lost_its_zero_is_reported() {
    let shortened = "Control;Status\n5.1;implemented\n5.2;implemented\n5.4;planned\n";
    let statement = read(shortened, ISO).unwrap();
    let warned: Vec<String> = statement.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(warned.len(), 2, "{warned:?}");
    assert!(warned[0].contains("ambiguous-reference") && warned[0].contains("`5.10`"));
    let text = propose(&statement).to_yaml();
    assert!(
        text.contains("5.1 (implemented; or 5.10 without its zero)"),
        "{text}"
    );
    for kept in [
        "Control;Status\n5.1;implemented\n5.10;implemented\n",
        "Control;Status\n5.1;implemented\n8.20;implemented\n",
        "Control;Status\nA.5.1;implemented\nA.5.2;implemented\n",
        "Control;Status\n5.4;implemented\n7.7;implemented\n",
        "Control,Status\n\"=\"\"5.1\"\"\",implemented\n'5.2,implemented\n",
    ] {
        assert!(read(kept, ISO).unwrap().warnings.is_empty(), "{kept}");
    }
    let told = faults("Control;Status\n5.1;implemented\n5.1;planned\n", ISO);
    assert!(
        told[0].starts_with("repeated-item") && told[0].contains("`5.10`"),
        "{told:?}"
    );
    let told = faults("Control;Status\nA.5.1;implemented\nA.5.1;planned\n", ISO);
    assert!(!told[0].contains("5.10"), "{told:?}");
}

#[test]
fn a_reference_is_read_in_the_forms_in_which_people_write_it() {
    for (framework, written, reference) in [
        (ISO, "A.5.15 Access control", "5.15"),
        (ISO, "A.5.15 - Access control", "5.15"),
        (ISO, "A.5.15: Access control", "5.15"),
        (ISO, "5.15. Access control", "5.15"),
        (ISO, "a.8.5", "8.5"),
        (ISO, "A5.16", "5.16"),
        (ISO, "A 5.16", "5.16"),
        (ISO, "A.5.01", "5.1"),
        (ISO, "ISO27001:2022 A.5.17", "5.17"),
        (ISO, "ISO/IEC 27001:2022 - A.5.17", "5.17"),
        (ISO, "ISO 27002 5.17", "5.17"),
        (ISO, "Annex A 5.18", "5.18"),
        (ISO, "Control 5.18", "5.18"),
        (ISO, "A.8.7\u{a0}", "8.7"),
        (ISO, "\u{200b}8.7", "8.7"),
        (ISO, "\"=\"\"5.10\"\"\"", "5.10"),
        (ISO, "'5.15", "5.15"),
        (SP, "AC-6 (5)", "AC-6(5)"),
        (SP, "ac-6.7", "AC-6(7)"),
        (SP, "AC-03", "AC-3"),
        (SP, "AC-06(09)", "AC-6(9)"),
        (SP, "ac-5", "AC-5"),
        (SP, "AC 5", "AC-5"),
        (SP, "NIST SP 800-53 AC-5 Separation of Duties", "AC-5"),
        (SP, "AC-2(12) Account Monitoring", "AC-2(12)"),
        (CSF, "PR.AA-1", "PR.AA-01"),
        (CSF, "pr.aa-01: Identities are managed", "PR.AA-01"),
        (CSF, "CSF 2.0 PR.AA-01", "PR.AA-01"),
        ("ccss-9.0", "1.5.10", "1.05.10"),
        ("iso-27002-2013", "A.12.04.01", "12.4.1"),
    ] {
        let table = format!("Control;Status\n{written};implemented\n");
        let found = read(table.as_str(), framework);
        let found = found.unwrap_or_else(|faults| panic!("{written}: {faults}"));
        let found: Vec<&String> = found.lines.keys().collect();
        assert_eq!(found, [reference], "{written}");
    }
}

#[test]
fn a_reference_with_two_meanings_is_not_read() {
    for (framework, written) in [
        (ISO, "A.5.15, A.5.16"),
        (ISO, "5.15 and 5.16"),
        (ISO, "5.1-5.8"),
        (ISO, "5.1 - 5.8"),
        (ISO, "5.15.1"),
        (ISO, "5.15a"),
        (ISO, "5.1 0"),
        (ISO, "5-15"),
        (ISO, "5,15"),
        (ISO, "-5.15"),
        (ISO, "B.5.15"),
        (ISO, "ISO27001:2013 A.5.17"),
        (ISO, "see 5.15"),
        (SP, "AC-2 (99)"),
        (SP, "AC-2a"),
        (SP, "AC-2, AC-3"),
        (CSF, "GV.OC-99"),
        (CSF, "GV.OC"),
    ] {
        let table = format!("Control;Status\n\"{written}\";implemented\n");
        let told = faults(table, framework);
        assert_eq!(told.len(), 1, "{written}: {told:?}");
        assert!(told[0].starts_with("unknown-reference"), "{told:?}");
    }
    let told = faults("Control;Status\n\"A.5.15, A.5.16\";implemented\n", ISO);
    assert!(told[0].contains("several references"), "{told:?}");
}

#[test]
fn headings_of_real_statements_are_recognized() {
    for heading in [
        "#",
        "Control #",
        "Control Ref",
        "Control Ref.",
        "ISO 27001 Control",
        "Annex A Ref",
        "Annex A Control Reference",
        "ISO/IEC 27001:2022 Control",
        "Ref ID",
        "Subcategory",
        "Requirement ID",
        "Control Identifier",
        "Control_ID",
        "Nr.",
    ] {
        let table = format!("\"{heading}\",Status\nA.5.15,implemented\n");
        assert_eq!(references(&table, ISO), ["5.15"], "{heading}");
    }
    for (heading, cell) in [
        ("Applicable?", "yes"),
        ("Applicable (Y/N)", "Y"),
        ("Applicable (Yes/No)", "Yes"),
        ("Appl", "Yes"),
        ("In scope", "yes"),
        ("Included", "yes"),
        ("Included?", "x"),
        ("Applicability Decision", "Applicable"),
        ("Is applicable", "1"),
    ] {
        let table = format!("Control ID,\"{heading}\"\nA.5.15,{cell}\nA.5.16,no\n");
        assert_eq!(references(&table, ISO), ["5.15", "5.16"], "{heading}");
    }
    for (heading, cell) in [
        ("Implemented?", "yes"),
        ("Implemented (Y/N)", "Y"),
        ("Control Status", "implemented"),
        ("Current Status", "implemented"),
        ("Status of implementation", "implemented"),
        ("Compliance Status", "compliant"),
        ("Implementation level", "100 %"),
        ("Implementation\nStatus", "implemented"),
        ("Status [2026]", "implemented"),
    ] {
        let table = format!("Control ID,\"{heading}\"\nA.5.15,{cell}\n");
        let statement =
            read(table.as_str(), ISO).unwrap_or_else(|told| panic!("{heading}: {told}"));
        let stated = format!("{:?}", statement.lines["5.15"].stated);
        assert_eq!(stated, "Status(Implemented)", "{heading}");
    }
    // Of several columns that may hold the reference, it is the one that does.
    let named = "No;Control ID;Control;Status\n1;A.5.15;Access control;implemented\n";
    assert_eq!(references(named, ISO), ["5.15"]);
    let told = faults("ISO 27001:2013 Control;Status\nA.9.1.1;planned\n", ISO);
    assert!(told[0].starts_with("missing-column"), "{told:?}");
}

#[test]
fn words_of_other_tools_are_statuses_or_say_nothing() {
    for (word, status) in [
        ("In Progress", "planned"),
        ("Not started", "not-implemented"),
        ("Compliant", "implemented"),
        ("partially_compliant", "partial"),
        ("non_compliant", "not-implemented"),
        ("Done", "implemented"),
        ("✅ Implemented", "implemented"),
        ("Partially", "partial"),
        ("100%", "implemented"),
        ("60 %", "partial"),
        ("0%", "not-implemented"),
        ("Implemented.", "implemented"),
        ("Not Implemented", "not-implemented"),
        ("Out of scope", "not-applicable"),
        ("Not Tested", ""),
        ("TBC", ""),
        ("TBD", ""),
        ("not_assessed", ""),
        ("-", ""),
        ("–", ""),
        ("?", ""),
        ("Unknown", ""),
    ] {
        let table = format!("Control;Status\nA.5.15;{word}\n");
        let statement = read(table.as_str(), ISO).unwrap_or_else(|told| panic!("{word}: {told}"));
        let stated = format!("{:?}", statement.lines["5.15"].stated);
        let status: Option<Status> = status.parse().ok();
        let wanted = status.map_or("Unstated".to_owned(), |status| {
            format!("Status({status:?})")
        });
        assert_eq!(stated, wanted, "{word}");
    }
    let text = yaml("Control;Status\nA.5.15;In Progress\n", ISO);
    assert!(
        text.contains("5.15 (planned: \\\"In Progress\\\")")
            || text.contains("5.15 (planned: In Progress)"),
        "{text}"
    );
    for word in [
        "Implemented (partially)",
        "N/A - Remote",
        "implementd",
        "Level 3",
        "❌ Implemented",
        "-100 %",
        "- 100 %",
        "\u{2212}5 %",
        "_50 %",
        "1-00 %",
        "-implemented",
        "\u{2013}implemented",
        "--done",
        "...implemented",
        ": yes",
    ] {
        let told = faults(format!("Control;Status\nA.5.15;{word}\n"), ISO);
        assert!(told[0].starts_with("unknown-word"), "{told:?}");
        assert!(
            told[0].contains("leave the cell empty if the control has not been assessed"),
            "{told:?}"
        );
    }
    assert_eq!(Status::words().len(), 7);
}

#[test]
fn a_cell_is_no_longer_than_a_text_in_an_assessment() {
    let table = |length: usize| {
        let note = "x".repeat(length);
        format!("Control;Status;Remark\nA.5.15;implemented;{note}\nA.8.24;implemented;{note}\n")
    };
    assert!(faults(table(10_001), ISO)[0].starts_with("limit-exceeded"));
    // A note of two references is cut, so that the proposals can be checked alone.
    let proposals = yaml(&table(10_000), ISO);
    let files = AssessmentFiles::from_text("proposals.yaml", proposals);
    files.resolve(Catalog::builtin()).unwrap();
}

#[test]
fn the_separator_is_recognized_from_the_headings() {
    for table in [
        "Subcategory\tStatus\nPR.AA-01\tplanned\n",
        "Subcategory;Status\nPR.AA-01;planned\n",
        "Subcategory|Status\nPR.AA-01|planned\n",
        "sep=;\nControl;Status\nPR.AA-01;planned\n",
        "\u{feff}SEP=\t\r\nControl\tStatus\r\nPR.AA-01\tplanned\r\n",
        "\"sep=;\"\r\nControl;\"Status\"\r\nPR.AA-01;planned\r\n",
    ] {
        assert_eq!(references(table, CSF), ["PR.AA-01"], "{table}");
    }
    for separator in ['\t', ';', ',', '|'] {
        let told = faults(
            format!("Fonction{separator}Status\nPR.AA-01{separator}planned\n"),
            CSF,
        );
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("missing-column: missing column for references"));
        assert!(told[0].contains("`Fonction`"), "{told:?}");
    }
}

/// A fault below a line `sep=` has its place in the file.
#[test]
fn a_line_with_the_separator_moves_no_location() {
    let told = read("sep=;\nControl;Status\n9.99;planned\n", ISO).unwrap_err();
    let place = told.iter().next().unwrap().location.clone().unwrap();
    assert_eq!((place.line, place.column), (3, 1));
}

#[test]
fn files_that_are_no_table_are_named() {
    let mut workbook = b"PK\x03\x04\x14\x00\x06\x00".to_vec();
    workbook.extend([0xff; 40]);
    for (bytes, named) in [
        (workbook, "XLSX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), "XLS"),
        (b"%PDF-1.7\n\xe2\xe3".to_vec(), "PDF"),
        (
            "# SoA\n\n| Control | Status |\n|---|---|\n| A.5.15 | planned |\n".into(),
            "Markdown",
        ),
        (
            "| Control | Status |\n|:--|--:|\n| A.5.15 | planned |\n".into(),
            "Markdown",
        ),
        (b"\xff\xfeC\x00o\x00".to_vec(), "UTF-16"),
        // Another program counts another number of lines.
        (
            b"Control;Status\rA.5.15;planned\r".to_vec(),
            "carriage return without a line feed",
        ),
    ] {
        let told = faults(bytes, ISO);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains(named), "{told:?}");
    }
}

/// Lines between groups of controls carry a number and a name, and nothing is stated about them.
#[test]
fn a_row_that_states_nothing_is_listed() {
    let table = "Control;Title;Status\n5;Organizational controls;\nA.5.15;Access;planned\n";
    assert_eq!(references(table, ISO), ["5.15"]);
    assert!(not_imported(table, ISO, "5").contains("no status"));
}

/// The line break of a file is not part of what its cells say.
#[test]
fn line_breaks_within_cells_are_plain() {
    let table = "Control;Status;Justification\r\nA.8.8;partial;\"Two hosts\r\n- a\r\n- b\"\r\n";
    let text = yaml(table, ISO);
    assert!(
        text.contains("missing: \"Two hosts\\n- a\\n- b\""),
        "{text}"
    );
}

/// Each row of a statement is proposed, or listed with the reason.
#[test]
fn no_row_of_a_statement_is_lost() {
    let catalog = Catalog::builtin();
    let words = [
        "implemented",
        "planned",
        "n/a",
        "TBC",
        "",
        "applicable",
        "not started",
        "50 %",
    ];
    let frameworks: Vec<String> = catalog
        .frameworks()
        .keys()
        .map(ToString::to_string)
        .collect();
    let row = (proptest::num::usize::ANY, 0..words.len(), 0..4_usize);
    let rows = (0..frameworks.len(), proptest::collection::vec(row, 1..40));
    custody_testing::run(300, rows, |(framework, rows)| {
        let framework = frameworks[*framework].as_str();
        let entry = &catalog.frameworks()[framework];
        let all: Vec<&String> = entry.references.keys().chain(&entry.withdrawn).collect();
        let (mut table, mut written) = ("Control;Title;Status\n".to_owned(), BTreeSet::new());
        for (nth, word, form) in rows {
            let reference = all[nth % all.len()];
            if written.insert(reference) {
                let cell = match form {
                    0 => reference.to_lowercase(),
                    1 => format!("{reference} A title"),
                    2 => format!("'{reference}"),
                    _ => reference.clone(),
                };
                table.push_str(&format!("{cell};A title;{}\n", words[*word]));
            }
        }
        let proposals = propose(&read(table.as_str(), framework).unwrap());
        let listed: BTreeSet<&str> = proposals
            .not_imported
            .iter()
            .map(|entry| entry.what.as_str())
            .collect();
        for reference in written {
            let is_of = |control: &custody_controls::id::ControlId| {
                let mapped = catalog.crosswalk(control);
                let mapped = mapped.and_then(|mapped| mapped.references.get(framework));
                mapped.is_some_and(|mapped| mapped.contains(reference))
            };
            let accounted = |id: &custody_controls::id::ControlId| {
                proposals.document.claims.get(id).is_some_and(|claim| {
                    let proposed = claim.as_ref().and_then(|claim| claim.proposed.as_deref());
                    proposed.is_some_and(|proposed| proposed.contains(reference))
                }) || listed.contains(id.as_str())
            };
            let mut touching = catalog
                .controls()
                .map(|control| &control.id)
                .filter(|id| is_of(id))
                .peekable();
            let is_kept = touching.peek().is_some() && touching.all(accounted);
            proptest::prop_assert!(
                listed.contains(reference.as_str()) || is_kept,
                "{}\n{}",
                reference,
                table
            );
        }
        Ok(())
    });
}

/// A document of another tool gives one error, which names what it is.
#[test]
fn documents_of_other_tools_are_named() {
    for (name, text, named) in [
        (
            "a.json",
            r#"{ "assessment-results": { "uuid": "1", "results": [] } }"#,
            "OSCAL",
        ),
        ("a.yaml", "system-security-plan: { uuid: x }\n", "OSCAL"),
        (
            "a.yaml",
            "profile: { uuid: x, metadata: { title: x }, imports: [] }\n",
            "OSCAL",
        ),
        (
            "a.yaml",
            "schema_version: 3.0.0\nname: AU\nsatisfies: []\n",
            "OpenControl",
        ),
        (
            "a.yaml",
            "schema_version: 1.0.0\nname: x\ncertifications: [a]\n",
            "OpenControl",
        ),
        (
            "a.yaml",
            "urn: urn:x:y\nlocale: en\nref_id: R\nname: R\nobjects: {}\n",
            "CISO Assistant",
        ),
        (
            "a.json",
            r#"{ "$schema": "s", "version": "2.1.0", "runs": [] }"#,
            "SARIF",
        ),
        (
            "a.json",
            r#"{ "schema": "custody-controls/report/2", "facts": {} }"#,
            "result of custody",
        ),
    ] {
        let files = AssessmentFiles::from_text(name, text);
        let assessment = files.resolve(Catalog::builtin()).unwrap_err();
        for faults in [assessment, Catalog::from_text(name, text).unwrap_err()] {
            assert_eq!(faults.len(), 1, "{faults}");
            let fault = faults.iter().next().unwrap();
            assert_eq!(fault.code.to_string(), "foreign-document");
            assert!(fault.message.contains(named), "{faults}");
        }
    }
}

/// What PowerShell redirects into a file is UTF-16, whatever reads it.
#[test]
fn a_baseline_in_utf16_is_named() {
    let mut text = vec![0xff, 0xfe];
    text.extend(
        "{\"schema\": \"x\"}"
            .encode_utf16()
            .flat_map(u16::to_le_bytes),
    );
    let faults = custody_controls::difference::baseline::Baseline::from_json("b.json", &text);
    let faults = faults.unwrap_err().to_string();
    assert!(
        faults.contains("not-utf8") && faults.contains("UTF-16"),
        "{faults}"
    );
}

/// A statement in the words of Annex A is read as one of the controls that the annex lists.
#[test]
fn the_annex_of_iso_27001_has_the_controls_of_iso_27002() {
    let table = "Control;Status\nA.5.1;planned\n8.24;implemented\n";
    for (name, listed_as) in [
        ("iso-27001", "iso-27002-2022"),
        ("iso-27001-2022", "iso-27002-2022"),
        ("iso-27002", "iso-27002-2022"),
    ] {
        let statement = read(table, name).unwrap();
        assert_eq!(statement.framework.as_str(), listed_as);
        assert!(statement.lines.contains_key("5.1") && statement.lines.contains_key("8.24"));
    }
    let faults = read("Control;Status\nA.9.1.1;planned\n", "iso-27001").unwrap_err();
    let help = faults.iter().next().unwrap().help.clone().unwrap();
    assert!(
        help.contains("`iso-27002-2013` and became `5.15`"),
        "{help}"
    );
    let faults = read(table, "iso-27001-2005").unwrap_err();
    let help = faults.iter().next().unwrap().help.clone().unwrap();
    assert_eq!(help, "use `iso-27001-2013` or `iso-27001-2022`");
}
