//! The reader agrees with two others that share nothing with it but the shape of the documents: the
//! `serde_yaml` that the world knows, and the typed reader of the YAML crate in its strict profile.
//! What any of the three writers makes of a document is read back as that document.

use custody_controls::assessment::{
    Acceptance, Assessed, Claim, ControlEfforts, Custodian, Efforts, Evidence, NarrowedClaim,
    Organization, Period, Person, Provider, Quorum, ReassessWithin, Sha256, SubjectId, Wallet,
    WalletFacts,
};
use custody_controls::diagnostic::{Code, Diagnostic, Diagnostics};
use custody_controls::figure::Figure;
use custody_controls::limits;
use custody_controls::taxonomy::{Trait, Word};
use custody_controls::{AssessmentDocument, AssessmentFiles, Catalog, Date};
use custody_testing::generate;
use custody_testing::golden;
use custody_testing::random;
use custody_testing::with;
use indexmap::IndexMap;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Strategy, any, prop_oneof};
use proptest::sample::{Index, select, subsequence};
use proptest::test_runner::TestCaseError;
use std::fmt::Debug;
use std::hash::Hash;
use std::str::FromStr;

const EXAMPLES: [&str; 3] = [
    "examples/cold-custody.yaml",
    "examples/exchange.yaml",
    "examples/small-firm.yaml",
];

/// Our reading of a text.
fn ours(name: &str, text: &str) -> Vec<AssessmentDocument> {
    AssessmentFiles::from_text(name, text).documents().to_vec()
}

/// The reading of the YAML crate's own typed reader, as strict as ours.
fn strictly(text: &str) -> Result<AssessmentDocument, String> {
    let length = text.len();
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: limits::DEPTH,
            flow_nesting_limit: limits::DEPTH,
            max_documents: 1,
            max_events: 50_000 + length / 3,
            max_nodes: limits::values(length),
            max_aliases: limits::aliases(length),
            max_anchors: 10_000,
            max_recorded_anchor_events: 200_000,
            max_recorded_anchor_bytes: 8 << 20,
            max_total_scalar_bytes: (1 << 20) + 4 * length,
            max_merge_keys: 0,
            max_inclusion_depth: 0,
            enforce_alias_anchor_ratio: false,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 50_000 + length / 3,
            max_replay_stack_depth: 4,
            max_alias_expansions_per_anchor: limits::aliases(length),
        },
        duplicate_keys: serde_saphyr::options::DuplicateKeyPolicy::Error,
        merge_keys: serde_saphyr::options::MergeKeyPolicy::Error,
        strict_booleans: true,
        reject_unsupported_tags: true,
        no_schema: true,
        ignore_binary_tag_for_string: true,
        with_snippet: false,
    };
    let mut documents: Vec<AssessmentDocument> =
        serde_saphyr::from_slice_multiple_with_options(text.as_bytes(), options)
            .map_err(|error| error.to_string())?;
    match (documents.pop(), documents.is_empty()) {
        (Some(document), true) => Ok(document),
        _ => Err("there is not exactly one document".to_owned()),
    }
}

/// What two of the writers make of a document, each with the name of the file that it would be.
fn written(document: &AssessmentDocument) -> [(&'static str, String); 3] {
    [
        ("a.json", serde_json::to_string(document).unwrap()),
        ("b.json", serde_json::to_string_pretty(document).unwrap()),
        ("c.yaml", serde_saphyr::to_string(document).unwrap()),
    ]
}

/// A document without the texts that `serde_yaml` leaves without quotes although other readers take
/// them for something else, such as `no` and `1_000`; ours refuses those.
fn without_words_that_need_quotes(document: &AssessmentDocument) -> AssessmentDocument {
    let mut value = serde_json::to_value(document).unwrap();
    mark_words_that_need_quotes(&mut value);
    serde_json::from_value(value).unwrap()
}

fn mark_words_that_need_quotes(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::String(text) if needs_quotes(text) => text.insert(0, 'x'),
        serde_json::Value::Array(items) => items.iter_mut().for_each(mark_words_that_need_quotes),
        serde_json::Value::Object(entries) => {
            entries.values_mut().for_each(mark_words_that_need_quotes);
        }
        _ => {}
    }
}

