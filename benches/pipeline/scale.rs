//! A larger assessment out of a small one, as text, so that its style stays that of its author:
//! comments, quotes, flow lists and folded texts.
//!
//! Each copy brings all wallets and all evidence again under ids of its own. What is narrowed to a
//! wallet is narrowed to its copy too; a claim about wallets in general is repeated for one wallet
//! of the copy; a claim about the organization cites the evidence of all copies. So every copy of an
//! item is cited where the original is, and bytes, cells and citations grow by the same amount with
//! each copy.

use custody_controls::taxonomy::SubjectKind;
use custody_controls::{AssessmentFiles, Catalog};
use std::fmt::Write;

/// The assessment with so many copies of its wallets and evidence, the original included.
pub(crate) fn scaled(text: &str, copies: usize) -> String {
    let files = AssessmentFiles::from_text("original.yaml", text);
    let original = files
        .resolve(Catalog::builtin())
        .unwrap_or_else(|faults| panic!("the original is sound: {faults}"));
    let mut out = String::with_capacity(text.len() * copies);
    for section in blocks(text, 0) {
        match section.key {
            "wallets" | "evidence" => {
                out.push_str(section.head);
                for copy in 1..=copies {
                    out.push_str(&renamed(section.body, 2, copy));
                }
            }
            "claims" => {
                out.push_str(section.head);
                for claim in blocks(section.body, 2) {
                    let wallet = wallet_for_copies(&original, &claim);
                    write_claim(&mut out, &claim, wallet.as_deref(), copies);
                }
            }
            _ => {
                out.push_str(section.head);
                out.push_str(section.body);
            }
        }
    }
    out
}

/// An entry of a block mapping: its key, the line of the key, and the lines below it.
struct Block<'t> {
    key: &'t str,
    head: &'t str,
    body: &'t str,
}

/// The entries at an indentation. Lines before the first entry are an entry without a key.
fn blocks(text: &str, indent: usize) -> Vec<Block<'_>> {
    let mut starts = vec![0];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if key_of(line, indent).is_some() && at > 0 {
            starts.push(at);
        }
        at += line.len();
    }
    starts.push(text.len());
    starts
        .windows(2)
        .map(|run| {
            let block = &text[run[0]..run[1]];
            let line = block.split_inclusive('\n').next().unwrap_or_default();
            let (head, body) = block.split_at(line.len());
            let key = key_of(line, indent).unwrap_or_default();
            Block { key, head, body }
        })
        .collect()
}

fn key_of(line: &str, indent: usize) -> Option<&str> {
    let rest = line.get(indent..)?;
    let is_entry = line[..indent].bytes().all(|b| b == b' ')
        && rest.starts_with(|c: char| c.is_ascii_alphanumeric());
    is_entry.then(|| rest.split(':').next())?
}

/// The entries at an indentation under the ids of a copy, citing the evidence of the copy.
fn renamed(text: &str, indent: usize, copy: usize) -> String {
    text.split_inclusive('\n')
        .map(|line| match key_of(line, indent) {
            Some(key) if copy > 1 => line.replacen(key, &format!("{key}-{copy}"), 1),
            _ => cite(line, [copy]),
        })
        .collect()
}

/// A line that lists evidence, with what it lists taken from some copies.
fn cite(line: &str, copies: impl IntoIterator<Item = usize>) -> String {
    let Some((lead, items)) = line
        .trim_end()
        .strip_suffix(']')
        .and_then(|line| line.split_once("evidence: ["))
    else {
        return line.to_owned();
    };
    let items: Vec<String> = copies
        .into_iter()
        .flat_map(|copy| {
            items.split(", ").map(move |item| match copy {
                1 => item.to_owned(),
                _ => format!("{item}-{copy}"),
            })
        })
        .collect();
    format!("{lead}evidence: [{}]\n", items.join(", "))
}

/// The first wallet to which a claim about wallets in general applies and to which it is not
/// narrowed; none if it is about the organization.
fn wallet_for_copies(original: &custody_controls::Assessment, claim: &Block<'_>) -> Option<String> {
    let control = original.catalog().control(claim.key)?;
    let said = original.document().claims.get(claim.key)?.as_ref()?;
    said.status?;
    (control.subject == SubjectKind::Wallet).then_some(())?;
    original
        .subjects()
        .iter()
        .skip(1)
        .find(|subject| {
            control.when.holds(subject.features) && !said.wallets.contains_key(subject.id.as_str())
        })
        .map(|subject| subject.id.to_string())
}

fn write_claim(out: &mut String, claim: &Block<'_>, wallet: Option<&str>, copies: usize) {
    let parts = blocks(claim.body, 4);
    let (narrowed, wide): (Vec<&Block<'_>>, Vec<&Block<'_>>) =
        parts.iter().partition(|part| part.key == "wallets");
    let wide: String = wide
        .iter()
        .flat_map(|part| [part.head, part.body])
        .collect();
    // Comments and empty lines after a claim belong to the next one.
    let said = wide
        .trim_end_matches(|c: char| c.is_whitespace())
        .split_inclusive('\n')
        .filter(|line| !line.trim_start().starts_with('#'))
        .collect::<String>();
    out.push_str(claim.head);
    if wallet.is_some() {
        out.push_str(&wide);
    } else {
        for line in wide.split_inclusive('\n') {
            out.push_str(&cite(line, 1..=copies));
        }
    }
    if narrowed.is_empty() && (wallet.is_none() || copies == 1) {
        return;
    }
    out.push_str("    wallets:\n");
    for copy in 1..=copies {
        if let Some(wallet) = wallet
            && copy > 1
        {
            let _ = writeln!(out, "      {wallet}-{copy}:");
            for line in said.lines() {
                let line = cite(&format!("{line}\n"), [copy]);
                let _ = write!(out, "    {line}");
            }
        }
        for part in &narrowed {
            out.push_str(&renamed(part.body, 6, copy));
        }
    }
}
