//! What was stored is shown as it would have been shown at once.

use custody_controls::taxonomy::Word;
use custody_controls::{Report, Stored};
use custody_formats::{Format, Render};
use custody_testing::examples::{EXAMPLES, example};

#[test]
fn a_stored_report_is_shown_without_its_assessment() {
    for name in EXAMPLES {
        let report = example(name, None);
        let stored = Report::from_json(&report.to_json()).unwrap();
        for format in Format::values() {
            let (shown, read) = (report.render(format), stored.render(format));
            assert!(shown.unwrap() == read.unwrap(), "{name}, {format}");
        }
        assert_eq!(report.to_json(), report.render(Format::Json).unwrap());
    }
}