fn needs_quotes(text: &str) -> bool {
    const WORDS: [&str; 6] = ["y", "n", "yes", "no", "on", "off"];
    let begins_as_number =
        text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first));
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
        || begins_as_number && text.contains(['_', ','])
        // A number that is too large is a text for that crate and a number for others; digests are
        // read as they stand.
        || begins_as_number && text.len() < 64 && text.parse().is_ok_and(f64::is_infinite)
        || text.eq_ignore_ascii_case("-.nan")
        || text.eq_ignore_ascii_case("+.nan")
}

#[test]
fn all_readers_read_the_examples_alike() {
    for example in EXAMPLES {
        let text = golden::read(example);
        let read = ours(example, &text);
        assert_eq!(read.len(), 1, "{example}");
        assert_eq!(
            serde_yaml::from_str::<AssessmentDocument>(&text).unwrap(),
            read[0],
            "{example}"
        );
        assert_eq!(strictly(&text).unwrap(), read[0], "{example}");
    }
}

#[test]
fn what_any_writer_makes_of_the_examples_is_read_back() {
    for example in EXAMPLES {
        let document = ours(example, &golden::read(example)).remove(0);
        for (name, text) in written(&document) {
            assert_eq!(ours(name, &text), [document.clone()], "{example} as {name}");
        }
        let text = serde_yaml::to_string(&document).unwrap();
        assert_eq!(ours("d.yaml", &text), [document], "{example}");
    }
}

/// Texts that one reader or another takes for something else, or that are hard to write.
const TRICKY: [&str; 61] = [
    "no",
    "No",
    "NO",
    "yes",
    "on",
    "off",
    "y",
    "n",
    "true",
    "False",
    "null",
    "Null",
    "~",
    "1e3",
    "1_000",
    "0x1F",
    "0o17",
    "0b1",
    "010",
    "9.10",
    "-1",
    "+1",
    ".5",
    ".inf",
    "--.inf",
    "+-0x1F",
    "-.inf",
    ".NaN",
    "-.NaN",
    "12:30:45",
    "2026-02-30",
    "2026-09-30",
    "2026-09-30T12:00:00Z",
    "=",
    "<<",
    "-",
    "- a",
    "?",
    ": ",
    "a: b",
    "a #b",
    "#a",
    "&a",
    "*a",
    "!a",
    "%a",
    "@a",
    "`a`",
    "'",
    "\"",
    "\\",
    "[a",
    "{a",
    "|",
    ">",
    " a ",
    "a\nb",
    "a\n",
    "\na",
    "a\n\n b\n",
    "\ta\r\n",
];

fn text() -> BoxedStrategy<String> {
    prop_oneof![
        4 => select(TRICKY.to_vec()).prop_map(str::to_owned),
        1 => (select(TRICKY.to_vec()), select(TRICKY.to_vec()))
            .prop_map(|(one, other)| format!("{one}{other}")),
        1 => "[a-z ]{1,60}",
        1 => "[ -~\n]{1,200}",
        2 => any::<Vec<char>>().prop_map(|characters| characters.into_iter().take(40).collect()),
    ]
    .prop_filter("a text says something", |text: &String| {
        !text.trim().is_empty()
    })
    .boxed()
}

fn id<T: FromStr + Debug>() -> impl Strategy<Value = T> {
    "[a-zA-Z0-9][a-zA-Z0-9._-]{0,12}".prop_filter_map("no id", |text| text.parse().ok())
}

fn word<W: Word>() -> impl Strategy<Value = W> {
    select(W::values())
}

fn words<W: Word>() -> impl Strategy<Value = Vec<W>> {
    let all = W::values();
    let count = all.len();
    subsequence(all, 0..=count)
}

fn date() -> impl Strategy<Value = Date> {
    let first: Date = "2020-01-01".parse().unwrap();
    (0..4_000).prop_map(move |days| first.plus_days(days))
}

