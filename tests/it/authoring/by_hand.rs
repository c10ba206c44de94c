//! Changes of a file that an author wrote, and the lines that they change.

use custody_controls::assessment::{Acceptance, Assessed};
use custody_controls::authoring::{
    ClaimChange, Confirmation, Draft, NotFormatted, Rejection, RiskAcceptance, house_style,
};
use custody_controls::taxonomy::Status;
use custody_controls::{AssessmentFiles, Catalog};

const FILE: &str = "# Head
assessment: mine
title: T
catalog: iso-tr-23576
custodian: { name: Mine }
period: { from: 2026-01-01, to: 2026-12-31 }
assessors: [keller]
people:
  keller: { name: K }
  ops: { name: Ops }
organization: { channels: [customer-web] }
wallets:
  vault: { tier: cold, traits: [hardware-wallet, multisig, backed-up], since: 2025-01-01 }
evidence:
  a1: { title: A, kind: log, technique: test, collected: 2026-02-01, valid_until: 2026-12-31, locator: a1.pdf }
claims:
  # Use of keys
  9.3.7.5-c:
    status: implemented   # all signers
    evidence: [a1]
    assessed: { by: keller, on: 2026-03-02 }
  9.3.7.5-d:              # not assessed yet
  9.3.7.6-a:
    proposed: iso-27002-2022 8.24   # imported
    status: implemented
  9.3.9.3-e: { status: implemented, evidence: [a1] }  # tested
";

