//! The program writes what the library writes, whatever surrounds the process.

use custody_controls::taxonomy::Word;
use custody_formats::{Format, Render};
use custody_testing::examples::{EXAMPLES, example};
use custody_testing::golden::{self, same};

/// Processes differ in all that a program may look at: the day, the zone, the language, the user.
#[test]
fn rendered_in_two_processes_it_is_the_same_bytes() {
    let run = |name: &str, format: &[&str], surrounding: [(&str, &str); 4]| {
        let file = format!("examples/{name}.yaml");
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_custody"))
            .args(["gaps", &file, "--format"])
            .args(format)
            .current_dir(golden::path(""))
            .envs(surrounding)
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        assert_eq!(output.status.code(), Some(0), "{name} as {format:?}");
        output.stdout
    };
    let here = [
        ("TZ", "UTC"),
        ("LANG", "C"),
        ("USER", "root"),
        ("SOURCE_DATE_EPOCH", "0"),
    ];
    let there = [
        ("TZ", "Pacific/Auckland"),
        ("LANG", "tr_TR.UTF-8"),
        ("USER", "nobody"),
        ("SOURCE_DATE_EPOCH", "1700000000"),
    ];
    for name in EXAMPLES {
        let report = example(name, None);
        for format in Format::values() {
            let what = format!("{name} as {format}");
            let words: &[&str] = match format {
                Format::MarkdownBrief => &["markdown", "--brief"],
                Format::HtmlBrief => &["html", "--brief"],
                Format::TypstBrief => &["typst", "--brief"],
                _ => &[format.word()],
            };
            let told = run(name, words, here);
            same(&told, &run(name, words, there), &what);
            same(&told, report.render(format).unwrap().as_bytes(), &what);
        }
        #[cfg(feature = "xlsx")]
        {
            let told = run(name, &["xlsx"], here);
            same(&told, &run(name, &["xlsx"], there), "the workbook");
            let mut workbook = Vec::new();
            custody_workbook::write(&report, &mut workbook).unwrap();
            same(&told, &workbook, "the workbook");
        }
    }
}
