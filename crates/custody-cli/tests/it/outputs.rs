//! Outputs replace and remove nothing of others: no file that is read, and nothing that only has a name
//! like ours.

use crate::cli::{CLEAN, FAULTY, Run, UNAVAILABLE, folder, names, put, within};
use custody_testing::golden;
use std::collections::BTreeMap;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

const DAY: &str = "2026-09-30";

/// Everything below a folder by its path: the bytes of files, the targets of links.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn visit(folder: &Path, from: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path
                .strip_prefix(from)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            let kind = path.symlink_metadata().unwrap().file_type();
            if kind.is_symlink() {
                let target = std::fs::read_link(&path).unwrap();
                found.insert(name, target.into_os_string().into_encoded_bytes());
            } else if kind.is_dir() {
                visit(&path, from, found);
                found.insert(name, Vec::new());
            } else if kind.is_file() {
                found.insert(name, std::fs::read(&path).unwrap());
            } else {
                found.insert(name, b"special".to_vec());
            }
        }
    }
    let mut found = BTreeMap::new();
    visit(folder, folder, &mut found);
    found
}

fn portfolio(inside: &Path) -> Run {
    let small = golden::path("examples/small-firm.yaml");
    let small = small.to_str().unwrap();
    within(inside, &["portfolio", small, "--as-of", DAY, "-o", "out"])
}

/// What somebody may have in an output folder, and whether a run still writes its day there.
#[test]
fn a_portfolio_touches_nothing_of_others() {
    type Lay = fn(&Path);
    let cases: [(&str, bool, Lay); 14] = [
        ("a link as temporary folder", false, |inside| {
            put(inside, "elsewhere/documents.new/x", "keep");
            put(inside, "elsewhere/photos.old/x", "keep");
            std::fs::create_dir(inside.join("out")).unwrap();
            symlink(inside.join("elsewhere"), inside.join("out/.custody")).unwrap();
        }),
        ("a temporary folder of somebody else", false, |inside| {
            put(inside, "out/.custody/documents.new/x", "keep");
            put(inside, "out/.custody/photos.old/x", "keep");
        }),
        ("one with a lock", false, |inside| {
            put(inside, "out/.custody/lock", "my lock");
            put(inside, &format!("out/.custody/as_of={DAY}.new/x"), "keep");
        }),
        ("one with an empty lock", false, |inside| {
            put(inside, "out/.custody/lock", "");
            put(inside, &format!("out/.custody/as_of={DAY}.old/x"), "keep");
        }),
        ("a file as temporary folder", false, |inside| {
            put(inside, "out/.custody", "keep");
        }),
        ("a lock that is a link", false, |inside| {
            put(inside, "precious", "keep");
            std::fs::create_dir_all(inside.join("out/.custody")).unwrap();
            symlink(inside.join("precious"), inside.join("out/.custody/lock")).unwrap();
        }),
        ("a lock that is a pipe", false, |inside| {
            std::fs::create_dir_all(inside.join("out/.custody")).unwrap();
            let lock = inside.join("out/.custody/lock");
            assert!(Command::new("mkfifo").arg(lock).status().unwrap().success());
        }),
        ("a day that is a link", false, |inside| {
            put(inside, "elsewhere/manifest.json", "{}");
            std::fs::create_dir_all(inside.join("out")).unwrap();
            let day = inside.join(format!("out/as_of={DAY}"));
            symlink(inside.join("elsewhere"), day).unwrap();
        }),
        ("a note in the day", false, |inside| {
            portfolio(inside).exits(CLEAN);
            put(inside, &format!("out/as_of={DAY}/notes.txt"), "keep");
        }),
        ("a note deep in the day", false, |inside| {
            portfolio(inside).exits(CLEAN);
            put(
                inside,
                &format!("out/as_of={DAY}/reports/notes.txt"),
                "keep",
            );
        }),
        ("a link in the day", false, |inside| {
            portfolio(inside).exits(CLEAN);
            put(inside, "elsewhere/x", "keep");
            let link = inside.join(format!("out/as_of={DAY}/reports/elsewhere"));
            symlink(inside.join("elsewhere"), link).unwrap();
        }),
        ("a manifest that is a link", false, |inside| {
            portfolio(inside).exits(CLEAN);
            let manifest = inside.join(format!("out/as_of={DAY}/manifest.json"));
            std::fs::rename(&manifest, inside.join("manifest.json")).unwrap();
            symlink(inside.join("manifest.json"), manifest).unwrap();
        }),
        ("other entries beside the day", true, |inside| {
            portfolio(inside).exits(CLEAN);
            put(inside, "out/as_of=2020-01-01/x", "keep");
            put(
                inside,
                "out/.custody-0123456789abcdef-0123456789abcdef",
                "keep",
            );
        }),
        ("other entries in our temporary folder", true, |inside| {
            portfolio(inside).exits(CLEAN);
            for name in [
                "documents.new/x",
                "photos.old/x",
                "as_of=today.new/x",
                "as_of=.old/x",
            ] {
                put(inside, &format!("out/.custody/{name}"), "keep");
            }
            put(inside, &format!("out/.custody/as_of={DAY}1.new/x"), "keep");
            put(inside, "elsewhere/x", "keep");
            let link = inside.join("out/.custody/as_of=2026-01-01.new");
            symlink(inside.join("elsewhere"), link).unwrap();
            put(inside, "out/.custody/as_of=2026-01-02.new", "keep");
        }),
    ];
    for (what, writes, lay) in cases {
        let folder = folder();
        let inside = folder.path();
        lay(inside);
        let before = contents(inside);
        let run = portfolio(inside);
        let after = contents(inside);
        if writes {
            assert_eq!(run.code, CLEAN, "{what}: {}", run.err);
            assert!(after[&format!("out/as_of={DAY}/manifest.json")].starts_with(b"{"));
        } else {
            assert_eq!(run.code, FAULTY, "{what}: {}", run.err);
            assert!(
                run.err.contains("was not written by `custody portfolio`"),
                "{what}: {}",
                run.err
            );
            assert_eq!(before.len(), after.len(), "{what}");
        }
        for (name, bytes) in &before {
            assert!(after.get(name) == Some(bytes), "{what}: {name}");
        }
    }
}

