//! Many assessments at once: the same bytes in whatever order and by however many hands, the numbers
//! of the reports, and strangers' names that lead nowhere.

use custody_controls::portfolio::{FaultyInput, Portfolio, Table};
use custody_controls::portfolio::{
    Gathering, LeftOut, Member, Omission, OutputFile, OutputKind, Totals, custodian_key, rows_path,
};
use custody_controls::taxonomy::{Severity, Word};
use custody_controls::{AssessmentFiles, Catalog, Report, Settings};
use custody_formats::{PortfolioFormat, Render};
use custody_testing::golden;
use custody_testing::random;
use proptest::collection::vec;
use proptest::prelude::any;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

const DAY: &str = "2026-09-30";

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn put(folder: &Path, name: &str, text: impl AsRef<[u8]>) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// The small firm under another id and of another custodian, whose name is written as JSON.
fn firm(id: &str, custodian: &str) -> String {
    let text = golden::read("examples/small-firm.yaml");
    let custodian = serde_json::to_string(custodian).unwrap();
    let with = text
        .replace("assessment: pebblewick-2026", &format!("assessment: {id}"))
        .replace(
            "name: Pebblewick Brokerage Ltd,",
            &format!("name: {custodian},"),
        );
    assert!(with.contains(&format!("assessment: {id}\n")) && with.contains(&custodian));
    with
}

fn command(inside: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_custody"));
    command
        .args(["portfolio", "--as-of", DAY])
        .args(arguments)
        .current_dir(inside)
        .env_remove("CLICOLOR_FORCE");
    command
}

