//! `custody diff`, `custody trend` and `custody gaps --baseline`.

use custody_controls::difference::Difference;
use custody_formats::{DifferenceFormat, Render};
use custody_testing::examples::of_text;
use custody_testing::golden;
use serde_json::Value;

/// What the program shows, with the names of files in a folder of their own.
fn custody(folder: &std::path::Path, arguments: &[&str]) -> (i32, String, String) {
    let run = crate::cli::within(folder, arguments);
    (run.code, run.out, run.err)
}

/// The first worked example of `docs/reasoning.md`: `9.3.9.4-d` is in place for `alt-hot`, which the
/// inspections cover from now on.
fn closed(text: &str) -> String {
    let planned = "      alt-hot:
        status: planned
        due: 2026-09-15
        owner: security-officer
        note: Waits for individual attribution, see 9.3.9.4-c.
";
    let in_place = "      alt-hot:
        status: implemented
        evidence: [log-inspections]
";
    let covers = "covers: [btc-cold, btc-hot, btc-settlement, evm-cold, evm-warm]
  hot-balances:";
    let covers_all = "covers: [alt-hot, btc-cold, btc-hot, btc-settlement, evm-cold, evm-warm]
  hot-balances:";
    assert_eq!(text.matches(planned).count(), 1);
    assert_eq!(text.matches(covers).count(), 1);
    text.replace(planned, in_place).replace(covers, covers_all)
}

/// The worked examples of `docs/reasoning.md`, which derives each of these numbers by hand.
#[test]
fn the_worked_examples_come_out() {
    let folder = tempfile::tempdir().unwrap();
    let text = golden::read("examples/exchange.yaml");
    std::fs::write(folder.path().join("before.yaml"), &text).unwrap();
    std::fs::write(folder.path().join("after.yaml"), closed(&text)).unwrap();
    for (name, arguments) in [
        (
            "diff-closed",
            &["diff", "before.yaml", "after.yaml"] as &[_],
        ),
        (
            "diff-overnight",
            &[
                "diff",
                "before.yaml",
                "before.yaml",
                "--as-of-before",
                "2026-10-22",
                "--as-of",
                "2026-10-23",
                "--fail-on-worse",
            ],
        ),
        (
            "trend",
            &[
                "trend",
                "before.yaml",
                "after.yaml",
                "--as-of",
                "2026-09-30",
                "--as-of",
                "2026-12-31",
            ],
        ),
    ] {
        let (code, out, err) = custody(folder.path(), arguments);
        let shown = format!(
            "$ custody {}\n{out}{err}[exit code {code}]\n",
            arguments.join(" ")
        );
        golden::equal(&format!("tests/cmd/{name}.txt"), &shown);
    }
    let before = of_text("before.yaml", text.clone(), None);
    let after = of_text("after.yaml", closed(&text), None);
    let difference = after.since(&before);
    let told = difference.render(DifferenceFormat::Markdown).unwrap();
    golden::equal("tests/cmd/diff-closed.md", &told);
    worked(&difference, "closed");
    let on = |day| of_text("before.yaml", text.clone(), Some(day));
    let overnight = on("2026-10-23").since(&on("2026-10-22"));
    worked(&overnight, "overnight");
}

/// Each number that `docs/reasoning.md` derives in a table after a mark is that of the difference.
fn worked(difference: &Difference, name: &str) {
    let text = golden::read("docs/reasoning.md");
    let start = text.find(&format!("<!-- worked: {name} -->")).unwrap();
    let summary = serde_json::to_value(difference).unwrap();
    let rows = text[start..]
        .lines()
        .skip_while(|line| !line.starts_with("|---"));
    let mut count = 0;
    for row in rows.skip(1).take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let pointer = cells[0].trim_matches('`');
        let found = summary
            .pointer(pointer)
            .unwrap_or_else(|| panic!("{pointer} is nowhere"));
        assert_eq!(found.to_string(), cells[1], "{name}: {pointer}");
        count += 1;
    }
    assert!(count > 8, "{name}: {count} numbers");
}

