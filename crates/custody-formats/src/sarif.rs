//! SARIF 2.1.0, for code scanning and editors. There are three families of rules: `gap/…` for gaps of
//! a custodian, `doubt/…` for what to doubt about an assessment, `fault/…` for errors and warnings in
//! a file.
//!
//! A result keeps its identity when the file around it changes: its fingerprints are computed from
//! the rule and the gap or message, never from a line number.

mod model;

use custody_controls::diagnostic::{Code, Diagnostic, Diagnostics, Level};
use custody_controls::digest::hex;
use custody_controls::doubt::{Doubt, DoubtCode};
use custody_controls::gap::Gap;
use custody_controls::id::ClauseNumber;
use custody_controls::json;
use custody_controls::report::Report;
use custody_controls::taxonomy::{GapKind, Severity, Word};
use custody_controls::text::sanitize;
use model::{
    Artifact, ArtifactLocation, AutomationDetails, Configuration, Driver, Each, Finding, Help,
    Invocation, Location, Log, LogicalLocation, Message, PhysicalLocation, Region, Rule,
    RuleProperties, Run, Taxon, TaxonReference, Taxonomy, Tool, ToolComponentReference,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io;

/// Properties of a gap for which SARIF has no field.
#[derive(serde::Serialize)]
struct GapProperties<'r> {
    gap: &'r str,
    severity: Severity,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<custody_controls::date::Date>,
}

pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let facts = &report.facts;
    let taxonomy = ToolComponentReference {
        name: facts.catalog.to_string(),
        index: 0,
    };
    let taxa: BTreeMap<&ClauseNumber, usize> = report
        .clause_titles
        .iter()
        .enumerate()
        .map(|(index, row)| (&row.clause, index))
        .collect();
    // An assessment that was built in code has no file, but a result needs one.
    let file = facts.files.first().map_or_else(
        || format!("{}.yaml", facts.assessment),
        |file| file.name.clone(),
    );
    let run = Run {
        tool: tool(
            GapKind::values()
                .into_iter()
                .map(gap_rule)
                .chain(DoubtCode::values().into_iter().map(doubt_rule)),
            vec![taxonomy.clone()],
        ),
        invocations: [Invocation {
            execution_successful: true,
            end_time_utc: Some(format!("{}T00:00:00Z", facts.as_of)),
        }],
        // The part before the last slash identifies the series of runs that are compared.
        automation_details: Some(AutomationDetails {
            id: format!("custody/{}/{}", facts.assessment, facts.as_of),
        }),
        column_kind: "unicodeCodePoints",
        artifacts: facts
            .files
            .iter()
            .map(|file| Artifact {
                location: artifact(&file.name),
                length: file.bytes,
                hashes: BTreeMap::from([("sha-256", file.sha256.clone())]),
            })
            .collect(),
        taxonomies: vec![Taxonomy {
            name: taxonomy.name.clone(),
            version: sanitize(&facts.catalog_version).into_owned(),
            full_name: match facts.catalog_origin.remark() {
                None => sanitize(&facts.catalog_standard).into_owned(),
                Some(remark) => format!("{} ({remark})", sanitize(&facts.catalog_standard)),
            },
            short_description: text(sentence(&facts.catalog_title)),
            taxa: report
                .clause_titles
                .iter()
                .map(|row| Taxon {
                    id: row.clause.to_string(),
                    short_description: text(sentence(&row.title)),
                })
                .collect(),
        }],
        results: Each(|| {
            report
                .gaps
                .iter()
                .map(|gap| gap_finding(report, gap, &file, &taxa, &taxonomy))
                .chain(
                    report
                        .doubts
                        .iter()
                        .map(|doubt| doubt_finding(report, doubt, &file)),
                )
        }),
    };
    json::write(&Log::of(run), out)
}

pub(super) fn write_diagnostics(
    diagnostics: &Diagnostics,
    files: &[&str],
    out: &mut dyn io::Write,
) -> io::Result<()> {
    // The same message may occur at several places; occurrences are numbered in order of place.
    let mut occurrences: BTreeMap<(Code, &str), usize> = BTreeMap::new();
    let findings: Vec<Finding<()>> = diagnostics
        .iter()
        .map(|diagnostic| {
            let count = occurrences
                .entry((diagnostic.code, diagnostic.message.as_str()))
                .or_default();
            *count += 1;
            diagnostic_finding(
                diagnostic,
                *count,
                files.first().copied().unwrap_or("assessment.yaml"),
            )
        })
        .collect();
    let run = Run {
        tool: tool(Code::values().into_iter().map(diagnostic_rule), Vec::new()),
        invocations: [Invocation {
            execution_successful: true,
            end_time_utc: None,
        }],
        automation_details: None,
        column_kind: "unicodeCodePoints",
        artifacts: Vec::new(),
        taxonomies: Vec::new(),
        results: findings,
    };
    json::write(&Log::of(run), out)
}

