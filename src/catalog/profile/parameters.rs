//! Parameters of a profile.

use super::{EntryLeftOut, Parameter, ProfileDocument};
use crate::catalog::check::CatalogCheck;
use crate::catalog::document::CatalogDocument;
use crate::diagnostic::Code;
use crate::figure::Figure;
use crate::id::{ControlId, ParameterId};
use crate::limits;
use crate::source::Step;
use crate::taxonomy::{ParameterKind, SubjectKind};
use indexmap::IndexMap;

impl CatalogCheck<'_> {
    /// Each parameter has the keys that its kind requires, and belongs to a control of the profile.
    pub(super) fn parameters(
        &mut self,
        document: &ProfileDocument,
        left: &CatalogDocument,
        controls_left_out: &IndexMap<ControlId, EntryLeftOut>,
    ) {
        if let Some((id, parameter)) = document.parameters.get_index(limits::PARAMETERS) {
            let most = limits::PARAMETERS;
            let message = format!("expected at most {most} parameters; `{id}` exceeds the limit");
            let help = "divide the parameters between several profiles";
            self.report(Code::LimitExceeded, parameter.place, message, help);
        }
        for (id, parameter) in document.parameters.iter().take(limits::PARAMETERS) {
            self.shape(id, parameter);
            self.figure(parameter);
            if let Some(control) = &parameter.control
                && parameter.kind != ParameterKind::LargestEvidenceAge
            {
                self.bounded(id, parameter, control, left, controls_left_out);
            }
        }
    }

    fn shape(&mut self, id: &ParameterId, parameter: &Parameter) {
        let (kind, place) = (parameter.kind, parameter.place);
        let of_evidence = kind == ParameterKind::LargestEvidenceAge;
        let keys = [
            ("control", parameter.control.is_some(), !of_evidence),
            ("evidence", parameter.evidence.is_some(), of_evidence),
        ];
        for (key, is_written, is_needed) in keys {
            // A key with an invalid value has been reported already.
            if is_needed && !is_written && !self.diagnostics.sources.has(place, key) {
                let message = format!("kind `{kind}` requires `{key}` in `{id}`");
                let help = match key {
                    "control" => "add `control`: the control that it belongs to",
                    _ => "add `evidence`: the kind of evidence whose age it limits",
                };
                self.report_at(
                    Code::MissingKey,
                    (place, &[]),
                    message,
                    Some(help.to_owned()),
                );
            } else if is_written && !is_needed {
                let message = format!("`{key}` is not allowed with kind `{kind}`");
                let help = Some("remove it or correct the kind".to_owned());
                self.report_at(
                    Code::KeyOutOfPlace,
                    (place, &[Step::Name(key)]),
                    message,
                    help,
                );
            }
        }
        let (source, has) = (&parameter.source, |key| {
            let route = ["source"];
            self.diagnostics.sources.has_within(place, &route, key)
        });
        if source.citation.is_none() && source.url.is_none() && !has("citation") && !has("url") {
            let message = format!("missing `citation` in the source of `{id}`");
            let help = "add `citation`: the passage of the text, or `url`: its address";
            let route = [Step::Key("source")];
            self.report_at(
                Code::MissingKey,
                (place, &route),
                message,
                Some(help.to_owned()),
            );
        }
    }

    fn figure(&mut self, parameter: &Parameter) {
        let figure = parameter.figure;
        let (is_valid, expected) = match parameter.kind {
            ParameterKind::LargestHotShare | ParameterKind::LargestOnlineShare => {
                (figure <= Figure::whole(100), "a percentage from 0 to 100")
            }
            ParameterKind::SmallestBackupDistance => {
                (figure > Figure::whole(0), "a distance of more than 0 km")
            }
            ParameterKind::SmallestQuorum
            | ParameterKind::SmallestNumberOfBackups
            | ParameterKind::LargestEvidenceAge => (
                figure.is_whole() && figure > Figure::whole(0),
                "a whole number from 1 to 36500",
            ),
        };
        // An invalid figure has been reported already, and was replaced by 0.
        if !is_valid && (self.is_complete || figure > Figure::whole(0)) {
            let message = format!("expected {expected}, found `{figure}`");
            let place = (parameter.place, &[Step::Key("figure")][..]);
            let help = Some("correct `figure` or `kind`".to_owned());
            self.report_at(Code::MalformedNumber, place, message, help);
        }
    }

    fn bounded(
        &mut self,
        id: &ParameterId,
        parameter: &Parameter,
        control: &ControlId,
        left: &CatalogDocument,
        controls_left_out: &IndexMap<ControlId, EntryLeftOut>,
    ) {
        let route = [Step::Key("control")];
        let place = (parameter.place, &route[..]);
        let mut controls = left.families.values().flat_map(|family| &family.controls);
        let Some((_, entry)) = controls.find(|(named, _)| *named == control) else {
            if controls_left_out.contains_key(control) {
                let message =
                    format!("`{id}` belongs to `{control}`, which the profile leaves out");
                let help = "remove the parameter, or select the control".to_owned();
                self.report_at(Code::InconsistentCatalog, place, message, Some(help));
            } else {
                let controls = left
                    .families
                    .values()
                    .flat_map(|family| family.controls.keys());
                let all = controls.map(ControlId::as_str);
                self.known(id.as_str(), "control", control.as_str(), false, all, place);
            }
            return;
        };
        let is_per_wallet = matches!(
            parameter.kind,
            ParameterKind::SmallestQuorum
                | ParameterKind::SmallestNumberOfBackups
                | ParameterKind::SmallestBackupDistance
        );
        if is_per_wallet && entry.subject == SubjectKind::Organization {
            let message =
                format!("`{id}` limits wallets, but `{control}` applies to the organization");
            let help = "name a control that applies to wallets".to_owned();
            self.report_at(Code::InconsistentCatalog, place, message, Some(help));
        }
    }
}
