//! What an assessment says of itself.

use super::Check;
use crate::assessment::Header;
use crate::assessment::document::AssessmentDocument;
use crate::diagnostic::{Code, suggest};
use crate::source::Step;

impl<'d> Check<'d, '_> {
    pub(super) fn header(&mut self) -> Option<Header> {
        let document = self.document;
        for (key, help) in [
            ("title", "add what readers call the assessment"),
            ("catalog", "add `catalog: iso-tr-23576`"),
            ("custodian", "add `custodian: { name: … }`"),
            (
                "period",
                "add `period: { from: YYYY-MM-DD, to: YYYY-MM-DD }`",
            ),
            (
                "organization",
                "add `organization: { channels: [] }` with all channels",
            ),
        ] {
            let is_there = match key {
                "title" => document.title.is_some(),
                "catalog" => document.catalog.is_some(),
                "custodian" => document.custodian.is_some(),
                "period" => document.period.is_some(),
                _ => document.organization.is_some(),
            };
            // What is there but faulty has been reported already.
            if !is_there && !self.faults.sources.say(key) {
                let (message, help) = (format!("`{key}` is missing"), Some(help.to_owned()));
                self.fault(
                    Code::MissingKey,
                    document.place,
                    &[Step::Name(key)],
                    message,
                    help,
                );
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

    /// What one file says of the assessment.
    pub(super) fn header_of(&mut self, document: &'d AssessmentDocument) {
        let place = document.place;
        let loaded = &self.catalog.facts().id;
        // Where two files name different catalogues, that is the fault.
        let named = document
            .catalog
            .as_ref()
            .filter(|_| document.catalog == self.document.catalog);
        if let Some(named) = named.filter(|named| *named != loaded) {
            let message = format!(
                "the assessment is made against `{named}`, and the catalogue that is loaded is `{loaded}`"
            );
            let help = suggest(named.as_str(), [loaded.as_str()])
                .filter(|help| help.starts_with("did"))
                .unwrap_or_else(|| "load the other catalogue with `--catalog`".to_owned());
            self.fault(
                Code::UnknownCatalog,
                place,
                &[Step::Key("catalog")],
                message,
                Some(help),
            );
        }
        if let Some(period) = document.period.filter(|period| period.to < period.from) {
            let message = format!(
                "the period ends on {} before it begins on {}",
                period.to, period.from
            );
            self.fault(
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
        if let Some(organization) = &document.organization {
            self.repeated(
                &organization.channels,
                place,
                &[Step::Key("organization"), Step::Key("channels")],
            );
        }
    }
}