fn tool(
    rules: impl Iterator<Item = Rule>,
    supported_taxonomies: Vec<ToolComponentReference>,
) -> Tool {
    Tool {
        driver: Driver {
            name: "custody",
            version: env!("CARGO_PKG_VERSION"),
            semantic_version: env!("CARGO_PKG_VERSION"),
            // Omitted if the package names no repository.
            information_uri: Some(env!("CARGO_PKG_REPOSITORY")).filter(|uri| !uri.is_empty()),
            language: "en",
            rules: rules.collect(),
            supported_taxonomies,
        },
    }
}

fn gap_rule(kind: GapKind) -> Rule {
    // Each gap has the level of its severity; this is the default only.
    rule("gap", kind, "warning", vec!["custody", "gap"])
}

fn doubt_rule(code: DoubtCode) -> Rule {
    rule("doubt", code, "warning", vec!["custody", "doubt"])
}

fn diagnostic_rule(code: Code) -> Rule {
    rule(
        "fault",
        code,
        level_of(code.level()),
        vec!["custody", "fault"],
    )
}

fn rule<W: Word>(family: &str, word: W, level: &'static str, tags: Vec<&'static str>) -> Rule {
    let meaning = word.meaning();
    // A full stop within a word, as in `YYYY.MM`, does not end the sentence.
    let first = meaning
        .split_once(". ")
        .map_or(meaning.as_str(), |(first, _)| first);
    let more = format!("See also `custody explain {}`.", word.word());
    Rule {
        id: rule_id(family, word),
        name: format!("{word:?}"),
        short_description: text(sentence(first)),
        full_description: text(meaning.clone()),
        help: Help {
            text: format!("{meaning} {more}"),
            markdown: format!("{meaning}\n\n{more}"),
        },
        default_configuration: Configuration { level },
        properties: RuleProperties { tags },
    }
}

fn rule_id<W: Word>(family: &str, word: W) -> String {
    format!("{family}/{}", word.word())
}

/// The index of a word's rule; rules are in the order of the words.
fn rule_index<W: Word>(word: W) -> usize {
    W::words()
        .iter()
        .position(|other| *other == word.word())
        .unwrap_or_default()
}

fn severity_level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

fn level_of(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
    }
}

fn gap_finding<'r>(
    report: &'r Report,
    gap: &'r Gap,
    file: &str,
    taxa: &BTreeMap<&ClauseNumber, usize>,
    taxonomy: &ToolComponentReference,
) -> Finding<GapProperties<'r>> {
    let rule_id = rule_id("gap", gap.kind);
    let reasons = || {
        gap.because
            .iter()
            .filter_map(|reason| reason.location.as_ref())
    };
    let main = gap.location.as_ref().or_else(|| reasons().next());
    let because: Vec<String> = gap.because.iter().map(ToString::to_string).collect();
    let alternatives = gap
        .alternatives()
        .map(|alternative| alternative.to_string());
    let alternatives: Vec<String> = alternatives.collect();
    let message = format!(
        "{} (`{}`): {}. Because {}. Closes if {}",
        gap.title,
        gap.id,
        gap.kind,
        because.join("; "),
        alternatives.join("; or ")
    );
    let related = gap
        .because
        .iter()
        .zip(&because)
        .filter_map(|(reason, text)| {
            let location = reason.location.as_ref().filter(|at| Some(*at) != main)?;
            Some((location, text.as_str()))
        });
    let key = format!("{rule_id}\n{}\n{}", report.facts.assessment, gap.id);
    Finding {
        rule_index: rule_index(gap.kind),
        kind: "fail",
        level: severity_level(gap.severity),
        message: text(sentence(&message)),
        locations: [Location {
            id: None,
            physical_location: physical(main, file),
            logical_locations: vec![LogicalLocation {
                fully_qualified_name: gap.id.clone(),
            }],
            message: None,
        }],
        related_locations: related_locations(related),
        partial_fingerprints: fingerprints("custodyGap/v1", &key, 1),
        taxa: taxa
            .get(&gap.clause)
            .map(|index| TaxonReference {
                id: gap.clause.to_string(),
                index: *index,
                tool_component: taxonomy.clone(),
            })
            .into_iter()
            .collect(),
        properties: Some(GapProperties {
            gap: &gap.id,
            severity: gap.severity,
            owner: gap
                .owner
                .as_ref()
                .map(custody_controls::id::PersonId::as_str),
            due: gap.due,
        }),
        rule_id,
    }
}

