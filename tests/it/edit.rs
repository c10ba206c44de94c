//! Editing keeps every other byte, and a file that is edited reads as intended.

mod by_hand;
mod change;
mod document;

use by_hand::{FILE, changes};
use change::{Change, change};
use custody_controls::edit::{Edit, Editor, Pointer, Refusal, Value, apply};
use custody_controls::location::{Location, TextRange};
use custody_controls::source::{LineIndex, Outline, Part, ValueKind};
use custody_testing::{Checked, run, small_cases};
use document::Choices;
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq};
use serde_yaml::Value as Yaml;
use std::cell::Cell;

fn at(path: &str) -> Pointer {
    path.parse().unwrap()
}

fn read(text: &str) -> Yaml {
    serde_yaml::from_str(text.trim_start_matches('\u{feff}')).unwrap()
}

/// An entry or item with its dash and the rest of its last line.
fn extent(name: &str, text: &str, path: &Pointer) -> TextRange {
    let outline = Outline::parse(name, text).unwrap();
    let entry = outline.find(path).unwrap();
    let start = entry.key.unwrap_or(entry.value).start as usize;
    let is_blank = |dash: &usize| {
        let mut lines = text[dash + 1..start].lines();
        entry.key.is_none()
            && lines
                .all(|line| line.trim().is_empty() || line.trim().starts_with(['#', '|', '>', '&']))
    };
    let start = text[..start].rfind('-').filter(is_blank).unwrap_or(start);
    let end = entry.value.end as usize;
    let end = text[end..].find('\n').map_or(text.len(), |tail| end + tail);
    TextRange::new(u32::try_from(start).unwrap(), u32::try_from(end).unwrap())
}

/// The comments of a document that are not in a range.
fn comments(text: &str, except: Option<TextRange>) -> Vec<&str> {
    text.match_indices("# note ")
        .filter(|(at, _)| !except.is_some_and(|range| range.touches(u32::try_from(*at).unwrap())))
        .map(|(at, _)| text[at..].split('.').next().unwrap())
        .collect()
}

fn choices() -> impl Strategy<Value = Vec<u16>> {
    proptest::collection::vec(any::<u16>(), 0..240)
}

/// Makes random changes to a document, and counts those that are made and those that are refused only
/// because the result would not read as intended.
fn change_randomly(name: &str, text: &str, choices: &mut Choices<'_>, made: &Counts) -> Checked {
    let mut editor =
        Editor::new(name, text).unwrap_or_else(|diagnostic| panic!("{diagnostic}\n{text}"));
    for _ in 0..4 {
        let change = change(choices, editor.value());
        let before = editor.text().to_owned();
        let value = editor.value().clone();
        let result = change.make(&mut editor);
        made.count(&result);
        let Ok(edits) = result else {
            prop_assert_eq!(editor.text(), &before);
            prop_assert_eq!(editor.value(), &value);
            continue;
        };
        let after = editor.text();
        let context = format!("{change:?}\n{before}\n---\n{after}");
        prop_assert_eq!(apply(&before, &edits), Ok(after.to_owned()));
        let mut intended = read(&before);
        change.make_plainly(&mut intended);
        prop_assert_eq!(&intended, &read(after), "{}", context);
        let removed = match &change {
            Change::Remove(path) => Some(extent(name, &before, path)),
            _ => None,
        };
        for comment in comments(&before, removed) {
            prop_assert!(after.contains(comment), "{comment}: {context}");
        }
        let ends_in_crlf = before.contains("\r\n") && !before.replace("\r\n", "").contains('\n');
        if ends_in_crlf {
            prop_assert!(!after.replace("\r\n", "").contains('\n'), "{}", context);
        }
    }
    Ok(())
}

#[derive(Default)]
struct Counts {
    made: Cell<u32>,
    refused: Cell<u32>,
    refused_afterwards: Cell<u32>,
}

impl Counts {
    fn count(&self, result: &Result<Vec<Edit>, Refusal>) {
        let counter = match result {
            Ok(_) => &self.made,
            Err(Refusal::Differs) => &self.refused_afterwards,
            Err(_) => &self.refused,
        };
        counter.set(counter.get() + 1);
    }

    /// Most changes are made, and hardly any is refused only after reading the result.
    fn are_sound(&self) {
        let made = self.made.get();
        assert!(made > self.refused.get(), "{made} changes were made");
        assert!(self.refused_afterwards.get() * 50 <= made + 50);
    }
}

#[test]
fn edits_of_yaml_change_what_was_asked_for_and_no_other_byte() {
    let counts = Counts::default();
    run(small_cases(), choices(), |choices| {
        let mut choices = Choices::of(choices);
        let text = document::yaml(&mut choices);
        change_randomly("random.yaml", &text, &mut choices, &counts)
    });
    counts.are_sound();
}

