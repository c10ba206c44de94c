//! Explanations of large assessments: their size, and lifts with more ways than are searched.

use custody_controls::explanation::Explanation;
use custody_controls::{AssessmentFiles, Catalog, Settings, json};

/// A risk that eight controls treat directly, seven of them for wallets.
const RISK: &str = "8.2.2.3-a";

/// Wallets with claims for all of them, each of which cites five expired items.
fn expired(wallets: usize, controls: &[&str]) -> String {
    let mut text = "assessment: harbour-2026-q3\ntitle: Harbour Custody\ncatalog: iso-tr-23576\n\
         custodian: { name: Harbour Custody AG }\nperiod: { from: 2026-07-01, to: 2026-09-30 }\n\
         organization: { channels: [] }\nwallets:\n"
        .to_owned();
    for n in 0..wallets {
        text.push_str(&format!(
            "  w{n:04}: {{ tier: hot, traits: [hsm, multisig, deterministic, backed-up] }}\n"
        ));
    }
    text.push_str("evidence:\n");
    for n in 0..controls.len() * 5 {
        text.push_str(&format!(
            "  e{n:03}: {{ title: Log, kind: log, technique: test, collected: 2026-07-01, \
             valid_until: 2026-07-02, locator: log.csv }}\n"
        ));
    }
    text.push_str("claims:\n");
    for (at, control) in controls.iter().enumerate() {
        let items: Vec<String> = (0..5).map(|n| format!("e{:03}", at * 5 + n)).collect();
        text.push_str(&format!(
            "  {control}: {{ status: implemented, evidence: [{}] }}\n",
            items.join(", ")
        ));
    }
    text
}

fn explain(text: &str) -> Explanation {
    let files = AssessmentFiles::from_text("large.yaml", text);
    let assessment = files.resolve(Catalog::builtin()).unwrap();
    let day = Settings::on("2026-09-30".parse().unwrap());
    assessment.measure(&day).explain(RISK).unwrap()
}

/// The controls that treat the risk directly for a wallet.
fn controls() -> Vec<&'static str> {
    let catalog = Catalog::builtin();
    let cells = &explain(&expired(1, &["9.3.7.2-b"])).risks[0].cells;
    let of_wallet = cells
        .iter()
        .filter_map(|cell| cell.cell.strip_suffix("@w0000"));
    of_wallet
        .map(|id| catalog.control(id).unwrap().id.as_str())
        .collect()
}

#[test]
fn an_explanation_grows_with_the_number_of_wallets() {
    let controls = controls();
    let length = |wallets| {
        let mut bytes = Vec::new();
        json::write(&explain(&expired(wallets, &controls)), &mut bytes).unwrap();
        bytes.len()
    };
    let (one, two) = (length(40), length(80));
    assert!(
        two <= one * 21 / 10,
        "{one} bytes for 40 wallets, {two} for 80"
    );
}

#[test]
fn a_lift_with_too_many_ways_to_search_has_one_that_is_enough() {
    let explanation = explain(&expired(1, &controls()));
    let risk = &explanation.risks[0];
    let lift = risk.lifts.last().unwrap();
    assert!(!lift.complete);
    let steps = lift.always.iter().chain(&lift.alternatives[0]);
    let mut closed: Vec<&str> = steps
        .flat_map(|step| &step.cells)
        .map(String::as_str)
        .collect();
    closed.sort_unstable();
    let mut open: Vec<&str> = risk.cells.iter().map(|cell| cell.cell.as_str()).collect();
    open.sort_unstable();
    assert_eq!(closed, open, "each once: no step can be left out");
}
