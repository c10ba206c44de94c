//! Broken invariants are internal errors, and never look like a result.

use custody_controls::index::{CellIndex, SubjectIndex};
use custody_controls::{AssessmentFiles, Catalog, Error, Settings};
use custody_testing::golden;

fn packs() -> [Vec<u8>; 2] {
    Catalog::pack(&golden::path("controls")).unwrap()
}

fn unpack([catalog, annex]: &[Vec<u8>; 2]) -> Result<Catalog, Error> {
    Catalog::unpack([catalog, annex])
}

#[test]
fn a_whole_pack_is_the_builtin_catalog() {
    let catalog = unpack(&packs()).unwrap();
    let builtin = Catalog::builtin();
    assert_eq!(catalog.sha256(), builtin.sha256());
    assert_eq!(catalog.clauses(), builtin.clauses());
    assert_eq!(catalog.warnings(), builtin.warnings());
}

#[test]
fn a_damaged_pack_is_an_internal_error() {
    let whole = packs();
    for part in 0..2 {
        for end in [0, 1, 100, whole[part].len() / 2, whole[part].len() - 1] {
            let mut damaged = whole.clone();
            damaged[part].truncate(end);
            let error = unpack(&damaged).unwrap_err();
            assert!(matches!(error, Error::Internal { .. }), "{end}: {error}");
        }
    }
    // Parts of different catalogs, each whole.
    let folder = golden::path("examples/profiles/core.yaml");
    let other = Catalog::pack(&folder).unwrap();
    let error = unpack(&[whole[0].clone(), other[1].clone()]).unwrap_err();
    assert!(error.to_string().contains("lacks the details"), "{error}");
}

/// Whatever a byte of a pack is changed to, what is unpacked can be evaluated or is refused.
#[test]
fn a_pack_with_any_changed_byte_is_refused_or_consistent() {
    let [catalog, annex] = packs();
    let text = golden::read("examples/small-firm.yaml");
    for at in (0..catalog.len()).step_by(67) {
        let mut damaged = catalog.clone();
        damaged[at] ^= 0x11;
        match Catalog::unpack([&damaged, &annex]) {
            Err(error) => assert!(matches!(error, Error::Internal { .. }), "{at}: {error}"),
            Ok(catalog) => {
                let files = AssessmentFiles::from_text("small-firm.yaml", text.as_str());
                if let Ok(assessment) = files.resolve(&catalog) {
                    let settings = Settings::on(assessment.period().to);
                    assessment.measure(&settings).gaps();
                }
            }
        }
    }
}

/// An index of another assessment ends the computation; it does not look like a verdict.
#[test]
#[should_panic(expected = "an invariant of custody-controls holds")]
fn an_index_of_another_assessment_is_no_verdict() {
    let measured = |text: &str| {
        let files = AssessmentFiles::from_text("a.yaml", text);
        let assessment = files.resolve(Catalog::builtin()).unwrap();
        let settings = Settings::on(assessment.period().to);
        assessment.measure(&settings)
    };
    let (few, many) = (
        measured(&golden::read("examples/small-firm.yaml")),
        measured(&golden::read("examples/exchange.yaml")),
    );
    let last: SubjectIndex = many.assessment().subject_indices().last().unwrap();
    let control = many.assessment().catalog().control_index("9.3.7.3-a");
    few.verdict_at(CellIndex {
        subject: last,
        control: control.unwrap(),
    });
}

/// So many warnings that no more are reported hide no error behind them.
#[test]
fn warnings_do_not_hide_errors() {
    use std::fmt::Write;
    let controls = 1_100;
    let mut catalog = String::from(
        "catalog: { id: large, title: Large, standard: None, edition: none, version: 0.1.0, published: 2026-01-01 }
clauses:
  \"1\": { title: Keys, kind: control, summary: Keys. }
risks:
  key-lost:
    { clause: \"1\", title: A key is lost, severity: critical, threats: [loss], factors: [operation-error],
      actors: [insider], assets: [signature-key], consequence: None., source: None, provenance: own }
families:
  keys:
    title: Keys
    order: 1
    controls:
",
    );
    let mut claims = String::new();
    for number in 0..controls {
        let _ = writeln!(
            catalog,
            "      c-{number:05}: {{ clause: \"1\", title: Control, statement: Control., treats: {{ directly: [key-lost] }}, subject: wallet, when: [[hsm]], functions: [corrective], evidence: [record], techniques: [examine], source: None, strength: must, provenance: own }}"
        );
        let _ = writeln!(
            claims,
            "  c-{number:05}: {{ status: implemented, evidence: [{}] }}",
            if number + 1 == controls {
                "nothing"
            } else {
                ""
            }
        );
    }
    let catalog = Catalog::from_text("large.yaml", catalog).unwrap_or_else(|all| panic!("{all}"));
    let text = format!(
        "assessment: many
title: Many
catalog: large
custodian: {{ name: Firm }}
period: {{ from: 2026-01-01, to: 2026-12-31 }}
organization: {{ channels: [] }}
wallets: {{ w: {{ tier: hot, traits: [software-wallet] }} }}
claims:
{claims}"
    );
    let diagnostics = AssessmentFiles::from_text("many.yaml", text)
        .resolve(&catalog)
        .expect_err("the evidence is not declared");
    assert!(diagnostics.has_errors());
}
