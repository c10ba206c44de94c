//! Three documented losses, one of them twice, assessed as of the day before: what the algebra says on its own, and that
//! nothing stands in the files but what a source is cited for.

use custody_controls::supports::{Support, SupportKind};
use custody_controls::taxonomy::{GapKind, RiskVerdict, Severity, Verdict};
use custody_controls::{Assessment, AssessmentFiles, Catalog, Coverage, Settings};
use custody_testing::examples::profile;
use custody_testing::golden;
use std::collections::BTreeSet;

struct Incident {
    name: &'static str,
    /// The profile that it is assessed against; the built-in catalog if it is none.
    profile: Option<&'static str>,
    /// The day before the loss.
    day: &'static str,
    /// Every cell that a source speaks of, with its verdict; all others are unknown.
    cells: &'static [(&'static str, Verdict)],
    /// Every risk that is untreated, as `risk@subject`.
    untreated: &'static [&'static str],
    /// Some risks that are not, because something holds.
    partly: &'static [&'static str],
    /// Gaps that must be there.
    gaps: &'static [(&'static str, GapKind, Severity)],
    /// Everything that alone holds up a risk, as it is named, with how many risks fall with it.
    single: &'static [(SupportKind, &'static str, usize)],
}

impl Incident {
    fn file(&self) -> String {
        let folder = self.profile.unwrap_or("incidents");
        format!("examples/{folder}/{}.yaml", self.name)
    }
}

use Verdict::{Absent, Effective, Partial};