fn hash() -> impl Strategy<Value = Sha256> {
    // Digits and an `e` look like a number to some.
    prop_oneof!["[0-9a-f]{64}", "[0-9]{30}e[0-9]{33}", "[0-9]{64}"]
        .prop_map(|digits| digits.parse().unwrap())
}

fn map<K, V>(
    key: impl Strategy<Value = K>,
    value: impl Strategy<Value = V>,
) -> impl Strategy<Value = IndexMap<K, V>>
where
    K: Debug + Hash + Eq,
    V: Debug,
{
    vec((key, value), 0..4).prop_map(|entries| entries.into_iter().collect())
}

fn person() -> impl Strategy<Value = Person> {
    (text(), option::of(text()), option::of(text()))
        .prop_map(|(name, organization, role)| with!(Person::new(name); organization, role))
}

fn provider() -> impl Strategy<Value = Provider> {
    (text(), option::of(text())).prop_map(|(name, service)| with!(Provider::new(name); service))
}

fn wallet() -> impl Strategy<Value = Wallet> {
    let facts = option::of(facts());
    let days = (option::of(date()), option::of(date()));
    (
        option::of(text()),
        word(),
        words::<Trait>(),
        vec(text(), 0..3),
        facts,
        days,
    )
        .prop_map(|(title, tier, traits, assets, facts, (since, until))| {
            with!(Wallet::new(tier, traits); title, assets, facts, since, until)
        })
}

fn facts() -> impl Strategy<Value = WalletFacts> {
    let figure = || {
        option::of((0_u32..100, 0_u32..100).prop_map(|(whole, parts)| {
            let text = format!("{whole}.{parts:02}");
            text.parse::<Figure>().unwrap()
        }))
    };
    let quorum = (1_u32..5, 0_u32..5).prop_map(|(required, more)| Quorum {
        required,
        of: required + more,
    });
    (figure(), option::of(quorum), figure(), vec(id(), 0..3)).prop_map(
        |(share_of_assets, quorum, backup_distance, evidence)| {
            let backups = backup_distance.map(|_| Figure::whole(2));
            with!(
                WalletFacts::default();
                share_of_assets, quorum, backups, backup_distance, evidence
            )
        },
    )
}

fn subject() -> impl Strategy<Value = SubjectId> {
    prop_oneof![
        1 => proptest::strategy::Just(SubjectId::Organization),
        3 => id().prop_map(SubjectId::Wallet),
    ]
}

fn evidence() -> impl Strategy<Value = Evidence> {
    let needed = (text(), word(), word(), date(), text());
    let more = (
        option::of(date()),
        option::of(hash()),
        option::of(id()),
        option::of(vec(subject(), 0..3)),
        option::of(text()),
    );
    (needed, more).prop_map(
        |(
            (title, kind, technique, collected, locator),
            (valid_until, sha256, by, covers, note),
        )| {
            with!(
                Evidence::new(title, kind, technique, collected, locator);
                valid_until, sha256, by, covers, note
            )
        },
    )
}

fn assessed() -> impl Strategy<Value = Vec<Assessed>> {
    let one = (option::of(id()), option::of(date()));
    vec(
        one.prop_map(|(by, on)| with!(Assessed::default(); by, on)),
        0..3,
    )
}

fn reassess_within() -> impl Strategy<Value = ReassessWithin> {
    prop_oneof![
        (1..=36_500_u32).prop_map(ReassessWithin::Days),
        map(word(), 1..=36_500_u32).prop_map(ReassessWithin::BySeverity),
    ]
}

fn narrowed() -> impl Strategy<Value = NarrowedClaim> {
    let earlier = (single_claim(), assessed())
        .prop_map(|(claim, assessed)| generate::earlier(claim, assessed));
    (single_claim(), assessed(), vec(earlier, 0..3))
        .prop_map(|(claim, assessed, earlier)| with!(claim; assessed, earlier))
}