fn drafted(text: &str, change: impl FnOnce(&mut Draft<'_>)) -> Result<String, Rejection> {
    let files = AssessmentFiles::from_text("mine.yaml", text);
    let mut draft = Draft::new(files, Catalog::builtin()).unwrap();
    change(&mut draft);
    let drafted = draft.finish()?;
    Ok(match drafted.files.first() {
        Some(file) => file.after.clone(),
        None => text.to_owned(),
    })
}

fn set(control: &str, change: impl FnOnce(&mut ClaimChange)) -> Result<String, Rejection> {
    let mut own = ClaimChange::new(control.parse().unwrap());
    change(&mut own);
    drafted(FILE, |draft| draft.set(&own))
}

fn keller(on: &str) -> Assessed {
    Assessed::new("keller".parse().unwrap(), on.parse().unwrap())
}

#[track_caller]
fn objections(result: Result<String, Rejection>) -> Vec<String> {
    match result {
        Err(Rejection::Objections(found)) => found
            .into_iter()
            .map(|objection| objection.message)
            .collect(),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn replaces(result: Result<String, Rejection>, old: &str, new: &str) {
    assert!(FILE.contains(old), "{old}");
    assert_eq!(result.unwrap(), FILE.replacen(old, new, 1));
}

#[test]
fn an_empty_claim_is_filled_in_below_its_comment() {
    let result = set("9.3.7.5-d", |change| {
        change.status = Some(Status::Planned);
        change.due = Some("2026-10-01".parse().unwrap());
        change.owner = Some("ops".parse().unwrap());
    });
    let old = "9.3.7.5-d:              # not assessed yet\n";
    let new = format!("{old}    status: planned\n    due: 2026-10-01\n    owner: ops\n");
    replaces(result, old, &new);
}

#[test]
fn a_new_claim_goes_where_the_catalog_has_its_control() {
    let result = set("9.3.7.5-e", |change| {
        change.status = Some(Status::NotImplemented);
    });
    let old = "  9.3.7.6-a:\n";
    replaces(
        result,
        old,
        &format!("  9.3.7.5-e:\n    status: not-implemented\n{old}"),
    );
}

#[test]
fn a_former_claim_is_kept_if_the_status_changes() {
    let partial = |change: &mut ClaimChange| {
        change.status = Some(Status::Partial);
        change.missing = Some("Two sign unseen.".to_owned());
        change.removal.disallowed = true;
    };
    let found = objections(set("9.3.7.5-c", partial));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("`9.3.7.5-c` was assessed as `implemented` from 2026-03-02"));
    let result = set("9.3.7.5-c", |change| {
        partial(change);
        change.assessed = Some(keller("2026-06-01"));
    });
    let old = "    status: implemented   # all signers
    evidence: [a1]
    assessed: { by: keller, on: 2026-03-02 }
";
    let new = "    status: partial   # all signers
    missing: Two sign unseen.
    assessed: { by: keller, on: 2026-06-01 }
    earlier:
      - { status: implemented, evidence: [a1], assessed: { by: keller, on: 2026-03-02 } }
";
    replaces(result, old, new);
    let result = set("9.3.7.5-c", |change| {
        partial(change);
        change.is_correction = true;
    });
    let new = "    status: partial   # all signers
    missing: Two sign unseen.
    assessed: { by: keller, on: 2026-03-02 }
";
    replaces(result, old, new);
}

#[test]
fn a_claim_of_a_wallet_keeps_what_was_claimed_in_general() {
    let result = set("9.3.7.5-c", |change| {
        change.wallet = Some("vault".parse().unwrap());
        change.status = Some(Status::NotImplemented);
        change.assessed = Some(keller("2026-06-01"));
    });
    let old = "    assessed: { by: keller, on: 2026-03-02 }\n";
    let new = format!(
        "{old}    wallets:
      vault:
        status: not-implemented
        assessed: {{ by: keller, on: 2026-06-01 }}
        earlier:
          - {{ status: implemented, evidence: [a1], assessed: {{ by: keller, on: 2026-03-02 }} }}
"
    );
    replaces(result, old, &new);
}

#[test]
fn a_further_assessment_is_a_further_entry() {
    let result = set("9.3.7.5-c", |change| {
        change.assessed = Some(keller("2026-06-01"));
    });
    let old = "{ by: keller, on: 2026-03-02 }";
    let new = "[{ by: keller, on: 2026-03-02 }, { by: keller, on: 2026-06-01 }]";
    replaces(result, old, new);
}

#[test]
fn keys_that_the_status_does_not_allow_are_listed() {
    let result = set("9.3.9.3-e", |change| {
        change.status = Some(Status::NotImplemented);
    });
    let message = "the claim on `9.3.9.3-e` has `evidence`, not allowed with `not-implemented`";
    assert_eq!(objections(result), [message]);
    let result = set("9.3.9.3-e", |change| {
        change.status = Some(Status::NotImplemented);
        change.removal.keys.insert("evidence");
    });
    let old = "{ status: implemented, evidence: [a1] }  # tested";
    replaces(result, old, "{ status: not-implemented }  # tested");
}

#[test]
fn everything_that_does_not_exist_is_named_at_once() {
    let found = objections(drafted(FILE, |draft| {
        draft.set(&ClaimChange::new("9.3.7.5-zz".parse().unwrap()));
        let mut change = ClaimChange::new("9.3.7.5-c".parse().unwrap());
        change.wallet = Some("valt".parse().unwrap());
        draft.set(&change);
        let until = "2026-12-01".parse().unwrap();
        let acceptance = Acceptance::new("so", "ops".parse().unwrap(), until);
        draft.accept(&RiskAcceptance::new("8.99-a".parse().unwrap(), acceptance));
        let controls = vec!["9.3.7.5-c".parse().unwrap()];
        draft.confirm(&Confirmation::new(Some(controls), keller("2026-06-01")));
    }));
    let expected = [
        "unknown control `9.3.7.5-zz`",
        "unknown wallet `valt`",
        "unknown risk `8.99-a`",
        "there is no proposal on `9.3.7.5-c`",
    ];
    assert_eq!(found, expected);
}

#[test]
fn an_error_of_the_result_is_a_rejection() {
    let result = set("9.3.9.3-e", |change| {
        change.owner = Some("nobody".parse().unwrap());
    });
    let Err(Rejection::Errors(found)) = result else {
        panic!("{result:?}");
    };
    let codes: Vec<String> = found.iter().map(|one| one.code.to_string()).collect();
    assert_eq!(codes, ["unknown-person"]);
}

#[test]
fn a_confirmed_proposal_is_a_claim_that_was_assessed() {
    let confirmation = Confirmation::new(None, keller("2026-06-01"));
    let result = drafted(FILE, |draft| draft.confirm(&confirmation));
    let old = "    proposed: iso-27002-2022 8.24   # imported
    status: implemented
";
    let new = "    status: implemented
    assessed: { by: keller, on: 2026-06-01 }
";
    replaces(result, old, new);
}

#[test]
fn a_new_claim_goes_to_the_file_with_most_claims_of_its_clause() {
    let head = "assessment: mine\n";
    let one = format!("{head}claims:\n  9.3.9.3-e:\n  9.3.9.3-f:\n  9.3.7.5-a:\n");
    let other = format!("{head}claims:\n  9.3.7.5-c:\n  9.3.7.5-d:\n");
    let texts = [
        ("one.yaml", one.into_bytes()),
        ("other.yaml", other.into_bytes()),
    ];
    let files = AssessmentFiles::from_texts(texts);
    let mut draft = Draft::new(files, Catalog::builtin()).unwrap();
    let mut change = ClaimChange::new("9.3.7.5-e".parse().unwrap());
    change.status = Some(Status::Implemented);
    draft.set(&change);
    let drafted = draft.finish().unwrap();
    let names: Vec<&str> = drafted
        .files
        .iter()
        .map(|file| file.name.as_str())
        .collect();
    assert_eq!(names, ["other.yaml"]);
    assert!(
        drafted.files[0]
            .after
            .ends_with("  9.3.7.5-e:\n    status: implemented\n")
    );
}

#[test]
fn house_style_orders_entries_with_their_comments() {
    let text = "# yaml-language-server: $schema=x
title:   T
# about the id
assessment: mine   # ours

claims:
    # on e
    9.3.9.3-e: {evidence: [a1],status: implemented}  # tested
      # further about e

    # on c
    9.3.7.5-c:
        missing: |
           two
             lines
        status: partial # so
        # end of c
    9.3.7.5-d:   # empty
# end
";
    let expected = "# yaml-language-server: $schema=x
# about the id
assessment: mine   # ours
title: T

claims:
  # on c
  9.3.7.5-c:
    status: partial # so
    missing: |
      two
        lines
    # end of c
  9.3.7.5-d:   # empty
  # on e
  9.3.9.3-e: { status: implemented, evidence: [a1] }  # tested
    # further about e
# end
";
    let house = house_style("mine.yaml", text, Catalog::builtin());
    let house = house.unwrap_or_else(|reason| panic!("{reason}"));
    assert_eq!(house.text, expected);
    assert_eq!(
        house_style("mine.yaml", &house.text, Catalog::builtin()),
        Ok(house)
    );
}

#[test]
fn comments_of_the_first_key_of_an_item_are_above_it() {
    let text = "assessment: mine
claims:
  9.3.7.5-c:
    earlier:
      - assessed: { by: keller, on: 2026-01-02 }
        # why
        status: implemented
";
    let expected = "assessment: mine
claims:
  9.3.7.5-c:
    earlier:
      # why
      - status: implemented
        assessed: { by: keller, on: 2026-01-02 }
";
    let house = house_style("mine.yaml", text, Catalog::builtin());
    assert_eq!(house.map(|house| house.text), Ok(expected.to_owned()));
}

#[test]
fn what_cannot_be_formatted_is_left_and_named() {
    let head = "assessment: mine\n";
    let refused = |tail: &str| {
        let text = format!("{head}{tail}");
        house_style("mine.yaml", &text, Catalog::builtin()).unwrap_err()
    };
    for (tail, what) in [
        (
            "claims:\n  9.3.7.5-c: &c { status: implemented }\n",
            "an anchor",
        ),
        (
            "assessors: [ # who\n  keller]\n",
            "a comment in a place of its own",
        ),
        (
            "title: |2\n    T\n",
            "a block scalar with an unusual header",
        ),
    ] {
        match refused(tail) {
            NotFormatted::Obstacle { what: found, .. } => assert_eq!(found, what),
            other => panic!("{other:?}"),
        }
    }
    assert!(matches!(refused("titel: x\n"), NotFormatted::Invalid(_)));
    let json = house_style(
        "mine.json",
        "{\"assessment\": \"mine\"}",
        Catalog::builtin(),
    );
    assert_eq!(json, Err(NotFormatted::Json));
}