const INCIDENTS: [Incident; 4] = [
    Incident {
        name: "2018-01-single-signature",
        profile: None,
        day: "2018-01-25",
        cells: &[
            ("9.3.10.3-a@organization", Absent),
            ("9.3.7.1-b@nem-hot", Absent),
            ("9.3.7.2-m@nem-hot", Partial),
            ("9.3.7.5-a@nem-hot", Absent),
            ("9.3.9.4-f@nem-hot", Absent),
        ],
        untreated: &[
            "8.2.2.3-b@nem-hot",
            "8.2.2.4-c@nem-hot",
            "8.2.2.4-d@nem-hot",
            "8.2.2.4-e@nem-hot",
            "8.2.2.4-f@nem-hot",
            "8.2.2.5-a@nem-hot",
            "8.2.2.5-b@nem-hot",
            "8.2.2.5-c@nem-hot",
            "8.2.2.5-d@nem-hot",
            "8.2.2.5-e@nem-hot",
            "8.2.2.5-f@nem-hot",
            "8.2.2.5-g@nem-hot",
            "8.2.2.5-h@nem-hot",
            "8.2.2.5-k@nem-hot",
        ],
        partly: &["8.2.2.4-a@nem-hot", "8.2.2.4-b@nem-hot"],
        gaps: &[
            (
                "9.3.7.1-b@nem-hot",
                GapKind::NotImplemented,
                Severity::Critical,
            ),
            (
                "9.3.7.5-a@nem-hot",
                GapKind::NotImplemented,
                Severity::Critical,
            ),
            ("9.3.7.2-m@nem-hot", GapKind::Partial, Severity::High),
            (
                "8.2.2.4-f@nem-hot:no-detection",
                GapKind::NoDetection,
                Severity::High,
            ),
        ],
        single: &[(SupportKind::Control, "9.3.7.2-m", 2)],
    },
    Incident {
        name: "2018-12-one-person",
        profile: None,
        day: "2018-12-08",
        cells: &[
            ("9.3.3-c@organization", Absent),
            ("9.3.5-c@organization", Absent),
            ("9.3.6.2-l@btc-cold", Absent),
            ("9.3.6.2-l@hot", Absent),
            ("9.3.6.2-m@organization", Absent),
            ("9.3.7.1-b@hot", Partial),
            ("9.3.7.2-b@btc-cold", Partial),
            ("9.3.7.2-d@btc-cold", Absent),
            ("9.3.7.2-i@btc-cold", Absent),
            ("9.3.7.2-j@btc-cold", Absent),
            ("9.3.7.4-a@btc-cold", Partial),
            ("9.3.7.4-d@btc-cold", Absent),
            ("9.3.7.5-a@btc-cold", Absent),
            ("9.3.8-d@btc-cold", Absent),
        ],
        untreated: &[
            "8.2.2.3-a@hot",
            "8.2.2.3-c@btc-cold",
            "8.2.2.3-d@btc-cold",
            "8.2.2.3-d@hot",
            "8.2.2.3-g@btc-cold",
            "8.2.2.3-h@btc-cold",
            "8.2.2.4-a@hot",
            "8.2.2.4-d@hot",
            "8.2.2.5-f@btc-cold",
            "8.2.2.5-i@btc-cold",
            "8.2.2.5-k@btc-cold",
            "8.2.3-b@organization",
        ],
        partly: &["8.2.2.3-a@btc-cold", "8.2.2.4-e@btc-cold", "8.2.2.5-k@hot"],
        gaps: &[
            (
                "9.3.7.2-d@btc-cold",
                GapKind::NotImplemented,
                Severity::Critical,
            ),
            (
                "9.3.8-d@btc-cold",
                GapKind::NotImplemented,
                Severity::Critical,
            ),
            ("9.3.7.2-b@btc-cold", GapKind::Partial, Severity::High),
        ],
        single: &[
            (SupportKind::Person, "cotten", 21),
            (SupportKind::Evidence, "affidavit-procedure", 11),
            (SupportKind::Control, "9.3.7.1-b", 11),
            (SupportKind::Evidence, "affidavit-keys", 5),
            (SupportKind::Control, "9.3.7.2-b", 5),
            (SupportKind::Control, "9.3.7.4-a", 3),
        ],
    },
    Incident {
        name: "2025-02-shown-another",
        profile: None,
        day: "2025-02-20",
        cells: &[
            ("9.3.12-a@organization", Effective),
            ("9.3.7.4-d@eth-cold", Effective),
            ("9.3.7.4-e@eth-cold", Absent),
            ("9.3.7.5-a@eth-cold", Effective),
            ("9.3.7.5-c@eth-cold", Partial),
        ],
        untreated: &["8.2.2.5-h@eth-cold", "8.2.2.6-e@eth-cold"],
        partly: &[
            "8.2.2.5-a@eth-cold",
            "8.2.2.5-c@eth-cold",
            "8.2.2.5-d@eth-cold",
        ],
        gaps: &[
            (
                "9.3.7.4-e@eth-cold",
                GapKind::NotImplemented,
                Severity::Critical,
            ),
            ("9.3.7.5-c@eth-cold", GapKind::Partial, Severity::High),
            (
                "8.2.2.5-d@eth-cold:no-detection",
                GapKind::NoDetection,
                Severity::High,
            ),
        ],
        single: &[
            (SupportKind::Control, "9.3.7.5-c", 4),
            (SupportKind::Control, "9.3.7.4-d", 1),
        ],
    },
    Incident {
        name: "2025-02-shown-another",
        profile: Some("modern-custody"),
        day: "2025-02-20",
        cells: &[
            ("9.3.12-a@organization", Effective),
            ("9.3.7.4-d@eth-cold", Effective),
            ("9.3.7.4-e@eth-cold", Absent),
            ("9.3.7.5-a@eth-cold", Effective),
            ("9.3.7.5-c@eth-cold", Partial),
            ("mc-9.3.10.4-d@eth-cold", Absent),
            ("mc-9.3.7.4-c@eth-cold", Absent),
            ("mc-9.3.7.4-d@eth-cold", Absent),
            ("mc-9.3.7.5-h@eth-cold", Absent),
            ("mc-9.3.7.6-a@eth-cold", Absent),
        ],
        untreated: &[
            "8.2.2.5-h@eth-cold",
            "8.2.2.6-e@eth-cold",
            "mc-8.2.2.5-f@eth-cold",
            "mc-8.2.2.5-h@eth-cold",
            "mc-8.2.2.6-a@eth-cold",
        ],
        partly: &["8.2.2.5-c@eth-cold", "8.2.2.5-d@eth-cold"],
        gaps: &[
            (
                "mc-9.3.7.4-c@eth-cold",
                GapKind::NotImplemented,
                Severity::Critical,
            ),
            (
                "mc-9.3.7.5-h@eth-cold",
                GapKind::NotImplemented,
                Severity::Critical,
            ),
            (
                "mc-9.3.7.6-a@eth-cold",
                GapKind::NotImplemented,
                Severity::Critical,
            ),
        ],
        single: &[
            (SupportKind::Control, "9.3.7.5-c", 4),
            (SupportKind::Control, "9.3.7.4-d", 1),
        ],
    },
];