/// A run of the program in a folder.
struct Run {
    code: i32,
    out: String,
    err: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

#[track_caller]
fn portfolio(inside: &Path, arguments: &[&str], code: i32) -> Run {
    let run: Run = command(inside, arguments).output().unwrap().into();
    assert_eq!(run.code, code, "{}{}", run.out, run.err);
    run
}

/// Every file within a folder, by its path, and every folder with nothing to read.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn visit(folder: &Path, from: &Path, contents: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(from).unwrap().to_str().unwrap();
            if path.is_dir() {
                contents.insert(format!("{name}/"), Vec::new());
                visit(&path, from, contents);
            } else {
                contents.insert(name.to_owned(), std::fs::read(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    visit(folder, folder, &mut found);
    found
}

fn manifest(output: &Path) -> Value {
    let text = std::fs::read(output.join(format!("as_of={DAY}/manifest.json"))).unwrap();
    serde_json::from_slice(&text).unwrap()
}

fn texts<'v>(list: &'v Value, key: &str) -> Vec<&'v str> {
    let list = list.as_array().unwrap();
    list.iter()
        .map(|entry| entry[key].as_str().unwrap())
        .collect()
}

/// The three examples and a few of their copies.
fn some(inside: &Path) {
    for name in ["exchange", "cold-custody", "small-firm"] {
        let text = golden::read(&format!("examples/{name}.yaml"));
        put(inside, &format!("in/{name}.yaml"), text);
    }
    for number in 0..4 {
        let text = firm(&format!("firm-{number}"), &format!("Firm {number}"));
        put(inside, &format!("in/firm-{number}.yaml"), text);
    }
}

#[test]
fn every_byte_is_in_the_manifest() {
    let inside = folder();
    some(inside.path());
    portfolio(inside.path(), &["in", "-o", "out"], 0);
    let day = inside.path().join(format!("out/as_of={DAY}"));
    let manifest = manifest(&inside.path().join("out"));
    let members = manifest["assessments"].as_array().unwrap();
    assert_eq!(members.len(), 7);
    let mut sealed = BTreeSet::from(["manifest.json".to_owned()]);
    let mut hold = |file: &Value| {
        let path = file["path"].as_str().unwrap();
        let bytes = std::fs::read(day.join(path)).unwrap();
        assert_eq!(file["bytes"], bytes.len(), "{path}");
        let digest: String = Sha256::digest(&bytes)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        assert_eq!(file["sha256"], digest, "{path}");
        if let Some(rows) = file["rows"].as_u64() {
            assert_eq!(
                rows,
                std::str::from_utf8(&bytes).unwrap().lines().count() as u64
            );
        }
        assert_eq!(file["rows"].is_null(), path.ends_with(".html"), "{path}");
        assert!(sealed.insert(path.to_owned()), "{path} twice");
    };
    hold(&manifest["overview"]);
    for member in members {
        member["outputs"]
            .as_array()
            .unwrap()
            .iter()
            .for_each(&mut hold);
        for input in member["inputs"].as_array().unwrap() {
            let bytes = std::fs::read(inside.path().join(input["name"].as_str().unwrap())).unwrap();
            let digest: String = Sha256::digest(&bytes)
                .iter()
                .map(|b| format!("{b:02x}"))
                .collect();
            assert_eq!(input["sha256"], digest);
            assert_eq!(input["bytes"], bytes.len());
        }
    }
    let there: BTreeSet<String> = contents(&day)
        .into_keys()
        .filter(|path| !path.ends_with('/'))
        .collect();
    assert_eq!(there, sealed);
    let totals = &manifest["totals"];
    for (kind, total) in [
        ("cells", "cell_rows"),
        ("risks", "risk_rows"),
        ("gaps", "gap_rows"),
    ] {
        let rows: u64 = members
            .iter()
            .flat_map(|member| member["outputs"].as_array().unwrap())
            .filter(|output| output["kind"] == kind)
            .map(|output| output["rows"].as_u64().unwrap())
            .sum();
        assert_eq!(totals[total], rows);
        assert!(rows > 0);
    }
}

#[test]
fn an_assessment_says_the_same_alone_and_among_others() {
    let inside = folder();
    some(inside.path());
    portfolio(inside.path(), &["in", "-o", "out"], 0);
    let day = inside.path().join(format!("out/as_of={DAY}"));
    let manifest = manifest(&inside.path().join("out"));
    for member in manifest["assessments"].as_array().unwrap() {
        let input = member["inputs"][0]["name"].as_str().unwrap();
        for output in member["outputs"].as_array().unwrap() {
            let format = match output["kind"].as_str().unwrap() {
                "report" => "html".to_owned(),
                table => format!("ndjson-{table}"),
            };
            let alone = Command::new(env!("CARGO_BIN_EXE_custody"))
                .args(["gaps", input, "--as-of", DAY, "--format", &format])
                .current_dir(inside.path())
                .output()
                .unwrap();
            let among = std::fs::read(day.join(output["path"].as_str().unwrap())).unwrap();
            assert!(alone.stdout == among, "{input} as {format} differs");
        }
    }
}

#[test]
fn neither_hands_nor_the_order_of_folders_change_a_byte() {
    let inside = folder();
    some(inside.path());
    put(inside.path(), "more/a.yaml", firm("more-a", "More A"));
    put(inside.path(), "more/faulty.yaml", "assessment: [");
    put(
        inside.path(),
        "more/copy.yaml",
        firm("Firm-2", "Another one"),
    );
    put(inside.path(), "more/notes.txt", "notes");
    let one = portfolio(
        inside.path(),
        &["in", "more", "-o", "one", "--jobs", "1"],
        2,
    );
    for (output, arguments) in [
        ("two", &["more", "in", "--jobs", "2"] as &[&str]),
        ("many", &["in", "more", "in", "--jobs", "7"]),
        // Created in another order, which is how a folder lists its entries on many machines.
        ("turned", &["in", "more", "--jobs", "3"]),
    ] {
        if output == "turned" {
            for folder in ["in", "more"] {
                let folder = inside.path().join(folder);
                let files = contents(&folder);
                std::fs::remove_dir_all(&folder).unwrap();
                for (name, text) in files.into_iter().rev() {
                    put(&folder, &name, text);
                }
            }
        }
        let mut arguments = arguments.to_vec();
        arguments.extend(["-o", output]);
        let run = portfolio(inside.path(), &arguments, 2);
        assert_eq!(run.err, one.err);
        assert_eq!(run.out, one.out.replace("one/", &format!("{output}/")));
        let (one, other) = (
            contents(&inside.path().join("one")),
            contents(&inside.path().join(output)),
        );
        assert!(one.len() > 40);
        assert!(one.keys().eq(other.keys()), "{output}");
        for (name, bytes) in &one {
            assert!(other[name] == *bytes, "{output}: {name} differs");
        }
    }
}

/// Assessments beyond each kind of limit are reported as faulty, and the honest one is written.
#[test]
fn what_exceeds_a_limit_stops_nothing_else() {
    let inside = folder();
    put(inside.path(), "in/good.yaml", firm("good", "Good"));
    let name = "x".repeat(10_001);
    put(inside.path(), "in/text.yaml", firm("text", &name));
    let wallets: String = (0..1_001)
        .map(|n| format!("  w{n}: {{ tier: hot, traits: [hsm] }}\n"))
        .collect();
    let many = firm("wallets", "Many").replace("\nwallets:\n", &format!("\nwallets:\n{wallets}"));
    put(inside.path(), "in/wallets.yaml", many);
    let run = portfolio(inside.path(), &["in", "-o", "out"], 2);
    let limits = [
        "expected at most 10000 characters, found 10001",
        "expected at most 1000 wallets, found 10",
    ];
    for limit in limits {
        assert!(run.err.contains(limit), "{limit}: {}", run.err);
    }
    let manifest = manifest(&inside.path().join("out"));
    assert_eq!(texts(&manifest["assessments"], "assessment"), ["good"]);
    assert_eq!(
        texts(&manifest["faulty"], "name"),
        ["in/text.yaml", "in/wallets.yaml"]
    );
}

#[test]
fn what_is_faulty_stops_nothing_else() {
    let inside = folder();
    put(inside.path(), "in/good.yaml", firm("good", "Good"));
    put(inside.path(), "in/cut.yaml", &firm("cut", "Cut")[..2_000]);
    put(inside.path(), "in/latin.yaml", b"assessment: caf\xe9");
    put(inside.path(), "in/empty.yaml", "");
    put(
        inside.path(),
        "in/many.yaml",
        firm("many", "Many").replace("status: ", "statuss: "),
    );
    let run = portfolio(inside.path(), &["in", "-o", "out"], 2);
    assert!(
        run.err.contains("error[not-utf8]") && run.err.contains("in/cut.yaml"),
        "{}",
        run.err
    );
    assert!(
        run.err.contains("`custody check` lists them"),
        "{}",
        run.err
    );
    assert!(
        run.err.matches("error[unknown-key]").count() <= 5,
        "{}",
        run.err
    );
    let manifest = manifest(&inside.path().join("out"));
    assert_eq!(texts(&manifest["assessments"], "assessment"), ["good"]);
    assert_eq!(
        texts(&manifest["faulty"], "name"),
        ["in/cut.yaml", "in/latin.yaml", "in/many.yaml"]
    );
    assert_eq!(texts(&manifest["left_out"], "name"), ["in/empty.yaml"]);
    let latin = &manifest["faulty"][1];
    assert_eq!(latin["obstacle"], "faults");
    assert_eq!(latin["first"]["code"], "not-utf8");
    assert_eq!(
        (&latin["first"]["line"], &latin["first"]["column"]),
        (&1.into(), &16.into())
    );
    assert!(manifest["faulty"][2]["faults"].as_u64().unwrap() > 5);
    let page = std::fs::read_to_string(inside.path().join(format!("out/as_of={DAY}/index.html")));
    let page = page.unwrap();
    let (faulty, totals) = (
        page.find("id=\"faulty\"").unwrap(),
        page.find("id=\"totals\"").unwrap(),
    );
    assert!(faulty < totals);
    assert!(page[faulty..totals].contains("in/latin.yaml:1:16"));
    // A hundred faulty files are told in the manifest, and not one by one on a terminal.
    for number in 0..100 {
        let text = format!("assessment: bad-{number}\nx: 1\n");
        put(inside.path(), &format!("in/bad-{number:03}.yaml"), text);
    }
    let run = portfolio(inside.path(), &["in", "-o", "out"], 2);
    assert!(
        run.err.contains("93 more inputs could not be read"),
        "{}",
        run.err
    );
    assert!(run.err.lines().count() < 500);
}

#[test]
#[cfg(unix)]
fn what_cannot_be_read_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let inside = folder();
    put(inside.path(), "in/good.yaml", firm("good", "Good"));
    // Nobody, whatever rights they have, reads a file that is not there.
    std::os::unix::fs::symlink("gone.yaml", inside.path().join("in/link.yaml")).unwrap();
    put(inside.path(), "in/shut.yaml", firm("shut", "Shut"));
    let shut = inside.path().join("in/shut.yaml");
    std::fs::set_permissions(&shut, std::fs::Permissions::from_mode(0o000)).unwrap();
    let is_shut = std::fs::read(&shut).is_err();
    let run = portfolio(
        inside.path(),
        &["in", "-o", "out"],
        if is_shut { 3 } else { 0 },
    );
    let manifest = manifest(&inside.path().join("out"));
    assert_eq!(texts(&manifest["left_out"], "name"), ["in/link.yaml"]);
    if is_shut {
        assert_eq!(texts(&manifest["assessments"], "assessment"), ["good"]);
        assert_eq!(manifest["faulty"][0]["obstacle"], "unreadable");
        assert!(
            run.err.contains("in/shut.yaml: cannot read `in/shut.yaml`"),
            "{}",
            run.err
        );
    } else {
        eprintln!("this user reads every file; an unreadable one was not tried");
    }
    // A folder that is not there is a fault of the command.
    let run = portfolio(inside.path(), &["nowhere", "-o", "out"], 3);
    assert!(run.err.contains("nowhere"), "{}", run.err);
}

