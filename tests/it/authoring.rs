//! Changes of assessments by their meaning, and house style.

mod by_hand;
mod layout;

use custody_controls::assessment::{Acceptance, Assessed, AssessmentDocument, Evidence};
use custody_controls::authoring::{
    ClaimChange, Confirmation, Draft, Drafted, Rejection, Renewal, RiskAcceptance, house_style,
};
use custody_controls::edit::Pointer;
use custody_controls::id::{ControlId, EvidenceId};
use custody_controls::source::Outline;
use custody_controls::taxonomy::{ClaimKey, EvidenceKind, Status, Technique, Word};
use custody_controls::{AssessmentFiles, Date};
use custody_testing::generate::{self, APPROVER, Case, Choices, OWNERS};
use custody_testing::{Checked, run, small_cases};
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq};
use std::cell::Cell;
use std::collections::BTreeSet;

fn day(choices: &mut Choices<'_>) -> Date {
    let middle: Date = "2026-03-02".parse().unwrap();
    middle.plus_days(i32::try_from(choices.below(80)).unwrap())
}

/// Cases with numbers for a layout and for changes.
fn with_numbers(
    cases: impl Strategy<Value = Case>,
) -> impl Strategy<Value = (Case, Vec<u16>, Vec<u16>)> {
    (cases, vec(any::<u16>(), 2000), vec(any::<u16>(), 200))
}

/// Makes a random change, and gives the paths of the entries that it names.
fn change(draft: &mut Draft<'_>, case: &Case, choices: &mut Choices<'_>) -> Pointer {
    let at = |section: &str, id: &str| Pointer::root().child(section).child(id);
    let document = &case.document;
    let items: Vec<EvidenceId> = document.evidence.keys().cloned().collect();
    let assessed = Assessed::new(OWNERS[1].parse().unwrap(), day(choices));
    match choices.below(8) {
        0 => {
            let id: EvidenceId = format!("new-{}", choices.below(3)).parse().unwrap();
            let mut item = Evidence::new(
                "It's new: #1",
                EvidenceKind::Log,
                Technique::Test,
                day(choices),
                "evidence/new.pdf",
            );
            item.valid_until = Some(item.collected.plus_days(50));
            draft.add_evidence(&id, item);
            at("evidence", id.as_str())
        }
        1 => {
            let Some(id) = choices.one_of(&items) else {
                return Pointer::root();
            };
            let mut renewal = Renewal::new(id.clone(), day(choices).plus_days(60));
            renewal.valid_until = Some(renewal.collected.plus_days(30));
            renewal.without_sha256 = true;
            draft.renew_evidence(&renewal);
            at("evidence", id.as_str())
        }
        2 => {
            let risks: Vec<_> = case.catalog.risks().map(|risk| risk.id.clone()).collect();
            let risk = choices.one_of(&risks).unwrap();
            let until = day(choices).plus_days(100);
            let acceptance = Acceptance::new("so: it is", APPROVER.parse().unwrap(), until);
            let mut request = RiskAcceptance::new(risk.clone(), acceptance);
            request.replaces = choices.happens(2, 3);
            draft.accept(&request);
            at("accepted_risks", risk.as_str())
        }
        3 => {
            let proposed = document
                .claims
                .iter()
                .filter(|(_, claim)| claim.as_ref().is_some_and(|claim| claim.proposed.is_some()));
            let proposed: Vec<ControlId> = proposed.map(|(id, _)| id.clone()).collect();
            let Some(id) = choices.one_of(&proposed) else {
                return Pointer::root();
            };
            draft.confirm(&Confirmation::new(Some(vec![id.clone()]), assessed));
            at("claims", id.as_str())
        }
        _ => {
            let controls: Vec<ControlId> =
                case.catalog.controls().map(|one| one.id.clone()).collect();
            let id = choices.one_of(&controls).unwrap();
            let mut set = ClaimChange::new(id.clone());
            if choices.happens(1, 3) {
                let wallets: Vec<_> = document.wallets.keys().cloned().collect();
                set.wallet = choices.one_of(&wallets);
            }
            let status = choices.one_of(&Status::values()).unwrap();
            set.status = choices.happens(3, 4).then_some(status);
            set.removal.disallowed = choices.happens(3, 4);
            if set.status.is_some() {
                for key in status.requires() {
                    match key {
                        ClaimKey::Rationale => set.rationale = Some("other".to_owned()),
                        ClaimKey::Provider => {
                            set.provider = document.providers.keys().next().cloned();
                        }
                        ClaimKey::Missing => set.missing = Some("- no: #2 ✓".to_owned()),
                        ClaimKey::Due => set.due = Some(day(choices)),
                        ClaimKey::Owner => set.owner = OWNERS[1].parse().ok(),
                        ClaimKey::Because => set.because = Some("two\nlines".to_owned()),
                        _ => {}
                    }
                }
                if status.allows(ClaimKey::Evidence) {
                    set.evidence.added.extend(choices.one_of(&items));
                }
            } else {
                set.owner = OWNERS[choices.below(2)].parse().ok();
            }
            let later = day(choices).plus_days(60);
            let later = Assessed::new(OWNERS[1].parse().unwrap(), later);
            set.assessed = choices.happens(2, 3).then_some(later);
            set.is_correction = choices.happens(1, 3);
            draft.set(&set);
            at("claims", id.as_str())
        }
    }
}