#[test]
fn edits_of_json_change_what_was_asked_for_and_no_other_byte() {
    let counts = Counts::default();
    run(small_cases() / 4, choices(), |choices| {
        let mut choices = Choices::of(choices);
        let text = document::json(&mut choices);
        change_randomly("random.json", &text, &mut choices, &counts)
    });
    counts.are_sound();
}

#[test]
fn each_kind_of_change_keeps_comments_order_quotes_and_line_breaks() {
    let variants: [fn(&str) -> String; 4] = [
        str::to_owned,
        |text| text.replace('\n', "\r\n"),
        |text| format!("\u{feff}{text}"),
        |text| text.trim_end().to_owned(),
    ];
    for (change, old, new) in changes() {
        for variant in variants {
            // The values of one claim are repeated by another one, and may not be changed.
            let file = FILE.replace("*base", "{ status: implemented }");
            assert_eq!(file.matches(old).count(), 1, "{old}");
            let before = variant(&file);
            let mut editor = Editor::new("mine.yaml", before.clone()).unwrap();
            change
                .make(&mut editor)
                .unwrap_or_else(|refusal| panic!("{change:?}: {refusal}"));
            let expected = variant(&file.replace(old, new));
            assert_eq!(editor.text(), expected, "{change:?}");
        }
    }
}

#[test]
fn what_is_not_safe_is_refused_and_changes_nothing() {
    let nothing = || Value::from("x");
    let mut editor = Editor::new("mine.yaml", FILE).unwrap();
    let cases = [
        (
            Change::Set(at("/claims/9.3.7.3-b/status"), nothing()),
            Refusal::Alias,
        ),
        (
            Change::Set(at("/claims/9.3.7.3-c"), nothing()),
            Refusal::Alias,
        ),
        (
            Change::Set(at("/claims/9.3.7.3-c/status"), nothing()),
            Refusal::Alias,
        ),
        (Change::Remove(at("/claims/9.3.7.3-b")), Refusal::Differs),
        (Change::Set(at("/wallets"), nothing()), Refusal::Comment),
        (Change::Set(at("/matrix"), nothing()), Refusal::Comment),
        (Change::Set(at("/nowhere"), nothing()), Refusal::NoSuchEntry),
        (Change::Remove(at("/people/7")), Refusal::NoSuchEntry),
        (Change::Push(at("/title"), nothing()), Refusal::NoSuchEntry),
        (Change::Set(at(""), nothing()), Refusal::Layout),
        (
            Change::Insert(at(""), "new".to_owned(), nothing(), vec!["kept", "new"]),
            Refusal::Differs,
        ),
        (
            Change::Insert(at("/claims"), "9.3.7.3-a".to_owned(), nothing(), Vec::new()),
            Refusal::KeyExists,
        ),
        (
            Change::Rename(at("/title"), "claims".to_owned()),
            Refusal::KeyExists,
        ),
        (
            Change::Set(at("/title"), Value::Literal("two words".to_owned())),
            Refusal::NotALiteral,
        ),
    ];
    for (change, refusal) in cases {
        assert_eq!(change.make(&mut editor), Err(refusal), "{change:?}");
        assert_eq!(editor.text(), FILE);
    }
    for text in [
        "? a\n: b\n? c\n: d\n",
        "a:\n\t- b\n",
        "\"a\": &x b\nc: *x\n",
    ] {
        let Ok(mut editor) = Editor::new("odd.yaml", text) else {
            continue;
        };
        for path in ["/a", "/c"] {
            let _ = Change::Remove(at(path)).make(&mut editor);
            let _ = editor.insert(&at(""), "new", "x", &[]);
        }
        let read_again = Editor::new("odd.yaml", editor.text()).unwrap();
        assert_eq!(read_again.value(), editor.value());
    }
    let mut json = Editor::new("mine.json", "{\"a\\u0062\": 1}").unwrap();
    assert_eq!(json.rename(&at("/ab"), "c"), Err(Refusal::Layout));
}

#[test]
fn edits_that_collide_are_refused() {
    let edit = |start, end, text| Edit::new("x.yaml", TextRange::new(start, end), text);
    let apply = |edits: &[Edit]| apply("tier: hot é", edits);
    assert_eq!(
        apply(&[edit(6, 9, "warm"), edit(0, 4, "Tier")]).as_deref(),
        Ok("Tier: warm é")
    );
    assert_eq!(
        apply(&[edit(0, 6, ""), edit(6, 9, "x")]).as_deref(),
        Ok("x é")
    );
    for pair in [
        [edit(0, 6, ""), edit(5, 9, "")],
        [edit(6, 6, "a"), edit(6, 6, "b")],
        [edit(6, 9, "a"), edit(6, 6, "b")],
    ] {
        assert_eq!(apply(&pair), Err(Refusal::Overlap), "{pair:?}");
    }
    for range in [
        edit(10, 11, ""),
        edit(11, 12, ""),
        edit(20, 30, ""),
        edit(9, 6, ""),
    ] {
        assert_eq!(
            apply(&[range.clone()]),
            Err(Refusal::OutOfRange),
            "{range:?}"
        );
    }
}