#[test]
fn two_of_one_id_are_both_told_and_neither_counts() {
    let inside = folder();
    put(inside.path(), "in/a.yaml", firm("mine", "First"));
    put(inside.path(), "in/b.yaml", firm("Mine", "Second"));
    put(inside.path(), "in/c.yaml", firm("other", "First"));
    let run = portfolio(inside.path(), &["in", "-o", "out"], 2);
    assert!(
        run.err
            .contains("in/a.yaml: duplicate assessment id `mine`, also used by `in/b.yaml`"),
        "{}",
        run.err
    );
    assert!(
        run.err
            .contains("in/b.yaml: duplicate assessment id `Mine`, also used by `in/a.yaml`"),
        "{}",
        run.err
    );
    let manifest = manifest(&inside.path().join("out"));
    assert_eq!(texts(&manifest["assessments"], "assessment"), ["other"]);
    assert_eq!(
        texts(&manifest["faulty"], "obstacle"),
        ["repeated-id", "repeated-id"]
    );
    let there = contents(&inside.path().join("out"));
    assert!(
        !there
            .keys()
            .any(|path| path.to_lowercase().contains("mine"))
    );
    assert!(
        !there.keys().any(|path| path.contains("Second")),
        "{:?}",
        there.keys()
    );
}

#[test]
fn only_assessments_are_read() {
    let inside = folder();
    let text = firm("merged", "Merged");
    let (head, claims) = text.split_at(text.find("\nclaims:").unwrap());
    put(inside.path(), "in/merged/1.yaml", head);
    let claims = format!("assessment: merged{claims}");
    put(inside.path(), "in/merged/2.yml", claims);
    put(inside.path(), "in/merged/notes.md", "notes");
    put(inside.path(), "in/one.yaml", firm("one", "One"));
    put(inside.path(), "in/.hidden.yaml", firm("hidden", "Hidden"));
    put(inside.path(), "in/notes.txt", "notes");
    put(inside.path(), "in/my.schema.json", "{}");
    put(inside.path(), "in/nothing/notes.txt", "notes");
    put(inside.path(), "outside.yaml", firm("outside", "Outside"));
    put(inside.path(), "alone.yaml", firm("alone", "Alone"));
    let mut left_out = vec![
        "in/.hidden.yaml",
        "in/merged/notes.md",
        "in/my.schema.json",
        "in/notes.txt",
        "in/nothing",
    ];
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink("../outside.yaml", inside.path().join("in/out.yaml")).unwrap();
        symlink("one.yaml", inside.path().join("in/within.yaml")).unwrap();
        symlink(
            "../../outside.yaml",
            inside.path().join("in/merged/out.yaml"),
        )
        .unwrap();
        let status = Command::new("mkfifo")
            .arg(inside.path().join("in/pipe.yaml"))
            .status();
        assert!(status.unwrap().success());
        left_out.extend(["in/merged/out.yaml", "in/out.yaml", "in/pipe.yaml"]);
    }
    left_out.sort_unstable();
    let code = 0;
    portfolio(inside.path(), &["in", "alone.yaml", "-o", "in/out"], code);
    let first = contents(&inside.path().join("in/out"));
    let manifest = manifest(&inside.path().join("in/out"));
    assert_eq!(texts(&manifest["left_out"], "name"), left_out);
    let mut read = texts(&manifest["assessments"], "assessment");
    read.sort_unstable();
    // A link within the folder is followed, and its entries equal those of the file.
    assert_eq!(read, ["alone", "merged", "one"]);
    let merged = manifest["assessments"].as_array().unwrap();
    let merged = merged
        .iter()
        .find(|member| member["assessment"] == "merged")
        .unwrap();
    assert_eq!(
        texts(&merged["inputs"], "name"),
        ["in/merged/1.yaml", "in/merged/2.yml"]
    );
    // The output within the input is not read the next time.
    portfolio(inside.path(), &["in", "alone.yaml", "-o", "in/out"], code);
    assert!(first == contents(&inside.path().join("in/out")));
}