fn doubt_finding<'r>(
    report: &'r Report,
    doubt: &'r Doubt,
    file: &str,
) -> Finding<GapProperties<'r>> {
    let rule_id = rule_id("doubt", doubt.code());
    let key = format!("{rule_id}\n{}\n{}", report.facts.assessment, doubt.id);
    Finding {
        // The rules of doubts follow those of gaps.
        rule_index: GapKind::words().len() + rule_index(doubt.code()),
        kind: "fail",
        level: "warning",
        message: text(sentence(&doubt.message().to_string())),
        locations: [Location {
            id: None,
            physical_location: physical(doubt.location.as_ref(), file),
            logical_locations: vec![LogicalLocation {
                fully_qualified_name: doubt.id.clone(),
            }],
            message: None,
        }],
        related_locations: Vec::new(),
        partial_fingerprints: fingerprints("custodyDoubt/v1", &key, 1),
        taxa: Vec::new(),
        properties: None,
        rule_id,
    }
}

fn diagnostic_finding(diagnostic: &Diagnostic, count: usize, file: &str) -> Finding<()> {
    let rule_id = rule_id("fault", diagnostic.code);
    let message = match &diagnostic.help {
        Some(help) => format!("{}. Help: {help}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    let key = format!("{rule_id}\n{}", diagnostic.message);
    Finding {
        rule_index: rule_index(diagnostic.code),
        kind: "fail",
        level: level_of(diagnostic.level()),
        message: text(sentence(&message)),
        locations: [Location {
            id: None,
            physical_location: physical(diagnostic.location.as_ref(), file),
            logical_locations: Vec::new(),
            message: None,
        }],
        related_locations: related_locations(
            diagnostic
                .related
                .iter()
                .map(|related| (&related.location, related.message.as_str())),
        ),
        partial_fingerprints: fingerprints("custodyFault/v1", &key, count),
        taxa: Vec::new(),
        properties: None,
        rule_id,
    }
}

fn related_locations<'r>(
    places: impl Iterator<Item = (&'r custody_controls::location::Location, &'r str)>,
) -> Vec<Location> {
    places
        .enumerate()
        .map(|(index, (location, message))| Location {
            id: Some(index + 1),
            physical_location: physical(Some(location), &location.file),
            logical_locations: Vec::new(),
            message: Some(text(sentence(message))),
        })
        .collect()
}

/// GitHub code scanning uses the fingerprint named `primaryLocationLineHash`.
fn fingerprints(name: &'static str, key: &str, count: usize) -> BTreeMap<&'static str, String> {
    let digest = hex(&Sha256::digest(key.as_bytes()));
    let fingerprint = format!("{}:{count}", digest.get(..32).unwrap_or_default());
    BTreeMap::from([
        ("primaryLocationLineHash", fingerprint.clone()),
        (name, fingerprint),
    ])
}

/// The region of a location; the first line of the file if the location is not known.
fn physical(
    location: Option<&custody_controls::location::Location>,
    file: &str,
) -> PhysicalLocation {
    match location {
        Some(location) => PhysicalLocation {
            artifact_location: artifact(&location.file),
            region: Region {
                start_line: location.line,
                start_column: Some(location.column),
                end_line: Some(location.end_line),
                end_column: Some(location.end_column),
            },
        },
        None => PhysicalLocation {
            artifact_location: artifact(file),
            region: Region {
                start_line: 1,
                start_column: None,
                end_line: None,
                end_column: None,
            },
        },
    }
}

/// Everything but unreserved characters (RFC 3986) and slashes is percent-encoded in a path.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// A file as a URI reference, relative if its name is relative.
fn artifact(file: &str) -> ArtifactLocation {
    let path = file.replace('\\', "/");
    let mut path = path.as_str();
    while let Some(rest) = path.strip_prefix("./") {
        path = rest.trim_start_matches('/');
    }
    let encoded = utf8_percent_encode(path, PATH);
    let drive = path
        .split_once(":/")
        .filter(|(drive, _)| drive.len() == 1 && drive.bytes().all(|b| b.is_ascii_alphabetic()));
    ArtifactLocation {
        uri: match drive {
            Some((drive, rest)) => format!("file:///{drive}:/{}", utf8_percent_encode(rest, PATH)),
            None if path.starts_with("//") => format!("file:{encoded}"),
            None if path.starts_with('/') => format!("file://{encoded}"),
            None => encoded.to_string(),
        },
    }
}

fn text(text: String) -> Message {
    Message { text }
}

/// Untrusted text as a sentence: with a full stop at its end, and without links.
fn sentence(text: &str) -> String {
    let mut sentence = sanitize(text).into_owned();
    if sentence.contains("](") {
        sentence = sentence
            .replace('\\', "\\\\")
            .replace('[', "\\[")
            .replace(']', "\\]");
    }
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}
