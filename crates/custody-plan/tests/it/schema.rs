//! The JSON Schema of plans is committed.

use custody_testing::golden;

#[test]
fn the_schema_is_committed() {
    let mut text = serde_json::to_string_pretty(&custody_plan::schema()).unwrap();
    text.push('\n');
    golden::equal("schemas/plan.schema.json", &text);
}
