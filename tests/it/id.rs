//! Ids and clause numbers.

use custody_controls::id::{ClauseNumber, ControlId, IdError};

#[test]
fn ids_that_look_like_something_else_are_refused() {
    for text in [
        "9.10",
        "1e3",
        "0x1F",
        "1_000",
        "2026-01-01",
        "12:30:45",
        "true",
        "No",
        "on",
        "null",
        "~",
        ".5",
        "+1",
        "0o17",
        ".inf",
        "NaN",
        "12",
    ] {
        assert_eq!(
            ControlId::new(text),
            Err(IdError::LooksLikeNumber),
            "{text}"
        );
    }
    for text in ["", "a b", "-a", "_x", "a/b", "é", &"a".repeat(65)] {
        assert_eq!(ControlId::new(text), Err(IdError::Malformed), "{text}");
    }
    for text in [
        "9.3.7.3-a",
        "8.2.2.2-f01",
        "I-D-07",
        "btc-hot",
        "a",
        "5.4-e",
        "2fa-log",
    ] {
        assert_eq!(
            ControlId::new(text).map(|id| id.to_string()),
            Ok(text.to_owned())
        );
    }
}

#[test]
fn clauses_are_ordered_as_in_the_document() {
    let clause = |text| ClauseNumber::new(text).unwrap();
    assert!(clause("9.3.2") < clause("9.3.10"));
    assert!(clause("9.3.7") < clause("9.3.7.1"));
    assert!(clause("9.3.7.3").is_within(&clause("9.3.7")));
    assert!(!clause("9.3.10").is_within(&clause("9.3.1")));
    assert!(ClauseNumber::new("9..1").is_err() && ClauseNumber::new("9.a").is_err());
}
