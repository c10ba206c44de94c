//! A file as authors write it, and changes to it.

use super::at;
use super::change::Change;
use custody_controls::edit::Value;

/// What an author may write by hand, with comments in all places.
pub(super) const FILE: &str = "# Head comment
assessment: mine   # the id
title: \"Quoted: title\"
# before wallets
wallets:
  hot:      # ours
    tier: hot
    traits: [hsm, multisig]   # all of them
    # before assets
    assets:
    - BTC   # bitcoin

    - ETH
  cold: { tier: cold, traits: [ paper ] }
people:
  - name: Keller   # the lead
    role: assessor
  - { name: Meier }
evidence: {}
matrix: [
  one,   # first
  two
  # end
]
claims:
  9.3.7.3-a:      # empty
  9.3.7.3-b: &base
    status: partial
    missing: |
      The second site
      is missing.
    note: >-
      folded
  9.3.7.3-c: *base
  # last comment
kept: |+
  text

accepted_risks:
";

/// A change of [`FILE`], and the lines that it replaces with others.
pub(super) fn changes() -> Vec<(Change, &'static str, &'static str)> {
    let set = |path, value: &str| Change::Set(at(path), value.into());
    let push = |path, value: &str| Change::Push(at(path), value.into());
    let remove = |path| Change::Remove(at(path));
    let insert = |path, key: &str, value: Value, order: &[&'static str]| {
        Change::Insert(at(path), key.to_owned(), value, order.to_vec())
    };
    vec![
        (set("/assessment", "yours"), "mine   #", "yours   #"),
        (set("/title", "no quotes"), "\"Quoted: title\"", "no quotes"),
        (set("/title", "a: b"), "Quoted: title", "a: b"),
        (set("/wallets/hot/traits", "x"), "[hsm, multisig]", "x"),
        (
            set("/people/0/role", "yes"),
            "role: assessor",
            "role: \"yes\"",
        ),
        (
            set("/claims/9.3.7.3-a", "x"),
            "9.3.7.3-a:      #",
            "9.3.7.3-a: x      #",
        ),
        (
            set("/accepted_risks", "x"),
            "accepted_risks:",
            "accepted_risks: x",
        ),
        (
            push("/wallets/hot/traits", "paper"),
            "[hsm, multisig]   #",
            "[hsm, multisig, paper]   #",
        ),
        (
            push("/wallets/hot/assets", "LTC"),
            "- ETH\n",
            "- ETH\n    - LTC\n",
        ),
        (
            push("/wallets/cold/traits", "hsm"),
            "[ paper ]",
            "[ paper, hsm ]",
        ),
        (push("/matrix", "three"), "  two\n", "  two,\n  three\n"),
        (
            push("/accepted_risks", "x"),
            "accepted_risks:",
            "accepted_risks: [x]",
        ),
        (
            insert("/wallets/hot", "title", "Hot".into(), &["title", "tier"]),
            "    tier: hot\n",
            "    title: Hot\n    tier: hot\n",
        ),
        (
            insert(
                "/wallets/hot",
                "facts",
                Value::mapping([("backups", Value::from(2))]),
                &[],
            ),
            "    - ETH\n",
            "    - ETH\n    facts:\n      backups: 2\n",
        ),
        (
            insert("/wallets/cold", "title", "Cold".into(), &["title", "tier"]),
            "{ tier: cold",
            "{ title: Cold, tier: cold",
        ),
        (
            insert(
                "/people/0",
                "organization",
                "A, B".into(),
                &["name", "organization"],
            ),
            "# the lead\n",
            "# the lead\n    organization: A, B\n",
        ),
        (
            insert(
                "/evidence",
                "log",
                Value::mapping([("kind", Value::from("log"))]),
                &[],
            ),
            "evidence: {}",
            "evidence:\n  log:\n    kind: log",
        ),
        (
            insert(
                "/accepted_risks",
                "8.3.2-a",
                Value::mapping([("because", "x")].map(|(k, v)| (k, Value::from(v)))),
                &[],
            ),
            "accepted_risks:\n",
            "accepted_risks:\n  8.3.2-a:\n    because: x\n",
        ),
        (remove("/assessment"), "assessment: mine   # the id\n", ""),
        (
            remove("/wallets/hot/traits/0"),
            "[hsm, multisig]",
            "[multisig]",
        ),
        (remove("/wallets/hot/traits/1"), "[hsm, multisig]", "[hsm]"),
        (
            remove("/wallets/cold/tier"),
            "{ tier: cold, traits",
            "{ traits",
        ),
        (remove("/wallets/cold/traits/0"), "[ paper ]", "[]"),
        (
            remove("/wallets/hot/assets/0"),
            "    - BTC   # bitcoin\n",
            "",
        ),
        (
            remove("/people/0/name"),
            "name: Keller   # the lead\n    ",
            "",
        ),
        (
            remove("/people/0"),
            "  - name: Keller   # the lead\n    role: assessor\n",
            "",
        ),
        (remove("/matrix/0"), "  one,   # first\n", ""),
        (
            remove("/claims/9.3.7.3-b/missing"),
            "    missing: |\n      The second site\n      is missing.\n",
            "",
        ),
        (
            Change::Rename(at("/wallets/hot"), "warm".to_owned()),
            "  hot:      # ours",
            "  warm:      # ours",
        ),
    ]
}
