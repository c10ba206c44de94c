//! The commands that documents show print what stands below them.

use custody_testing::golden;

/// The lines that `examples/incidents/README.md` shows are printed by the commands above them.
#[test]
fn the_readme_of_the_incidents_shows_what_the_program_prints() {
    let text = golden::read("examples/incidents/README.md");
    let mut commands = 0;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(command) = line.strip_prefix("$ custody ") else {
            continue;
        };
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_custody"))
            .args(command.split_whitespace())
            .current_dir(golden::path(""))
            .env_remove("CLICOLOR_FORCE")
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{command}");
        let screen = String::from_utf8(output.stdout).unwrap();
        let mut printed = screen.lines();
        for wanted in lines.by_ref().take_while(|line| *line != "```") {
            assert!(
                wanted == "…" || printed.any(|line| line == wanted),
                "`custody {command}` does not say, in this order: {wanted}\n{screen}"
            );
        }
        commands += 1;
    }
    assert!(commands >= 6, "{commands} commands are told");
}

/// The excerpt of `README.md` is part of the screen of the command above it.
#[test]
fn the_readme_shows_what_the_program_prints() {
    let readme = golden::read("README.md");
    let screen = golden::read("tests/cmd/gaps-exchange.txt");
    let (_, excerpt) = readme.split_once("```text\n").unwrap();
    let (excerpt, _) = excerpt.split_once("```").unwrap();
    for part in excerpt.split("…\n") {
        let part = part
            .lines()
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>();
        let mut printed = screen.lines();
        for line in part {
            assert!(printed.any(|printed| printed == line), "{line}");
        }
    }
}