#[test]
fn strangers_names_lead_nowhere() {
    let inside = folder();
    let long = "x".repeat(300);
    let umlauts = "ü".repeat(300);
    let names = [
        "../../../etc",
        "..",
        ".",
        "/",
        "con",
        "a=b/c",
        "A\\B:C*?\"<>|",
        "\u{202e}gnp.exe",
        "日本暗号資産保管株式会社",
        "__HIVE_DEFAULT_PARTITION__",
        "tail.",
        "%2e%2e",
        "line\nbreak",
        " ",
        long.as_str(),
        umlauts.as_str(),
    ];
    for (number, name) in names.iter().enumerate() {
        // A blank name is no name; the reader says so.
        let name = if name.trim().is_empty() {
            "a blank"
        } else {
            name
        };
        put(
            inside.path(),
            &format!("in/{number:02}.yaml"),
            firm(&format!("n-{number:02}"), name),
        );
    }
    for id in ["con", "NUL.x", "Com1", "a..b"] {
        put(inside.path(), &format!("in/id-{id}.yaml"), firm(id, "Ids"));
    }
    portfolio(inside.path(), &["in", "-o", "out"], 0);
    let day = inside.path().join(format!("out/as_of={DAY}"));
    let manifest = manifest(&inside.path().join("out"));
    let members = manifest["assessments"].as_array().unwrap();
    assert_eq!(members.len(), names.len() + 4);
    let mut outputs = BTreeSet::new();
    for member in members {
        for output in member["outputs"].as_array().unwrap() {
            let path = output["path"].as_str().unwrap();
            assert!(day.join(path).is_file());
            assert!(outputs.insert(path.to_lowercase()), "{path}");
            for part in path.split('/') {
                assert!(part.len() <= 160, "{part}");
                assert!(
                    part.bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b"-_.%=~".contains(&b)),
                    "{part}"
                );
                assert!(!part.starts_with('.') && !part.ends_with('.'), "{part}");
                let stem = part.split('.').next().unwrap().to_lowercase();
                assert!(!["con", "nul", "com1"].contains(&stem.as_str()), "{part}");
            }
        }
    }
    let beside: BTreeSet<String> = contents(inside.path())
        .into_keys()
        .map(|path| path.split('/').next().unwrap().to_owned())
        .collect();
    assert_eq!(beside, BTreeSet::from(["in".to_owned(), "out".to_owned()]));
    // Every link of the overview leads to a file, also where a name is escaped.
    let page = std::fs::read_to_string(day.join("index.html")).unwrap();
    let links: BTreeSet<&str> = page
        .split(" href=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .filter(|link| !link.starts_with('#'))
        .collect();
    assert_eq!(links.len(), members.len());
    for link in links {
        let path = percent_encoding::percent_decode_str(link)
            .decode_utf8()
            .unwrap();
        assert!(day.join(path.as_ref()).is_file(), "{link}");
    }
    for harmful in ["\u{202e}", "<>|", "\nbreak"] {
        assert!(!page.contains(harmful), "{harmful:?}");
    }
}

#[test]
fn keys_of_custodians_differ_where_names_do() {
    let long = |end: &str| format!("{}{end}", "Ä".repeat(100));
    let names = ["a", "a.", "a~", "a/", "a%2F", "A b", "A  b", ""].map(str::to_owned);
    let names: BTreeSet<String> = names.into_iter().chain([long("1"), long("2")]).collect();
    let keys: BTreeSet<String> = names.iter().map(|name| custodian_key(name)).collect();
    assert_eq!(keys.len(), names.len());
    let id = "mine".parse().unwrap();
    assert_eq!(
        rows_path(Table::Cells, "A b", &id),
        "cells/custodian_key=A%20b/mine.ndjson"
    );
}