/// Leftovers of our own are removed, also those that were being removed when a run was killed.
#[test]
fn a_portfolio_clears_its_own_leftovers() {
    let folder = folder();
    let inside = folder.path();
    portfolio(inside).exits(CLEAN);
    let clean = contents(inside);
    for left in [
        format!("as_of={DAY}.new/cells/x.ndjson"),
        "as_of=2026-01-01.new/index.html".to_owned(),
        format!("as_of={DAY}.old/reports/x.html"),
    ] {
        put(inside, &format!("out/.custody/{left}"), "half");
    }
    portfolio(inside).exits(CLEAN);
    assert!(contents(inside) == clean);
}

#[test]
fn an_error_names_the_file_of_the_day() {
    let folder = folder();
    let inside = folder.path();
    put(inside, "out", "a file");
    let run = portfolio(inside).exits(UNAVAILABLE);
    assert!(run.err.contains("cannot write `out`"), "{}", run.err);
    assert!(!run.err.contains(".custody"), "{}", run.err);
}

/// Each file that is read, by each name under which it can be written.
#[test]
fn no_file_that_is_read_is_replaced() {
    let folder = folder();
    let inside = folder.path();
    let lay = || {
        for (name, file) in [
            ("mine.yaml", "examples/small-firm.yaml"),
            ("japan.yaml", "tests/cmd/japan.yaml"),
            ("folder/mine.yaml", "examples/small-firm.yaml"),
            ("profile.yaml", "examples/profiles/japan.yaml"),
            ("soa.csv", "examples/small-firm-soa.csv"),
        ] {
            put(inside, name, golden::read(file));
        }
        let profile = golden::read("examples/profiles/japan.yaml");
        put(inside, "catalog/deep/profile.yaml", profile);
    };
    lay();
    within(
        inside,
        &["gaps", "mine.yaml", "--format", "json", "-o", "base.json"],
    )
    .clean();
    let locator = golden::read("examples/small-firm.yaml");
    let locator = locator.split_once("locator: ").unwrap().1;
    let locator = locator.split([' ', '\n', '}', ',']).next().unwrap();
    let evidence = format!("evidence-of/{locator}");
    put(inside, &evidence, "evidence");
    let cases = [
        ("gaps mine.yaml", "mine.yaml"),
        ("gaps folder", "folder/mine.yaml"),
        ("gaps mine.yaml --baseline base.json", "base.json"),
        (
            "gaps mine.yaml --verify-evidence evidence-of",
            evidence.as_str(),
        ),
        ("gaps japan.yaml --catalog profile.yaml", "profile.yaml"),
        (
            "gaps japan.yaml --catalog catalog",
            "catalog/deep/profile.yaml",
        ),
        ("check mine.yaml", "mine.yaml"),
        ("check folder", "folder/mine.yaml"),
        ("check japan.yaml --catalog profile.yaml", "profile.yaml"),
        ("diff mine.yaml folder", "mine.yaml"),
        ("diff mine.yaml folder", "folder/mine.yaml"),
        (
            "diff japan.yaml japan.yaml --catalog profile.yaml",
            "profile.yaml",
        ),
        (
            "diff mine.yaml mine.yaml --catalog-before profile.yaml",
            "profile.yaml",
        ),
        ("trend mine.yaml folder", "folder/mine.yaml"),
        ("forecast mine.yaml --until 2027-01-01", "mine.yaml"),
        (
            "forecast mine.yaml --until 2027-01-01 --verify-evidence evidence-of",
            evidence.as_str(),
        ),
        ("supports mine.yaml", "mine.yaml"),
        ("evidence list mine.yaml", "mine.yaml"),
        ("todo mine.yaml --as-of 2026-09-30", "mine.yaml"),
        (
            "todo mine.yaml --as-of 2026-09-30 --format ics",
            "mine.yaml",
        ),
        (
            "evidence list mine.yaml --verify-evidence evidence-of",
            evidence.as_str(),
        ),
        (
            "supports mine.yaml --verify-evidence evidence-of",
            evidence.as_str(),
        ),
        ("crosswalk mine.yaml --to iso-27002-2022", "mine.yaml"),
        ("soa mine.yaml --to iso-27001", "mine.yaml"),
        ("plan mine.yaml --target held=critical", "mine.yaml"),
        (
            "import soa.csv --from iso-27002-2022 --like mine.yaml --force",
            "soa.csv",
        ),
        (
            "import soa.csv --from iso-27002-2022 --like folder --force",
            "folder/mine.yaml",
        ),
        ("schema assessment --catalog profile.yaml", "profile.yaml"),
        (
            "init --catalog profile.yaml --wallet a=cold,hsm --from 2026-01-01 --to 2026-12-31 --force",
            "profile.yaml",
        ),
    ];
    for (line, read) in cases {
        let path = inside.join(read);
        let bytes = std::fs::read(&path).unwrap();
        let (soft, hard) = (inside.join("soft"), inside.join("hard"));
        symlink(&path, &soft).unwrap();
        std::fs::hard_link(&path, &hard).unwrap();
        let roundabout = format!("folder/../{read}");
        for output in [read, "soft", "hard", &roundabout] {
            let mut arguments: Vec<&str> = line.split(' ').collect();
            arguments.extend(["--output", output]);
            let run = within(inside, &arguments);
            assert_eq!(run.code, FAULTY, "{line} -o {output}: {}", run.err);
            assert!(
                run.err.contains("is an input file"),
                "{line} -o {output}: {}",
                run.err
            );
            assert_eq!(std::fs::read(&path).unwrap(), bytes, "{line} -o {output}");
        }
        std::fs::remove_file(soft).unwrap();
        std::fs::remove_file(hard).unwrap();
    }
}

