//! Rules that several modules and documents rely on are stated once: what a status requires, and when
//! something is valid.

use custody_controls::Settings;
use custody_controls::assessment::SubjectId;
use custody_controls::taxonomy::{ClaimKey, EvidenceState, Status, Word};
use custody_controls::validity::Validity;
use custody_testing::golden;

/// The rows of the tables of a document whose first cell is a status, without that cell.
fn rows_by_status(document: &str) -> Vec<(Status, Vec<String>)> {
    let text = golden::read(document);
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line.strip_prefix("| `")?.split('|').collect();
        let status = Status::from_word(cells[0].trim().trim_end_matches('`'))?;
        let others = cells[1..].iter().map(|cell| (*cell).to_owned());
        Some((status, others.collect()))
    });
    rows.collect()
}

/// The keys in backticks of a cell.
fn keys(cell: &str) -> Vec<ClaimKey> {
    let words = cell.split('`').skip(1).step_by(2);
    words.filter_map(ClaimKey::from_word).collect()
}

#[test]
fn the_documents_state_the_keys_that_a_status_requires_and_allows() {
    let of_coverage = rows_by_status("docs/coverage.md");
    let of_format = rows_by_status("docs/format.md");
    for status in Status::values() {
        let row = |rows: &[(Status, Vec<String>)]| {
            let row = rows.iter().find(|(word, _)| *word == status);
            row.unwrap_or_else(|| panic!("no row for {status}"))
                .1
                .clone()
        };
        assert_eq!(keys(&row(&of_coverage)[1]), status.requires(), "{status}");
        let of_format = row(&of_format);
        assert_eq!(keys(&of_format[0]), status.requires(), "{status}");
        // Every claim may have an owner and be proposed, which the table does not repeat.
        let optional = ClaimKey::values().into_iter().filter(|key| {
            status.allows(*key)
                && !status.requires().contains(key)
                && !matches!(key, ClaimKey::Owner | ClaimKey::Proposed)
        });
        assert_eq!(
            keys(&of_format[1]),
            optional.collect::<Vec<_>>(),
            "{status}"
        );
    }
}

#[test]
fn what_a_status_requires_it_allows_and_one_status_only_requires_it() {
    for key in ClaimKey::values() {
        let mut requiring = Status::values();
        requiring.retain(|status| status.requires().contains(&key));
        assert!(requiring.len() <= 1, "{key}: {requiring:?}");
        assert!(requiring.iter().all(|status| status.allows(key)), "{key}");
    }
    for status in Status::values() {
        let explained = status.explained_by();
        assert!(explained.is_none_or(|key| status.requires().contains(&key)));
    }
}

#[test]
fn both_ends_of_a_period_are_valid() {
    let day = |text: &str| text.parse::<custody_controls::Date>().unwrap();
    let (from, until) = (day("2026-02-01"), day("2026-02-28"));
    let validity = Validity::new(from, until);
    assert_eq!(
        validity.state_on(from.previous()),
        EvidenceState::NotYetValid
    );
    assert_eq!(validity.state_on(from), EvidenceState::Current);
    assert_eq!(validity.state_on(until), EvidenceState::Current);
    assert_eq!(validity.state_on(until.next()), EvidenceState::Expired);
    assert!(Validity::new(None, until).includes(day("1970-01-01")));
    assert!(!Validity::new(until, from).includes(until));
    assert!(!Validity::new(until, from).includes(from));
}

#[test]
fn the_organization_is_always_evaluated() {
    let mut settings = Settings::on("2026-02-01".parse().unwrap());
    let wallet = |id: &str| SubjectId::Wallet(id.parse().unwrap());
    assert!(settings.includes(&wallet("hot")));
    settings.wallets = Some(vec!["cold".parse().unwrap()]);
    assert!(!settings.includes(&wallet("hot")));
    assert!(settings.includes(&wallet("cold")));
    assert!(settings.includes(&SubjectId::Organization));
}