#[test]
fn a_day_is_replaced_as_a_whole_and_only_if_it_is_ours() {
    let inside = folder();
    put(inside.path(), "in/a.yaml", firm("a", "A"));
    put(inside.path(), "in/b.yaml", firm("b", "B"));
    put(inside.path(), "out/readme.txt", "other things may lie here");
    portfolio(inside.path(), &["in", "-o", "out"], 0);
    let other_day = ["in", "-o", "out", "--as-of", "2026-12-31"];
    let mut other = Command::new(env!("CARGO_BIN_EXE_custody"));
    let other = other
        .arg("portfolio")
        .args(other_day)
        .current_dir(inside.path())
        .output()
        .unwrap();
    assert_eq!(other.status.code(), Some(0));
    std::fs::remove_file(inside.path().join("in/b.yaml")).unwrap();
    portfolio(inside.path(), &["in", "-o", "out"], 0);
    portfolio(inside.path(), &["in", "-o", "fresh"], 0);
    let there = contents(&inside.path().join("out"));
    assert!(
        !there
            .keys()
            .any(|path| path.starts_with(&format!("as_of={DAY}/")) && path.contains("=B"))
    );
    assert!(
        there
            .keys()
            .any(|path| path.starts_with("as_of=2026-12-31/") && path.contains("=B"))
    );
    assert!(there.contains_key("readme.txt"));
    for (name, bytes) in contents(&inside.path().join("fresh")) {
        assert!(there[&name] == bytes, "{name}");
    }
    let top = |path: &str| {
        contents(&inside.path().join(path))
            .into_keys()
            .filter(|p| p.starts_with(".custody"))
            .collect::<Vec<_>>()
    };
    assert_eq!(top("out"), [".custody/", ".custody/lock"]);
    // What somebody else has put there is not touched.
    for foreign in ["strange", "{\"schema\": \"other/1\"}", ""] {
        let day = format!("foreign/as_of={DAY}");
        put(inside.path(), &format!("{day}/manifest.json"), foreign);
        put(inside.path(), &format!("{day}/treasure.txt"), "mine");
        let run = portfolio(inside.path(), &["in", "-o", "foreign"], 2);
        assert!(
            run.err.contains("was not written by `custody portfolio`") && run.err.contains("help"),
            "{}",
            run.err
        );
        assert_eq!(contents(&inside.path().join("foreign")).len(), 3);
    }
    put(inside.path(), &format!("file/as_of={DAY}"), "a file");
    portfolio(inside.path(), &["in", "-o", "file"], 2);
    let run = portfolio(inside.path(), &["in", "-o", "in"], 2);
    assert!(
        run.err.contains("is both an input and the output"),
        "{}",
        run.err
    );
    let run = portfolio(inside.path(), &["in", "-o", "out/readme.txt"], 3);
    assert!(run.err.contains("cannot write"), "{}", run.err);
}

#[test]
fn nothing_to_read_is_a_fault_with_help() {
    let inside = folder();
    put(inside.path(), "in/notes.txt", "notes");
    let run = portfolio(inside.path(), &["in", "-o", "out"], 2);
    assert!(
        run.err.contains("no assessment found") && run.err.contains("help: "),
        "{}",
        run.err
    );
    assert!(!inside.path().join("out").exists());
    let without_day = Command::new(env!("CARGO_BIN_EXE_custody"))
        .args(["portfolio", "in", "-o", "out"])
        .output()
        .unwrap();
    assert_eq!(without_day.status.code(), Some(2));
}