/// A gate that stops at what got worse and not at what is known.
#[test]
fn a_gate_stops_at_what_got_worse() {
    let folder = tempfile::tempdir().unwrap();
    let text = golden::read("examples/exchange.yaml");
    let put = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    put("open.yaml", &text);
    put("closed.yaml", &closed(&text));
    // Lines are broken where the screen ends.
    let run = |arguments: &[&str]| {
        let (code, out, err) = custody(folder.path(), arguments);
        let flat = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        (code, flat(out), flat(err))
    };
    let kept = |file: &str, name: &str| {
        let (code, _, err) = run(&["gaps", file, "--format", "json", "--output", name]);
        assert_eq!((code, err.as_str()), (0, ""));
    };
    kept("open.yaml", "open.json");
    kept("closed.yaml", "closed.json");
    // What is known does not stop it, whatever its severity.
    let (code, out, err) = run(&[
        "gaps",
        "open.yaml",
        "--baseline",
        "open.json",
        "--fail-on",
        "low",
    ]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(
        out.contains("0 gaps are new, 0 worse, 0 better, 0 closed; 183 unchanged"),
        "{out}"
    );
    let (code, out, _) = run(&["gaps", "closed.yaml", "--baseline", "open.json"]);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("3 closed"), "{out}");
    // What is new does, from its severity on, and says so where the document does not.
    let (code, out, _) = run(&["gaps", "open.yaml", "--baseline", "closed.json"]);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("new critical 9.3.9.4-d@alt-hot"), "{out}");
    let (code, out, err) = run(&[
        "gaps",
        "open.yaml",
        "--baseline",
        "closed.json",
        "--format",
        "json",
        "--fail-on",
        "critical",
    ]);
    assert_eq!(code, 1);
    serde_json::from_str::<Value>(&out).unwrap();
    assert!(err.contains("9.3.9.4-d@alt-hot"), "{err}");
    let late = [
        "gaps",
        "open.yaml",
        "--baseline",
        "open.json",
        "--as-of",
        "2026-10-23",
    ];
    assert_eq!(run(&late).0, 1);
    assert_eq!(run(&[&late[..], &["--fail-on", "critical"]].concat()).0, 0);
    // A baseline is not an assessment, is there, and is not overwritten.
    assert_eq!(run(&["gaps", "open.yaml", "--baseline", "open.yaml"]).0, 2);
    assert_eq!(run(&["gaps", "open.yaml", "--baseline", "none.json"]).0, 3);
    assert_eq!(run(&["gaps", "open.yaml", "--baseline", "."]).0, 3);
    assert_eq!(
        run(&[
            "gaps",
            "open.yaml",
            "--baseline",
            "open.json",
            "--output",
            "open.json"
        ])
        .0,
        2
    );

    let diff = |more: &[&str]| run(&[&["diff", "closed.yaml", "open.yaml"], more].concat());
    assert_eq!(diff(&[]).0, 0);
    assert_eq!(diff(&["--fail-on-worse"]).0, 1);
    assert_eq!(
        run(&["diff", "open.yaml", "closed.yaml", "--fail-on-worse"]).0,
        0
    );
    assert_eq!(diff(&["--output", "open.yaml"]).0, 2);
    assert_eq!(diff(&["--as-of-before", "yesterday"]).0, 2);
    assert_eq!(run(&["diff", "open.yaml"]).0, 2);
    assert_eq!(run(&["diff", "open.yaml", "none.yaml"]).0, 3);
    assert_eq!(run(&["trend"]).0, 2);
    assert_eq!(run(&["trend", "none.yaml"]).0, 3);
    for format in ["terminal", "markdown", "html", "json"] {
        let (code, out, err) = run(&["trend", "open.yaml", "closed.yaml", "--format", format]);
        assert_eq!((code, err.as_str()), (0, ""), "{format}");
        assert!(out.contains("2026-09-30"), "{format}");
    }
}
