//! `custody check` for programs and with `--fix`.

use crate::cli::{CLEAN, FAULTY, UNAVAILABLE, custody, folder, names, put};
use custody_controls::diagnostic::Diagnostics;
use custody_testing::golden;

/// An assessment in two files whose errors are all certain to repair, and what repairs them.
const BEFORE: [&str; 2] = [
    "assessment: mine\r\ntitle: 2026   # the year\r\ncatalog: iso-tr-23576\r\n",
    "assessment: mine
# Both days are included.
period: { from: 2026-7-1, to: 2026/09/30 }
custodian: { name: Mine }
organization: { channels: [Customer_Web, customer-web] }",
];
const AFTER: [&str; 2] = [
    "assessment: mine\r\ntitle: \"2026\"   # the year\r\ncatalog: iso-tr-23576\r\n",
    "assessment: mine
# Both days are included.
period: { from: 2026-07-01, to: 2026-09-30 }
custodian: { name: Mine }
organization: { channels: [customer-web] }",
];

#[test]
fn certain_fixes_are_written_and_the_result_is_checked() {
    let folder = folder();
    let first = put(folder.path(), "a.yaml", BEFORE[0]);
    let second = put(folder.path(), "b.yaml", BEFORE[1]);
    let path = folder.path().to_str().unwrap();
    custody(&["check", path]).exits(FAULTY);
    let run = custody(&["check", "--fix", path]).exits(CLEAN);
    assert_eq!(std::fs::read_to_string(&first).unwrap(), AFTER[0]);
    assert_eq!(std::fs::read_to_string(&second).unwrap(), AFTER[1]);
    assert_eq!(names(folder.path()), ["a.yaml", "b.yaml"]);
    let expected = format!(
        "fixed {first}: put `2026` in quotes
fixed {second}: replace `2026-7-1` with `2026-07-01`
fixed {second}: replace `2026/09/30` with `2026-09-30`
fixed {second}: replace `Customer_Web` with `customer-web`
fixed {second}: remove the duplicate `customer-web`
"
    );
    let (fixed, warnings) = run.err.split_at(expected.len().min(run.err.len()));
    assert_eq!(fixed, expected);
    assert!(warnings.starts_with("warning[no-wallets]"), "{warnings}");
    assert!(run.out.starts_with("no errors"), "{}", run.out);
    let again = custody(&["check", "--fix", path]).exits(CLEAN);
    assert!(
        again.err.starts_with("nothing to fix\nwarning[no-wallets]"),
        "{}",
        again.err
    );
}

#[test]
fn a_dry_run_shows_a_diff_and_changes_no_file() {
    let folder = folder();
    let first = put(folder.path(), "a.yaml", BEFORE[0]);
    let second = put(folder.path(), "b.yaml", BEFORE[1]);
    let run = custody(&["check", "--fix", "--dry-run", &first, &second]).exits(CLEAN);
    let expected = format!(
        "--- {first}
+++ {first}
@@ -1,3 +1,3 @@
 assessment: mine\r
-title: 2026   # the year\r
+title: \"2026\"   # the year\r
 catalog: iso-tr-23576\r
--- {second}
+++ {second}
@@ -1,5 +1,5 @@
 assessment: mine
 # Both days are included.
-period: {{ from: 2026-7-1, to: 2026/09/30 }}
+period: {{ from: 2026-07-01, to: 2026-09-30 }}
 custodian: {{ name: Mine }}
-organization: {{ channels: [Customer_Web, customer-web] }}
\\ No newline at end of file
+organization: {{ channels: [customer-web] }}
\\ No newline at end of file
"
    );
    assert_eq!(run.out, expected);
    assert!(run.err.starts_with("would fix "), "{}", run.err);
    assert_eq!(std::fs::read_to_string(&first).unwrap(), BEFORE[0]);
    assert_eq!(std::fs::read_to_string(&second).unwrap(), BEFORE[1]);
    for arguments in [
        &["--dry-run"][..],
        &["--fix", "--dry-run", "--format", "json"],
    ] {
        let arguments = [&["check", &first][..], arguments].concat();
        custody(&arguments).exits(FAULTY);
    }
}

#[test]
fn what_is_not_certain_is_left_to_a_person() {
    let folder = folder();
    let text = "assessment: mine\ntitle: 2026\nperiod: { from: 2026-07-01, to: 2026-09-3O }\n";
    let file = put(folder.path(), "mine.yaml", text);
    let run = custody(&["check", "--fix", "--format", "json", &file]).exits(FAULTY);
    let left: Diagnostics = serde_json::from_str(&run.out).unwrap();
    let codes: Vec<String> = left.iter().map(|found| found.code.to_string()).collect();
    assert!(codes.contains(&"malformed-date".to_owned()), "{codes:?}");
    assert!(!codes.contains(&"wrong-type".to_owned()), "{codes:?}");
    assert_eq!(
        std::fs::read_to_string(&file).unwrap(),
        text.replace("2026\n", "\"2026\"\n")
    );
    let revealing = put(
        folder.path(),
        "revealing.yaml",
        "assessment: mine\nWallets:\n  a: { tier: tepid, traits: [wood, stone] }\n",
    );
    let run = custody(&["check", "--fix", &revealing]).exits(FAULTY);
    assert!(run.err.contains("1 fix left out"), "{}", run.err);
}

#[cfg(unix)]
#[test]
fn links_modes_and_read_only_files_are_respected() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let text = AFTER[1].replace("2026-07-01", "2026-7-1") + "\ntitle: T\ncatalog: iso-tr-23576\n";
    let target = put(folder.path(), "kept/target.yaml", &text);
    let link = folder.path().join("link.yaml");
    std::os::unix::fs::symlink(&target, &link).unwrap();
    let mode = |mode| std::fs::set_permissions(&target, std::fs::Permissions::from_mode(mode));
    mode(0o440).unwrap();
    custody(&["check", "--fix", link.to_str().unwrap()]).exits(UNAVAILABLE);
    assert_eq!(std::fs::read_to_string(&target).unwrap(), text);
    mode(0o640).unwrap();
    custody(&["check", "--fix", link.to_str().unwrap()]).exits(CLEAN);
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert!(
        std::fs::read_to_string(&target)
            .unwrap()
            .contains("2026-07-01")
    );
    let kept = std::fs::metadata(&target).unwrap().permissions().mode() & 0o777;
    assert_eq!(kept, 0o640);
    assert_eq!(names(&folder.path().join("kept")), ["target.yaml"]);
}

#[test]
fn json_has_bytes_columns_and_fixes() {
    let name = "tests/cmd/faulty.yaml";
    let text = std::fs::read_to_string(golden::path(name)).unwrap();
    let run = custody(&["check", "--format", "json", name]).exits(FAULTY);
    let found: Diagnostics = serde_json::from_str(&run.out).unwrap();
    assert!(found.iter().any(|found| !found.fixes.is_empty()));
    for found in &found {
        let (location, range) = (found.location.as_ref().unwrap(), found.range.unwrap());
        let marked = range.of(&text).unwrap();
        let columns = found.utf16_columns.unwrap();
        if location.line == location.end_line {
            let length = location.end_column - location.column;
            assert_eq!(marked.chars().count(), length as usize);
            assert_eq!(
                marked.encode_utf16().count(),
                (columns.end - columns.start) as usize
            );
        }
        for fix in &found.fixes {
            assert!(fix.edits.iter().all(|edit| edit.file == name));
            let edits = custody_controls::edit::apply(&text, &fix.edits);
            assert_ne!(edits.unwrap(), text, "{fix:?}");
        }
    }
}