/// An incident with its assessment, which must be without a fault and without a warning.
fn each(look: impl Fn(&Incident, &Assessment)) {
    for incident in &INCIDENTS {
        let file = incident.file();
        let catalog = incident.profile.map(profile);
        let catalog = catalog.as_ref().unwrap_or(Catalog::builtin());
        let assessment = AssessmentFiles::from_text(&file, golden::read(&file))
            .resolve(catalog)
            .unwrap_or_else(|faults| panic!("{faults}"));
        let warnings = assessment.warnings();
        assert!(warnings.is_empty(), "{warnings}");
        look(incident, &assessment);
    }
}

/// The assessment on the last day of its period, which is the day that is asked about by default.
fn measured(assessment: &Assessment) -> Coverage {
    assessment.measure(&Settings::on(assessment.period().to))
}

#[test]
fn no_incident_is_forgotten() {
    let folder = std::fs::read_dir(golden::path("examples/incidents")).unwrap();
    let found: BTreeSet<String> = folder
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".yaml").map(str::to_owned))
        .collect();
    assert_eq!(
        found,
        INCIDENTS.iter().map(|it| it.name.to_owned()).collect()
    );
}

#[test]
fn each_claim_cites_a_public_source_that_speaks_of_the_day_before() {
    each(|incident, assessment| {
        let document = assessment.document();
        let period = assessment.period();
        assert_eq!(period.from, period.to, "the day before, and no other");
        assert_eq!(period.to.to_string(), incident.day);
        let mut cited = BTreeSet::new();
        for (control, claim) in &document.claims {
            let claim = claim
                .as_ref()
                .expect("an entry without a claim says nothing");
            let own = claim
                .status
                .map(|_| [&claim.evidence, &claim.part_evidence, &claim.observations]);
            let narrowed = claim.wallets.values().map(|narrowed| {
                let narrowed = narrowed.as_ref().expect("nor does a narrowed one");
                [
                    &narrowed.evidence,
                    &narrowed.part_evidence,
                    &narrowed.observations,
                ]
            });
            for evidence in own.into_iter().chain(narrowed) {
                let evidence: Vec<_> = evidence.into_iter().flatten().collect();
                assert!(!evidence.is_empty(), "{control} cites nothing");
                cited.extend(evidence);
            }
        }
        for (id, item) in &document.evidence {
            assert!(
                item.locator.starts_with("https://"),
                "{id}: {}",
                item.locator
            );
            let years = item.title.split(|c: char| !c.is_ascii_digit());
            let years = years.filter_map(|digits| digits.parse::<u16>().ok());
            assert!(
                years.max() >= incident.day[..4].parse().ok(),
                "{id} does not say when it was published"
            );
            assert!(item.collected <= period.to, "{id} speaks only afterwards");
            assert_eq!(item.valid_until, Some(period.to), "{id}");
            assert!(cited.contains(id), "nothing rests on {id}");
        }
        assert!(document.accepted_risks.is_empty(), "nothing was published");
    });
}

#[test]
fn what_no_source_speaks_of_is_unknown() {
    each(|incident, assessment| {
        let coverage = measured(assessment);
        let mut known: Vec<(String, Verdict)> = coverage
            .cells()
            .map(|cell| {
                let name = format!("{}@{}", cell.control.id, cell.subject.id);
                (name, cell.verdict)
            })
            .filter(|(_, verdict)| *verdict != Verdict::Unknown)
            .collect();
        known.sort();
        let told: Vec<(String, Verdict)> = incident
            .cells
            .iter()
            .map(|(name, verdict)| ((*name).to_owned(), *verdict))
            .collect();
        assert_eq!(known, told, "{}", incident.name);

        let tally = coverage.tally();
        let all = assessment.cell_count() as u64;
        let known = told.len() as u64;
        assert_eq!(tally.count(Verdict::Unknown), all - known);
        assert_eq!(tally.denominator(), all);
        let absent = tally.count(Absent) + tally.count(Partial);
        assert_eq!(tally.proven().numerator, known - absent);
        assert_eq!(tally.possible().numerator, all - absent);
    });
}

