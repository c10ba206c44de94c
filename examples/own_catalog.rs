//! A catalog of your own: the same format as the files under `controls/`, read the same way.
//!
//! `cargo run --example own_catalog`

#![expect(clippy::print_stdout, reason = "an example shows what it finds")]

use custody_controls::{AssessmentFiles, Catalog, Settings};
use std::error::Error;

const CATALOG: &str = r#"
catalog: { id: house-rules, title: House rules, standard: House, edition: "1", version: "1", published: 2026-01-01 }
clauses:
  "1": { title: Keys, kind: control, summary: What we ask of keys. }
risks:
  key-lost:
    { clause: "1", title: A key is lost, severity: critical, threats: [loss], factors: [operation-error],
      actors: [insider], assets: [signature-key], consequence: Assets cannot be moved., source: House, provenance: own }
families:
  keys:
    title: Keys
    order: 1
    controls:
      two-backups:
        { clause: "1", title: Two backups, statement: Each key has two backups., treats: { directly: [key-lost] },
          subject: wallet, functions: [corrective], evidence: [vault register], techniques: [examine],
          source: House, strength: must, provenance: own }
"#;

const ASSESSMENT: &str = "
assessment: first-look
title: A first look
catalog: house-rules
custodian: { name: Example }
period: { from: 2026-01-01, to: 2026-12-31 }
organization: { channels: [] }
wallets:
  vault: { tier: cold, traits: [hardware-wallet, backed-up] }
claims:
  two-backups: { status: implemented }
";

fn main() -> Result<(), Box<dyn Error>> {
    let catalog = Catalog::from_text("house.yaml", CATALOG)?;
    let assessment = AssessmentFiles::from_text("first.yaml", ASSESSMENT).resolve(&catalog)?;
    let settings = Settings::on("2026-06-30".parse()?);
    for gap in assessment.measure(&settings).gaps() {
        println!("{} {} {}", gap.severity, gap.kind, gap.id);
    }
    Ok(())
}
