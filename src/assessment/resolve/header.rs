//! The header of an assessment.

use super::Check;
use crate::assessment::Header;
use crate::assessment::document::AssessmentDocument;
use crate::diagnostic::{Code, did_you_mean};
use crate::source::Step;

impl<'d> Check<'d, '_> {
    pub(super) fn header(&mut self) -> Option<Header> {
        let document = self.document;
        for (key, help) in [
            ("title", "add `title`: the title of the assessment"),
            ("catalog", "add `catalog: iso-tr-23576`"),
            ("custodian", "add `custodian: { name: … }`"),
            (
                "period",
                "add `period: { from: YYYY-MM-DD, to: YYYY-MM-DD }`",
            ),
            (
                "organization",
                "add `organization: { channels: [] }`, with all channels",
            ),
        ] {
            let is_there = match key {
                "title" => document.title.is_some(),
                "catalog" => document.catalog.is_some(),
                "custodian" => document.custodian.is_some(),
                "period" => document.period.is_some(),
                _ => document.organization.is_some(),
            };
            // A key with an invalid value has been reported already.
            if !is_there && !self.diagnostics.sources.has_value(key) {
                let (message, help) = (format!("missing key `{key}`"), Some(help.to_owned()));
                self.report(
                    Code::MissingKey,
                    document.place,
                    &[Step::Name(key)],
                    message,
                    help,
                );
                if key == "catalog" {
                    let loaded = self.catalog.facts().id.as_str();
                    self.diagnostics.insert(document.place, key, loaded);
                }
            }
        }
        for document in self.documents {
            self.header_of(document);
        }
        Some(Header {
            title: document.title.clone()?,
            custodian: document.custodian.clone()?,
            period: document.period?,
        })
    }

    /// The header of one file.
    pub(super) fn header_of(&mut self, document: &'d AssessmentDocument) {
        let place = document.place;
        let loaded = &self.catalog.facts().id;
        // If two files name different catalogs, that is reported instead.
        let named = document
            .catalog
            .as_ref()
            .filter(|_| document.catalog == self.document.catalog);
        if let Some(named) = named.filter(|named| *named != loaded) {
            let message =
                format!("the assessment targets catalog `{named}`, but `{loaded}` is loaded");
            let help = did_you_mean(named.as_str(), [loaded.as_str()])
                .unwrap_or_else(|| "load the other catalog with `--catalog`".to_owned());
            self.report(
                Code::UnknownCatalog,
                place,
                &[Step::Key("catalog")],
                message,
                Some(help),
            );
            let route = [Step::Key("catalog")];
            self.diagnostics.correct(place, &route, [loaded.as_str()]);
        }
        if let Some(period) = document.period.filter(|period| period.to < period.from) {
            let message = format!(
                "the period ends on {}, before it begins on {}",
                period.to, period.from
            );
            self.report(
                Code::PeriodEndsBeforeItBegins,
                place,
                &[Step::Key("period"), Step::Key("to")],
                message,
                Some("correct `from` or `to`".to_owned()),
            );
        }
        self.repeated(&document.assessors, place, &[Step::Key("assessors")]);
        for person in &document.assessors {
            self.person(
                person,
                place,
                &[Step::Key("assessors"), Step::Item(person.as_str(), 0)],
            );
        }
        self.assessed(&document.assessed, place);
        if let Some(organization) = &document.organization {
            self.repeated(
                &organization.channels,
                place,
                &[Step::Key("organization"), Step::Key("channels")],
            );
        }
    }
}