#[test]
fn the_report_names_what_was_uncovered() {
    each(|incident, assessment| {
        let coverage = measured(assessment);
        let with = |wanted: RiskVerdict| -> BTreeSet<String> {
            let outcomes = coverage.outcomes();
            outcomes
                .filter(|(.., outcome)| outcome.verdict == wanted)
                .map(|(risk, subject, _)| format!("{}@{}", risk.id, subject.id))
                .collect()
        };
        let untreated = incident.untreated.iter().map(|&it| it.to_owned());
        assert_eq!(with(RiskVerdict::Untreated), untreated.collect());
        let partly = with(RiskVerdict::PartlyTreated);
        for &risk in incident.partly {
            assert!(partly.contains(risk), "{risk}: {partly:?}");
        }
        assert!(with(RiskVerdict::Treated).is_empty(), "too little is known");

        let report = coverage.report();
        for (id, kind, severity) in incident.gaps {
            let gap = report.gaps.iter().find(|gap| gap.id == *id);
            let gap = gap.unwrap_or_else(|| panic!("{id} is no gap"));
            assert_eq!((gap.kind, gap.severity), (*kind, *severity), "{id}");
        }
        // Each claim that falls short says so with its line and, where it has them, its own words.
        let document = assessment.document();
        for (name, verdict) in incident.cells {
            if *verdict == Effective {
                continue;
            }
            let gap = report.gaps.iter().find(|gap| gap.id == *name);
            let because = &gap.unwrap_or_else(|| panic!("{name} is no gap")).because[0];
            assert!(because.location.is_some(), "{name}");
            let (control, subject) = name.split_once('@').unwrap();
            let claim = document.claims[control].as_ref().unwrap();
            let narrowed = claim.wallets.get(subject).and_then(Option::as_ref);
            let (missing, note) = narrowed.map_or((&claim.missing, &claim.note), |narrowed| {
                (&narrowed.missing, &narrowed.note)
            });
            for words in [missing, note].into_iter().flatten() {
                let words = words.trim_end_matches('.');
                assert!(because.to_string().contains(words), "{name}: {because}");
            }
        }
    });
}

#[test]
fn what_little_held_rested_on_one_support() {
    each(|incident, assessment| {
        let coverage = measured(assessment);
        let supports = coverage.supports(2);
        let single: Vec<(SupportKind, &str, usize)> = supports
            .single
            .iter()
            .map(|row| {
                (
                    row.support.kind,
                    row.support.id.as_str(),
                    row.without_treatment.len(),
                )
            })
            .collect();
        assert_eq!(single, incident.single, "{}", incident.name);
    });
}

/// What `supports` says of the person is what becomes of the assessment without them.
#[test]
fn without_the_one_person_nothing_holds() {
    let incident = &INCIDENTS[1];
    each(|one, assessment| {
        if one.name != incident.name {
            return;
        }
        let coverage = measured(assessment);
        let person = Support {
            kind: SupportKind::Person,
            id: "cotten".to_owned(),
        };
        let row = coverage.if_lost(&person).unwrap();
        let mut held: Vec<&str> = incident
            .cells
            .iter()
            .filter(|(_, verdict)| *verdict == Partial)
            .map(|(name, _)| *name)
            .collect();
        let mut fall: Vec<&str> = row.cells.iter().map(String::as_str).collect();
        held.sort_unstable();
        fall.sort_unstable();
        assert_eq!(fall, held, "all that holds falls");
        let cuts = coverage.supports(1).cuts;
        assert!(!cuts.is_empty());
        for row in cuts {
            assert!(
                row.cuts.contains(&vec![person.clone()]),
                "{:?} holds without them",
                row.risk
            );
        }
    });
}

/// The README of the incidents names every assessment and every source.
#[test]
fn the_readme_names_every_source() {
    let text = golden::read("examples/incidents/README.md");
    for incident in &INCIDENTS {
        assert!(text.contains(&format!("{}.yaml", incident.name)));
        let file = incident.file();
        for line in golden::read(&file).lines() {
            if let Some(address) = line.trim().strip_prefix("locator: ") {
                assert!(text.contains(address), "{address} is not among the sources");
            }
        }
    }
}