/// A killed run leaves a temporary file; the next run removes it, unless it is in use or not ours.
#[test]
fn the_temporary_file_of_a_killed_run_is_removed() {
    let folder = folder();
    let inside = folder.path();
    let foreign = [
        ".custody-laPGwK",
        ".custody-0123456789abcdef-0123456789abcdef",
        ".custody-0123456789abcdef",
        ".custody-",
    ];
    for name in foreign {
        put(inside, name, "keep");
    }
    let is_ours =
        |name: &String| name.starts_with(".custody-") && !foreign.contains(&name.as_str());
    let exchange = golden::path("examples/exchange.yaml");
    let gaps = |output: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_custody"));
        command
            .args([
                "gaps",
                exchange.to_str().unwrap(),
                "--format",
                "html",
                "-o",
                output,
            ])
            .current_dir(inside)
            .stdout(Stdio::null());
        command
    };
    let mut left = None;
    for _ in 0..100 {
        let mut run = gaps("killed.html").spawn().unwrap();
        while run.try_wait().unwrap().is_none() {
            if names(inside).iter().any(is_ours) {
                run.kill().unwrap();
            }
        }
        left = names(inside).into_iter().find(is_ours);
        if left.is_some() {
            break;
        }
    }
    let left = inside.join(left.expect("each run was too fast to be killed"));
    // It is in use as long as it is locked.
    let lock = std::fs::File::open(&left).unwrap();
    lock.lock().unwrap();
    assert!(gaps("report.html").status().unwrap().success());
    assert!(left.exists());
    drop(lock);
    // A link of the same name is not ours.
    assert!(gaps("report.html").status().unwrap().success());
    assert!(!left.exists());
    symlink(inside.join("report.html"), &left).unwrap();
    assert!(gaps("again.html").status().unwrap().success());
    assert!(left.is_symlink() && inside.join("report.html").exists());
    for name in foreign {
        assert_eq!(std::fs::read_to_string(inside.join(name)).unwrap(), "keep");
    }
}