/// The entries of the sections of a file, with their texts, except some.
fn entries(text: &str, except: &BTreeSet<Pointer>) -> Vec<(Pointer, String)> {
    let outline = Outline::parse("mine.yaml", text).unwrap();
    let read: serde_yaml::Mapping = serde_yaml::from_str(text).unwrap();
    let mut all = Vec::new();
    for (section, value) in read {
        let path = Pointer::root().child(section.as_str().unwrap());
        let parts: Vec<Pointer> = match value {
            serde_yaml::Value::Mapping(entries) => entries
                .keys()
                .map(|id| path.child(id.as_str().unwrap()))
                .collect(),
            _ => vec![path],
        };
        for part in parts {
            if !except.contains(&part) {
                let found = outline.find(&part).unwrap();
                let range = found.value.start as usize..found.value.end as usize;
                all.push((part, text[range].to_owned()));
            }
        }
    }
    all.sort();
    all
}

fn comments(text: &str) -> Vec<&str> {
    let found = text.match_indices("# note ");
    let mut all: Vec<&str> = found
        .map(|(at, _)| text[at..].split('.').next().unwrap())
        .collect();
    all.sort_unstable();
    all
}

/// Comments on lines of their own, which no change of an entry removes.
fn own_lines(text: &str) -> Vec<&str> {
    let lines = text.lines().map(str::trim);
    let mut all: Vec<&str> = lines.filter(|line| line.starts_with("# note ")).collect();
    all.sort_unstable();
    all
}

#[test]
fn changes_give_the_intended_document_and_keep_every_other_byte() {
    let (made, refused) = (Cell::new(0_u32), Cell::new(0_u32));
    let property = |(case, layout, changes): &(Case, Vec<u16>, Vec<u16>)| -> Checked {
        let mut text = layout::yaml(&case.document, &mut Choices::new(layout));
        let mut choices = Choices::new(changes);
        for _ in 0..3 {
            let files = AssessmentFiles::from_text("mine.yaml", text.as_str());
            let Ok(mut draft) = Draft::new(files, &case.catalog) else {
                panic!("{text}");
            };
            let named: BTreeSet<Pointer> = (0..choices.between(1, 3))
                .map(|_| change(&mut draft, case, &mut choices))
                .collect();
            let intended: Vec<AssessmentDocument> = draft.documents().cloned().collect();
            let drafted: Drafted = match draft.finish() {
                Ok(drafted) => drafted,
                Err(rejection) => {
                    if let Rejection::Objections(objections) = &rejection {
                        for objection in objections {
                            let message = &objection.message;
                            // Readers differ on a block scalar without a last line break.
                            prop_assert!(
                                !text.ends_with('\n')
                                    || !message.contains("would not read as intended"),
                                "{message}\n{text}"
                            );
                        }
                    }
                    refused.set(refused.get() + 1);
                    continue;
                }
            };
            made.set(made.get() + 1);
            let Some(file) = drafted.files.first() else {
                continue;
            };
            let after = file.after.as_str();
            let context = format!("{named:?}\n{text}\n---\n{after}");
            let read = AssessmentFiles::from_text("mine.yaml", after);
            prop_assert_eq!(read.documents(), intended.as_slice(), "{}", context);
            // Of a section that is new, only the named entries are new.
            let kept = entries(&text, &named);
            prop_assert_eq!(&kept, &entries(after, &named), "{}", context);
            prop_assert_eq!(own_lines(&text), own_lines(after), "{}", context);
            if text.contains("\r\n") {
                prop_assert!(!after.replace("\r\n", "").contains('\n'), "{}", context);
            }
            text = after.to_owned();
        }
        Ok(())
    };
    run(small_cases(), with_numbers(generate::small()), property);
    let large = (small_cases() / 100).max(1);
    run(large, with_numbers(generate::builtin()), property);
    assert!(
        made.get() * 3 > refused.get(),
        "{} made, {} refused",
        made.get(),
        refused.get()
    );
}

#[test]
fn house_style_is_idempotent_and_keeps_comments_and_values() {
    let (made, refused) = (Cell::new(0_u32), Cell::new(0_u32));
    let property = |(case, layout, _): &(Case, Vec<u16>, Vec<u16>)| -> Checked {
        let text = layout::yaml(&case.document, &mut Choices::new(layout));
        let house = match house_style("mine.yaml", &text, &case.catalog) {
            Ok(house) => house.text,
            Err(reason) => {
                let reason = reason.to_string();
                prop_assert!(reason.starts_with("line "), "{reason}\n{text}");
                refused.set(refused.get() + 1);
                return Ok(());
            }
        };
        made.set(made.get() + 1);
        let again = house_style("mine.yaml", &house, &case.catalog).unwrap();
        prop_assert_eq!(&again.text, &house);
        prop_assert_eq!(comments(&text), comments(&house), "{}\n{}", text, house);
        let read = |text: &str| serde_yaml::from_str::<serde_yaml::Value>(text).unwrap();
        prop_assert_eq!(read(&text), read(&house), "{}\n{}", text, house);
        let files = |text: &str| AssessmentFiles::from_text("mine.yaml", text);
        let (before, after) = (files(&text), files(&house));
        prop_assert_eq!(before.documents(), after.documents());
        let house = house.replace("\r\n", "\n");
        let is_trimmed = |line: &str| line.trim_end() == line;
        prop_assert!(house.lines().all(is_trimmed), "{}", house);
        Ok(())
    };
    run(small_cases(), with_numbers(generate::small()), property);
    let large = (small_cases() / 100).max(1);
    run(large, with_numbers(generate::builtin()), property);
    assert!(
        made.get() > 2 * refused.get(),
        "{} made, {} refused",
        made.get(),
        refused.get()
    );
}
