//! The document types are plain serde types: read and write them with `serde_yaml` (kept as
//! `yaml_serde`) where the files are your own.
//!
//! `cargo run --example serde_yaml`

#![expect(clippy::print_stdout, reason = "an example shows what it finds")]

use custody_controls::assessment::Claim;
use custody_controls::taxonomy::Status;
use custody_controls::{AssessmentDocument, Catalog};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let text = std::fs::read_to_string("examples/small-firm.yaml")?;
    let mut document: AssessmentDocument = serde_yaml::from_str(&text)?;

    // Change it …
    document
        .claims
        .insert("9.3.2-a".parse()?, Some(Claim::new(Status::NotImplemented)));

    // … check it against the catalog as a file would be …
    let assessment = document.resolve(Catalog::builtin())?;
    println!(
        "{} claims on {} cells",
        assessment.document().claims.len(),
        assessment.cell_count()
    );

    // … and write it.
    let written = serde_yaml::to_string(assessment.document())?;
    println!("{} lines of YAML", written.lines().count());
    Ok(())
}