#[test]
fn what_is_at_an_offset_is_found() {
    let outline = Outline::parse("mine.yaml", FILE).unwrap();
    let find = |marked: &str| {
        let offset = FILE.find(&marked.replace('‸', "")).unwrap() + marked.find('‸').unwrap();
        let found = outline.at(u32::try_from(offset).unwrap()).unwrap();
        (found.path.to_string(), found.part, found.kind)
    };
    for (marked, path, part, kind) in [
        ("assess‸ment", "/assessment", Part::Key, ValueKind::Scalar),
        ("mine‸   #", "/assessment", Part::Value, ValueKind::Scalar),
        (
            "tier: hot‸\n",
            "/wallets/hot/tier",
            Part::Value,
            ValueKind::Scalar,
        ),
        (
            "[hsm, multi‸sig",
            "/wallets/hot/traits/1",
            Part::Value,
            ValueKind::Scalar,
        ),
        (
            "[ ‸paper ]",
            "/wallets/cold/traits/0",
            Part::Value,
            ValueKind::Scalar,
        ),
        (
            "[‸ paper ]",
            "/wallets/cold/traits",
            Part::Between,
            ValueKind::List,
        ),
        (
            "cold: {‸ tier",
            "/wallets/cold",
            Part::Between,
            ValueKind::Mapping,
        ),
        (
            "BTC   # bit‸coin",
            "/wallets/hot/assets",
            Part::Between,
            ValueKind::List,
        ),
        (
            "9.3.7.3-a: ‸ ",
            "/claims/9.3.7.3-a",
            Part::Value,
            ValueKind::Nothing,
        ),
        (
            "*ba‸se",
            "/claims/9.3.7.3-c",
            Part::Value,
            ValueKind::Mapping,
        ),
        (
            "second ‸site",
            "/claims/9.3.7.3-b/missing",
            Part::Value,
            ValueKind::Scalar,
        ),
        ("# Head‸", "", Part::Between, ValueKind::Mapping),
        (
            "accepted_risks:‸\n",
            "/accepted_risks",
            Part::Value,
            ValueKind::Nothing,
        ),
    ] {
        assert_eq!(find(marked), (path.to_owned(), part, kind), "{marked}");
    }
    assert_eq!(outline.at(u32::try_from(FILE.len()).unwrap() + 1), None);
    let wallet = outline.find(&at("/wallets/hot")).unwrap();
    assert_eq!(wallet.key.and_then(|key| key.of(FILE)), Some("hot"));
    assert!(wallet.value.of(FILE).unwrap().ends_with("- ETH"));
    assert_eq!(outline.find(&at("/wallets/none")), None);
}

#[test]
fn a_new_line_belongs_to_what_it_is_indented_like() {
    let text = "wallets:\n  hot:\n    tier: hot\n    \n  \n\nclaims:\n  \n";
    let outline = Outline::parse("mine.yaml", text).unwrap();
    let path = |offset: usize| {
        let found = outline.at(u32::try_from(offset).unwrap()).unwrap();
        found.path.to_string()
    };
    let blank = text.find("    \n").unwrap();
    assert_eq!(path(blank + 4), "/wallets/hot");
    assert_eq!(path(blank + 7), "/wallets");
    assert_eq!(path(blank + 8), "");
    assert_eq!(path(text.len() - 1), "/claims");
}

#[test]
fn offsets_have_lines_and_columns_in_characters_and_utf16() {
    let text = "\u{feff}é𝕏: 1\r\n𝕏𝕏 x\n";
    let lines = LineIndex::new(text);
    for (offset, line, column, utf16) in [
        (3, 1, 1, 1),
        (5, 1, 2, 2),
        (9, 1, 3, 4),
        (14, 2, 1, 1),
        (23, 2, 4, 6),
    ] {
        let found = lines.position(text, offset);
        assert_eq!(
            (found.line, found.column, found.utf16_column),
            (line, column, utf16)
        );
        assert_eq!(lines.offset(text, line, utf16), Some(offset));
    }
    assert_eq!(lines.offset(text, 1, 99), Some(12));
    assert_eq!(lines.offset(text, 9, 1), None);
    let location = Location {
        file: "x".into(),
        line: 2,
        column: 2,
        end_line: 2,
        end_column: 3,
    };
    assert_eq!(lines.range(text, &location).unwrap().of(text), Some("𝕏"));
}