#[test]
fn an_error_names_the_file_that_was_asked_for() {
    let folder = folder();
    let inside = folder.path();
    let small = golden::path("examples/small-firm.yaml");
    let gaps = |output: &str| {
        within(
            inside,
            &[
                "gaps",
                small.to_str().unwrap(),
                "--format",
                "html",
                "-o",
                output,
            ],
        )
        .exits(UNAVAILABLE)
        .err
    };
    std::fs::create_dir(inside.join("folder")).unwrap();
    symlink("nowhere", inside.join("link")).unwrap();
    // Longer than a file name may be, but not the name of the temporary file.
    let long = "x".repeat(300);
    for output in ["folder", "link", "no/where.html", &long] {
        let error = gaps(output);
        assert!(
            error.contains(&format!("cannot write `{output}`")),
            "{error}"
        );
        assert!(!error.contains(".custody"), "{error}");
    }
    assert!(inside.join("link").is_symlink());
    assert_eq!(names(inside), ["folder", "link"]);
    // A file that grows too large ends the run.
    let limited = Command::new("bash")
        .args(["-c", "ulimit -f 16; trap '' XFSZ; \"$@\"", "-"])
        .args([
            env!("CARGO_BIN_EXE_custody"),
            "gaps",
            small.to_str().unwrap(),
        ])
        .args(["--format", "html", "-o", "large.html"])
        .current_dir(inside)
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&limited.stderr).into_owned();
    assert_eq!(limited.status.code(), Some(UNAVAILABLE), "{error}");
    assert!(
        error.contains("cannot write `large.html`") && !error.contains(".custody"),
        "{error}"
    );
    assert_eq!(names(inside), ["folder", "link"]);
}

/// Manual pages replace nothing unless `--force` is passed, and then they are written as a whole.
#[test]
fn manual_pages_replace_nothing_of_others() {
    let folder = folder();
    let inside = folder.path();
    std::fs::create_dir(inside.join("fresh")).unwrap();
    within(inside, &["man", "fresh"]).exits(CLEAN);
    let pages = names(&inside.join("fresh"));
    assert!(pages.contains(&"custody.1".to_owned()), "{pages:?}");
    assert!(pages.contains(&"custody-catalog.1".to_owned()), "{pages:?}");

    let lay: [fn(&Path); 4] = [
        |inside| drop(put(inside, "pages/custody.1", "keep")),
        |inside| drop(put(inside, "pages/custody-gaps.1", "keep")),
        |inside| {
            put(inside, "precious", "keep");
            std::fs::create_dir(inside.join("pages")).unwrap();
            symlink(inside.join("precious"), inside.join("pages/custody-plan.1")).unwrap();
        },
        |inside| {
            std::fs::create_dir(inside.join("pages")).unwrap();
            symlink(inside.join("gone"), inside.join("pages/custody-plan.1")).unwrap();
        },
    ];
    for lay in lay {
        let _ = std::fs::remove_dir_all(inside.join("pages"));
        lay(inside);
        let before = contents(inside);
        let run = within(inside, &["man", "pages"]);
        assert!(run.err.contains("already exists"), "{}", run.err);
        run.exits(FAULTY);
        assert_eq!(contents(inside), before);
        // Nothing is written through a link, even with `--force`.
        if inside.join("pages/custody-plan.1").is_symlink() {
            let run = within(inside, &["man", "pages", "--force"]);
            assert!(run.err.contains("is a link"), "{}", run.err);
            run.exits(FAULTY);
            assert_eq!(contents(inside), before);
        }
    }
    put(inside, "pages/custody.1", "old");
    std::fs::remove_file(inside.join("pages/custody-plan.1")).unwrap();
    within(inside, &["man", "pages", "--force"]).exits(CLEAN);
    assert_eq!(
        contents(&inside.join("pages")),
        contents(&inside.join("fresh"))
    );
    within(inside, &["man", "nowhere"]).exits(UNAVAILABLE);
    within(inside, &["man", "--force"]).exits(FAULTY);
}
