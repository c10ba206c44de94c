//! What the interface promises to whoever builds on it.

use custody_controls::crosswalk::{Crosswalk, CrosswalkError};
use custody_controls::difference::baseline::Ratchet;
use custody_controls::difference::trend::Trend;
use custody_controls::explanation::Explanation;
use custody_controls::supports::Supports;
use custody_controls::{
    Assessment, AssessmentDocument, AssessmentFiles, Catalog, CatalogDocument, Coverage,
    Diagnostics, Difference, Error, Forecast, Gap, Portfolio, Report, Settings, Todo,
};

/// Owned, and shared between threads: a server keeps them, and other languages hold them.
#[test]
fn what_is_made_is_owned_and_can_be_shared() {
    fn is_owned<T: Send + Sync + 'static>() {}
    is_owned::<Catalog>();
    is_owned::<CatalogDocument>();
    is_owned::<AssessmentFiles>();
    is_owned::<AssessmentDocument>();
    is_owned::<Assessment>();
    is_owned::<Settings>();
    is_owned::<Coverage>();
    is_owned::<Report>();
    is_owned::<Gap>();
    is_owned::<Supports>();
    is_owned::<Explanation>();
    is_owned::<Forecast>();
    is_owned::<Crosswalk>();
    is_owned::<Difference>();
    is_owned::<Trend>();
    is_owned::<Ratchet>();
    is_owned::<Portfolio>();
    is_owned::<Todo>();
    is_owned::<Diagnostics>();
    is_owned::<Error>();
}

#[test]
fn a_clone_shares_what_the_original_holds() {
    let catalog = Catalog::builtin();
    let copy = catalog.clone();
    let (Some(one), Some(other)) = (catalog.control("9.3.7.3-a"), copy.control("9.3.7.3-a")) else {
        panic!("the control is in the catalog");
    };
    assert!(std::ptr::eq(one, other));
}

#[test]
fn errors_convert_into_one_and_begin_with_the_first() {
    fn fails() -> Result<(), Error> {
        AssessmentFiles::from_text("a.yaml", "assessment: a\nclaimss: {}\nevidences: {}\n")
            .resolve(Catalog::builtin())?;
        Ok(())
    }
    let error = fails().unwrap_err();
    let all = error.diagnostics().unwrap();
    let first = all.iter().next().unwrap().to_string();
    let more = all.len() - 1;
    assert_eq!(error.to_string(), format!("{first}\nand {more} more"));
    let unknown = CrosswalkError::UnknownFramework {
        name: "none".to_owned(),
        help: None,
    };
    let message = unknown.to_string();
    assert_eq!(Error::from(unknown).to_string(), message);
}