fn single_claim() -> impl Strategy<Value = NarrowedClaim> {
    let texts = (
        option::of(text()),
        option::of(text()),
        option::of(text()),
        option::of(text()),
    );
    let ids = (vec(id(), 0..3), option::of(id()), option::of(id()));
    (word(), texts, ids, option::of(date())).prop_map(
        |(status, (rationale, missing, because, note), (evidence, provider, owner), due)| {
            with!(
                NarrowedClaim::new(status);
                evidence, rationale, provider, missing, due, because, owner, note
            )
        },
    )
}

fn claim() -> impl Strategy<Value = Claim> {
    let wallets = map(id(), option::of(narrowed()));
    let claim = (any::<bool>(), option::of(text()), narrowed(), wallets);
    claim.prop_map(|(only_narrows, proposed, wide, wallets)| {
        if only_narrows {
            return with!(Claim::default(); wallets);
        }
        with!(
            Claim::new(wide.status);
            proposed,
            evidence: wide.evidence,
            rationale: wide.rationale,
            provider: wide.provider,
            missing: wide.missing,
            due: wide.due,
            because: wide.because,
            owner: wide.owner,
            note: wide.note,
            assessed: wide.assessed,
            earlier: wide.earlier,
            wallets,
        )
    })
}

fn acceptance() -> impl Strategy<Value = Acceptance> {
    let days = (option::of(date()), option::of(date()), date());
    (text(), id(), days, vec(id(), 0..3)).prop_map(
        |(because, approved_by, (on, from, until), wallets)| {
            with!(Acceptance::new(because, approved_by, until); on, from, wallets)
        },
    )
}

fn effort() -> impl Strategy<Value = Option<u32>> {
    option::of(1..=36_500_u32)
}

fn control_efforts() -> impl Strategy<Value = ControlEfforts> {
    let kinds = (effort(), effort(), effort(), effort());
    (kinds, vec(id(), 0..3)).prop_map(|((prove, complete, assess, implement), after)| {
        with!(ControlEfforts::default(); prove, complete, assess, implement, after)
    })
}

fn efforts() -> impl Strategy<Value = Efforts> {
    let kinds = (effort(), effort(), effort(), effort(), effort());
    let entries = (
        map(id(), 1..=36_500_u32),
        map(id(), control_efforts()),
        option::of(text()),
    );
    (kinds, entries).prop_map(
        |((renew, prove, complete, assess, implement), (evidence, controls, unit))| {
            with!(
                Efforts::default();
                unit, renew, prove, complete, assess, implement, evidence, controls
            )
        },
    )
}

fn document() -> impl Strategy<Value = AssessmentDocument> {
    let custodian = (text(), option::of(text()))
        .prop_map(|(name, jurisdiction)| with!(Custodian::new(name); jurisdiction));
    let header = (
        id(),
        option::of(text()),
        option::of(id()),
        option::of(custodian),
        option::of((date(), date()).prop_map(|(from, to)| Period { from, to })),
        option::of(words().prop_map(Organization::new)),
    );
    let people = (
        (vec(id(), 0..3), assessed(), option::of(reassess_within())),
        map(id(), person()),
        map(id(), provider()),
        map(word(), 1..=36_500_u32),
    );
    let entries = (
        map(id(), wallet()),
        map(id(), evidence()),
        map(id(), option::of(claim())),
        map(id(), acceptance()),
        option::of(efforts()),
    );
    (header, people, entries).prop_map(|(header, people, entries)| {
        with!(
            AssessmentDocument::new(header.0);
            title: header.1,
            catalog: header.2,
            custodian: header.3,
            period: header.4,
            organization: header.5,
            assessors: people.0.0,
            assessed: people.0.1,
            reassess_within: people.0.2,
            people: people.1,
            providers: people.2,
            evidence_max_age: people.3,
            wallets: entries.0,
            evidence: entries.1,
            claims: entries.2,
            accepted_risks: entries.3,
            efforts: entries.4,
        )
    })
}

fn run<S: Strategy>(strategy: &S, test: impl Fn(S::Value) -> Result<(), String>) {
    random::run(500, strategy, |value| {
        test(value).map_err(TestCaseError::fail)
    });
}