#[test]
fn an_interrupted_run_leaves_no_day_behind() {
    let inside = folder();
    for number in 0..400 {
        put(
            inside.path(),
            &format!("in/{number:03}.yaml"),
            firm(&format!("f-{number}"), "Firm"),
        );
    }
    let out = inside.path().join("out");
    let mut run = command(inside.path(), &["in", "-o", "out", "--jobs", "1"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begun = out.join(format!(".custody/as_of={DAY}.new/cells"));
    while !std::fs::read_dir(&begun).is_ok_and(|entries| entries.count() > 0) {
        assert!(
            run.try_wait().unwrap().is_none(),
            "it was too fast to be interrupted"
        );
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    // Nobody else writes meanwhile.
    let second = portfolio(inside.path(), &["in", "-o", "out"], 3);
    assert!(
        second.err.contains("another run is writing to it"),
        "{}",
        second.err
    );
    run.kill().unwrap();
    run.wait().unwrap();
    let days = || {
        std::fs::read_dir(&out)
            .unwrap()
            .filter(|e| {
                !e.as_ref()
                    .unwrap()
                    .file_name()
                    .to_str()
                    .unwrap()
                    .starts_with('.')
            })
            .count()
    };
    assert_eq!(days(), 0);
    // A run that was interrupted between moving the old day away and the new one in its place.
    put(inside.path(), "small/a.yaml", firm("a", "A"));
    portfolio(inside.path(), &["small", "-o", "out"], 0);
    let clean = contents(&out);
    assert_eq!(
        clean
            .keys()
            .filter(|path| path.starts_with(".custody"))
            .count(),
        2
    );
    let old = out.join(format!(".custody/as_of={DAY}.old"));
    std::fs::rename(out.join(format!("as_of={DAY}")), &old).unwrap();
    put(inside.path(), "bad/a.yaml", "faulty");
    let other = ["portfolio", "small", "-o", "out", "--as-of", "2026-10-01"];
    let other = Command::new(env!("CARGO_BIN_EXE_custody"))
        .args(other)
        .current_dir(inside.path())
        .output()
        .unwrap();
    assert_eq!(other.status.code(), Some(0));
    assert!(out.join(format!("as_of={DAY}/manifest.json")).is_file() && !old.exists());
}

#[test]
fn it_exits_by_the_gravest_gap() {
    let inside = folder();
    put(inside.path(), "in/a.yaml", firm("a", "A"));
    portfolio(
        inside.path(),
        &["in", "-o", "out", "--fail-on", "critical"],
        1,
    );
    portfolio(inside.path(), &["in", "-o", "out"], 0);
    put(inside.path(), "in/b.yaml", "faulty");
    // What is faulty weighs more than what is open.
    portfolio(
        inside.path(),
        &["in", "-o", "out", "--fail-on", "critical"],
        2,
    );
}

/// The exit code is that of the gate, even if nothing can be written.
#[test]
fn an_output_that_cannot_be_written_does_not_open_the_gate() {
    let inside = folder();
    put(inside.path(), "in/a.yaml", firm("a", "A"));
    put(inside.path(), "file", "no directory");
    let gate = ["in", "-o", "file/out", "--fail-on", "critical"];
    let run = portfolio(inside.path(), &gate, 1);
    assert!(run.err.contains("cannot write `file/out"), "{}", run.err);
    portfolio(inside.path(), &["in", "-o", "file/out"], 3);
    put(inside.path(), "in/b.yaml", "faulty");
    portfolio(inside.path(), &gate, 2);
}

/// What is read under two paths is one assessment.
#[cfg(unix)]
#[test]
fn an_assessment_that_is_reached_twice_counts_once() {
    use std::os::unix::fs::symlink;
    let inside = folder();
    let at = inside.path();
    put(at, "in/a/a.yaml", firm("a", "A"));
    put(at, "in/b.yaml", firm("b", "B"));
    symlink("a", at.join("in/0")).unwrap();
    symlink("a/a.yaml", at.join("in/1.yaml")).unwrap();
    symlink("in", at.join("again")).unwrap();
    for (given, repeated) in [
        (&["in"][..], &["in/0", "in/1.yaml"][..]),
        (&["in", "./in/b.yaml"], &["in/0", "in/1.yaml", "in/b.yaml"]),
        (
            &["again", "in"],
            &[
                "again/0",
                "again/1.yaml",
                "in/0",
                "in/1.yaml",
                "in/a",
                "in/b.yaml",
            ],
        ),
    ] {
        portfolio(at, &[given, &["-o", "out"]].concat(), 0);
        let manifest = manifest(&at.join("out"));
        let mut read = texts(&manifest["assessments"], "assessment");
        read.sort_unstable();
        assert_eq!(read, ["a", "b"], "{given:?}");
        let names = texts(&manifest["left_out"], "name");
        assert_eq!(names.len(), repeated.len(), "{names:?}");
        let omissions = texts(&manifest["left_out"], "omission");
        assert!(
            omissions.iter().all(|it| *it == "repeated"),
            "{omissions:?}"
        );
    }
}

#[test]
fn reports_are_written_in_the_form_that_is_wanted() {
    let inside = folder();
    put(inside.path(), "in/a.yaml", firm("a", "A"));
    for (form, file) in [
        ("html", Some("a.html")),
        ("markdown", Some("a.md")),
        ("json", Some("a.json")),
        ("none", None),
    ] {
        portfolio(inside.path(), &["in", "-o", "out", "--reports", form], 0);
        let day = inside.path().join(format!("out/as_of={DAY}"));
        let page = std::fs::read_to_string(day.join("index.html")).unwrap();
        let reports: Vec<String> = contents(&day)
            .into_keys()
            .filter(|path| path.starts_with("reports/") && !path.ends_with('/'))
            .collect();
        assert_eq!(
            reports,
            file.map(|file| format!("reports/{file}"))
                .into_iter()
                .collect::<Vec<_>>()
        );
        assert_eq!(page.contains("href=\"reports/"), file.is_some());
    }
}

/// A report of each example, as of a day.
fn reports() -> Vec<(String, Report)> {
    ["exchange", "cold-custody", "small-firm"]
        .map(|name| {
            let file = format!("examples/{name}.yaml");
            let files = AssessmentFiles::from_text(&file, golden::read(&file));
            let assessment = files.resolve(Catalog::builtin()).unwrap();
            let settings = Settings::on(DAY.parse().unwrap());
            (file, assessment.measure(&settings).report())
        })
        .into()
}

fn gathered(members: impl IntoIterator<Item = (String, Member)>) -> Portfolio {
    let mut gathering = Gathering::default();
    for (name, member) in members {
        gathering.add(name, member);
    }
    gathering.into_portfolio(Catalog::builtin(), &Settings::on(DAY.parse().unwrap()))
}

fn members() -> Vec<(String, Member)> {
    let reports = reports();
    let reports = reports.iter();
    reports
        .map(|(name, report)| (name.clone(), Member::new(report, 0, Vec::new())))
        .collect()
}

/// The cells of the rows of a table, without markup.
fn table(page: &str, caption: &str) -> Vec<Vec<String>> {
    let start = page
        .find(&format!("<caption>{caption}"))
        .unwrap_or_else(|| panic!("{caption}"));
    let table = &page[start..start + page[start..].find("</table>").unwrap()];
    let body = &table[table.find("<tbody>").unwrap()..];
    let plain = |cell: &str| {
        let cell = cell.split_once('>').unwrap().1;
        let mut text = String::new();
        for piece in cell.split('<').enumerate() {
            text.push(' ');
            text.push_str(if piece.0 == 0 {
                piece.1
            } else {
                piece.1.split_once('>').unwrap().1
            });
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    body.split("<tr")
        .skip(1)
        .map(|row| {
            let cells = row.split("<th").flat_map(|part| part.split("<td"));
            cells.skip(1).map(plain).collect()
        })
        .collect()
}

#[test]
fn the_overview_says_what_the_reports_say() {
    let reports = reports();
    let portfolio = gathered(members());
    let mut page = Vec::new();
    portfolio.write(PortfolioFormat::Html, &mut page).unwrap();
    let page = String::from_utf8(page).unwrap();
    let rows = table(&page, "Assessments, worst first");
    let clauses = table(&page, "Proven control instances by clause");
    let tiers = table(&page, "Proven control instances by tier");
    assert_eq!(rows.len(), reports.len());
    assert_eq!(clauses.len(), reports.len() + 1);
    let columns: Vec<&str> = portfolio
        .clauses
        .iter()
        .map(|row| row.clause.as_str())
        .collect();
    for (at, member) in portfolio.assessments.iter().enumerate() {
        let (_, report) = reports
            .iter()
            .find(|(_, report)| report.facts.assessment == member.assessment)
            .unwrap();
        let (facts, summary) = (&report.facts, &report.summary);
        let worst = table(&page, "Worst risks by assessment");
        let of_member = worst
            .iter()
            .filter(|row| row[0] == format!("{} {}", facts.custodian, facts.assessment));
        let named: Vec<&str> = of_member
            .map(|row| row[1].split(' ').next().unwrap())
            .collect();
        let expected = report.worst_risks().take(5);
        let expected: Vec<&str> = expected.map(|row| row.risk.as_str()).collect();
        assert_eq!(named, expected);
        let row = &rows[at];
        assert!(
            row[0].starts_with(&facts.custodian)
                && row[0].contains(&facts.title)
                && row[0].ends_with(facts.assessment.as_str()),
            "{row:?}"
        );
        let count = |severity: Severity| {
            summary
                .gaps
                .iter()
                .find(|entry| entry.severity == severity)
                .unwrap()
                .count
        };
        assert_eq!(
            row[1].trim_start_matches("◆ "),
            count(Severity::Critical).to_string()
        );
        assert_eq!(row[2], count(Severity::High).to_string());
        assert_eq!(row[3], count(Severity::Medium).to_string());
        assert_eq!(row[4], count(Severity::Low).to_string());
        assert_eq!(row[5], summary.overdue.to_string());
        assert!(row[6].starts_with(&summary.proven.to_string()), "{row:?}");
        assert!(
            row[6].contains(&format!("{} effective", summary.cells.effective)),
            "{row:?}"
        );
        let assessed = summary.assessed.cells;
        let assessed = format!(
            " assessed {} of {}",
            assessed.numerator, assessed.denominator
        );
        assert_eq!(row[7], summary.cells.excluded.to_string());
        assert_eq!(row[8], format!("{}{assessed}", summary.possible));
        let treated = summary.critical_risks_treated;
        let untreated = match summary.critical_risks_without_treatment {
            0 => String::new(),
            untreated => format!(" {untreated} not shown to be treated"),
        };
        assert_eq!(
            row[9],
            format!(
                "{} of {}{untreated}",
                treated.numerator, treated.denominator
            )
        );
        assert_eq!(row[10], summary.evidence_expired.to_string());
        assert_eq!(row[11], summary.evidence_expiring.to_string());
        let doubts: String = summary
            .doubts
            .iter()
            .map(|entry| format!(" {} {}", entry.count, entry.code))
            .collect();
        assert_eq!(row[12], format!("{}{doubts}", summary.doubt_count()));
        let ended = match facts.period_to.days_until(facts.as_of) {
            ..=0 => String::new(),
            1 => " ended 1 day earlier".to_owned(),
            days => format!(" ended {days} days earlier"),
        };
        assert_eq!(
            row[13],
            format!("{} to {}{ended}", facts.period_from, facts.period_to)
        );
        for (column, clause) in columns.iter().enumerate() {
            let within = report.clauses.iter().filter(|row| {
                let number = row.clause.as_str();
                number == *clause || number.starts_with(&format!("{clause}."))
            });
            let excluded: u64 = within.clone().map(|row| row.cells.excluded).sum();
            let excluded = match excluded {
                0 => String::new(),
                excluded => format!(" {excluded} excluded"),
            };
            let (proven, all) = within.fold((0, 0), |(proven, all), row| {
                (proven + row.proven.numerator, all + row.proven.denominator)
            });
            let wanted = if all == 0 {
                format!("–{excluded}")
            } else {
                format!("{proven}/{all}{excluded}")
            };
            assert_eq!(clauses[at + 1][column + 1], wanted, "{clause}");
        }
        for (column, tier) in portfolio.tiers.iter().enumerate() {
            let within = report.subjects.iter().filter(|row| row.tier == tier.tier);
            let excluded: u64 = within.clone().map(|row| row.cells.excluded).sum();
            let excluded = match excluded {
                0 => String::new(),
                excluded => format!(" {excluded} excluded"),
            };
            let (proven, all) = within.fold((0, 0), |(proven, all), row| {
                (proven + row.proven.numerator, all + row.proven.denominator)
            });
            let wanted = if all == 0 {
                format!("–{excluded}")
            } else {
                format!("{proven}/{all}{excluded}")
            };
            assert_eq!(tiers[at + 1][column + 1], wanted);
        }
    }
    // No clause is lost on the way to its column.
    let in_columns: u64 = portfolio
        .clauses
        .iter()
        .map(|row| row.cells.denominator())
        .sum();
    assert_eq!(in_columns, portfolio.totals.proven.denominator);
    assert_eq!(columns.len(), columns.iter().collect::<BTreeSet<_>>().len());
    assert!(columns.iter().all(|clause| clause.split('.').count() <= 3));
    // The page may use its style sheet and nothing else.
    let style = &page[page.find("<style>").unwrap() + 7..page.find("</style>").unwrap()];
    let digest = Sha256::digest(style.as_bytes());
    assert!(page.contains(&format!("style-src 'sha256-{}'", base64(&digest))));
    assert!(!page.contains("<script") && !page.contains(" style=\""));
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group
            .iter()
            .fold(0u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - group.len()));
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place > group.len() {
                '='
            } else {
                char::from(letter)
            });
        }
    }
    text
}

#[test]
fn the_worst_comes_first() {
    let mut many = Vec::new();
    // From the best to the worst; what is not said is as in the line before.
    let set = |member: &mut Member, severity: Severity, count: u64| {
        let gaps = member.summary.without_exclusions.gaps.iter_mut();
        gaps.filter(|entry| entry.severity == severity)
            .for_each(|entry| entry.count = count);
    };
    let changes: [&dyn Fn(&mut Member); 4] = [
        &|member| member.summary.without_exclusions.proven.numerator = 9,
        &|member| member.summary.without_exclusions.proven.numerator = 3,
        &|member| set(member, Severity::High, 5),
        &|member| set(member, Severity::Critical, 1),
    ];
    for (at, change) in changes.iter().enumerate() {
        let (_, mut member) = many.last().cloned().unwrap_or_else(|| {
            let (name, mut member) = members().remove(0);
            member.summary.without_exclusions.proven.denominator = 10;
            member
                .summary
                .without_exclusions
                .gaps
                .iter_mut()
                .for_each(|entry| entry.count = 0);
            (name, member)
        });
        change(&mut member);
        member.assessment = format!("m-{at}").parse().unwrap();
        many.push((format!("m-{at}"), member));
    }
    let (_, mut equal) = many[3].clone();
    equal.assessment = "a-equal".parse().unwrap();
    many.push(("equal".to_owned(), equal));
    let portfolio = gathered(many);
    let order: Vec<&str> = portfolio
        .assessments
        .iter()
        .map(|member| member.assessment.as_str())
        .collect();
    assert_eq!(order, ["a-equal", "m-3", "m-2", "m-1", "m-0"]);
}

/// Runs a law on random numbers; what it finds is told with the numbers.
fn law(size: usize, check: impl Fn(&[u16])) {
    random::run(64, &vec(any::<u16>(), size), |numbers| {
        check(&numbers);
        Ok(())
    });
}

/// A member of its own for each number.
fn varied(numbers: &[u16]) -> Vec<(String, Member)> {
    let originals = members();
    let number = |at: usize| u64::from(numbers[at % numbers.len()]);
    (0..numbers.len())
        .map(|at| {
            let (_, mut member) = originals[at % originals.len()].clone();
            member.assessment = format!("m-{at}").parse().unwrap();
            member
                .summary
                .gaps
                .iter_mut()
                .for_each(|entry| entry.count = number(at) % 3);
            member.summary.overdue = number(at + 1);
            member.summary.proven.numerator = number(at) % 5;
            member.outputs.push(output(at, number(at)));
            (format!("in/{at}.yaml"), member)
        })
        .collect()
}

fn output(at: usize, rows: u64) -> OutputFile {
    OutputFile {
        kind: OutputKind::values()[at % 3],
        path: format!("{at}.ndjson"),
        rows: Some(rows),
        bytes: 1,
        sha256: String::new(),
    }
}

#[test]
fn totals_are_a_commutative_monoid() {
    law(9, |numbers| {
        let totals: Vec<Totals> = varied(numbers)
            .iter()
            .map(|(_, member)| Totals::of(member))
            .collect();
        let [a, b, c] = [0, 1, 2].map(|at| {
            totals[at..]
                .iter()
                .step_by(3)
                .fold(Totals::default(), Totals::merge)
        });
        assert_eq!(a.clone().merge(&Totals::default()), a);
        assert_eq!(Totals::default().merge(&a), a);
        assert_eq!(a.clone().merge(&b), b.clone().merge(&a));
        assert_eq!(
            a.clone().merge(&b).merge(&c),
            a.clone().merge(&b.clone().merge(&c))
        );
        assert_eq!(a.assessments + b.assessments + c.assessments, 9);
    });
}

#[test]
fn a_portfolio_does_not_depend_on_who_gathered_what_when() {
    let settings = Settings::on(DAY.parse().unwrap());
    law(12, |numbers| {
        let mut all = varied(numbers);
        // Some are the same, but for the case of a letter.
        all[1].1.assessment = "M-0".parse().unwrap();
        all[2].1.assessment = "m-5".parse().unwrap();
        let fill = |hands: usize, order: &[(String, Member)]| {
            let mut gatherings = vec![Gathering::default(); hands];
            for (at, (name, member)) in order.iter().enumerate() {
                gatherings[at % hands].add(name.clone(), member.clone());
                gatherings[(at + 1) % hands]
                    .add_left_out(LeftOut::new(format!("l{name}"), Omission::Hidden));
                gatherings[(at + 2) % hands]
                    .add_faulty(FaultyInput::unreadable(format!("f{name}"), "no"));
            }
            let merged = gatherings.into_iter().reduce(Gathering::merge).unwrap();
            merged.into_portfolio(Catalog::builtin(), &settings)
        };
        let one = fill(1, &all);
        assert_eq!(one.assessments.len(), 8);
        assert_eq!(one.faulty.len(), 16);
        let mut shuffled: Vec<(u16, (String, Member))> = numbers.iter().copied().zip(all).collect();
        shuffled.sort_by_key(|(number, _)| *number);
        let shuffled: Vec<(String, Member)> =
            shuffled.into_iter().map(|(_, member)| member).collect();
        for hands in [1, 2, 5] {
            assert_eq!(fill(hands, &shuffled), one, "{hands} hands");
        }
    });
}