fn held_equal<T: PartialEq + Debug>(what: &str, one: &T, other: &T) -> Result<(), String> {
    if one == other {
        return Ok(());
    }
    Err(format!("{what}\n{one:?}\nis not\n{other:?}"))
}

#[test]
fn what_any_writer_makes_of_any_document_is_read_back() {
    run(&document(), |document| {
        for (name, text) in written(&document) {
            held_equal(&text, &ours(name, &text), &vec![document.clone()])?;
        }
        let document = without_words_that_need_quotes(&document);
        let text = serde_yaml::to_string(&document).unwrap();
        held_equal(&text, &ours("d.yaml", &text), &vec![document])
    });
}

#[test]
fn all_readers_read_any_document_alike() {
    run(&document(), |document| {
        let text = serde_saphyr::to_string(&document).unwrap();
        held_equal(&text, &strictly(&text), &Ok(document.clone()))?;
        let text = serde_yaml::to_string(&document).unwrap();
        let read = serde_yaml::from_str(&text).map_err(|error| error.to_string());
        held_equal(&text, &read, &Ok(document))
    });
}

/// Codes of faults that the shape of a document has, before anything that it says is judged.
fn of_shape(faults: &Diagnostics) -> Vec<Code> {
    const SHAPE: [Code; 19] = [
        Code::NotYaml,
        Code::EmptyDocument,
        Code::SeveralDocuments,
        Code::LimitExceeded,
        Code::TagNotAllowed,
        Code::MergeKey,
        Code::UnknownKey,
        Code::RepeatedKey,
        Code::MissingKey,
        Code::WrongType,
        Code::EmptyText,
        Code::UnknownWord,
        Code::MalformedId,
        Code::IdLooksLikeNumber,
        Code::MalformedDate,
        Code::MalformedHash,
        Code::MalformedNumber,
        Code::NotUtf8,
        Code::NotJson,
    ];
    // An invalid id that is the number of a clause is reported as that.
    let is_clause = |fault: &Diagnostic| fault.message.contains("is a clause, not");
    let of_shape = faults
        .iter()
        .filter(|fault| SHAPE.contains(&fault.code) || is_clause(fault));
    of_shape.map(|fault| fault.code).collect()
}

/// Where ours is the stricter one.
const OURS_ALONE: [Code; 6] = [
    Code::MissingKey,
    Code::EmptyText,
    Code::TagNotAllowed,
    Code::NotYaml,
    Code::WrongType,
    Code::MalformedNumber,
];

#[test]
fn what_the_typed_reader_refuses_ours_refuses_too() {
    let sound = golden::read(EXAMPLES[2]);
    let tokens = select(vec![
        "*a ", "&a ", "<<: ", "[", "]", "{", "}", "\"", "'", "!x ", "!!str ", "? ", "- ", ": ",
        " ", "  ", "|\n", ">-\n", "\n", "#", "%", "---\n", "...\n", ",", "~", "x: 1\n", "1", "é",
    ]);
    let changes = vec((any::<Index>(), 0..6_usize, tokens), 1..4);
    run(&changes, |changes| {
        let mut text: Vec<char> = sound.chars().collect();
        for (at, gone, token) in &changes {
            let at = at.index(text.len());
            let end = (at + gone).min(text.len());
            text.splice(at..end, token.chars());
        }
        let text: String = text.into_iter().collect();
        let files = AssessmentFiles::from_text("a.yaml", text.as_str());
        let documents = files.documents().to_vec();
        let faults = files.resolve(Catalog::builtin());
        let faults = faults.map_or_else(|faults| faults, |sound| sound.warnings().clone());
        let codes = of_shape(&faults);
        match strictly(&text) {
            Ok(document) if codes.is_empty() => {
                held_equal(&text, &documents.as_slice(), &[document].as_slice())
            }
            Ok(_) if codes.iter().any(|code| OURS_ALONE.contains(code)) => Ok(()),
            Ok(_) => Err(format!("only ours refuses {text}\n{faults}")),
            Err(error) if codes.is_empty() => Err(format!("only ours reads {text}\n{error}")),
            Err(_) => Ok(()),
        }
    });
}
