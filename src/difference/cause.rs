//! Why a gap is not as it was.
//!
//! What a gap says follows from what is written (claims, evidence, acceptances, wallets), from the
//! catalogue, and from the question (the day, the wallets that are looked at, the files of evidence).
//! Each of these is compared where it decides about the gap, and nowhere else; where both an entry and
//! the day changed, each is held against the other one as it was, and named only if it matters.

use super::Weight;
use crate::assessment::SubjectId;
use crate::date::Date;
use crate::gap::Gap;
use crate::report::{
    AcceptanceRow, ApplicabilityRow, CellRow, EvidenceRow, Report, RiskRow, SubjectCoverage,
};
use crate::source::Location;
use crate::taxonomy::{
    EvidenceState, Function, GapKind, ParameterStanding, RiskVerdict, Status, Verdict, Word,
    schema_vocabulary,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

schema_vocabulary! {
    /// Why a gap is not as it was.
    ///
    /// May grow.
    #[non_exhaustive]
    CauseKind, "cause" {
        /// Somebody has looked: there is a claim where there was none.
        ClaimAdded,
        /// There is no claim any more.
        ClaimRemoved,
        /// The claim says another status.
        StatusChanged,
        /// The wallet has a claim of its own now.
        ClaimNarrowed,
        /// The wallet has no claim of its own any more; the wide one serves it.
        ClaimWidened,
        /// The claim names another due day.
        DueChanged,
        /// The due day has passed meanwhile.
        DuePassed,
        /// The claim cites an item that it did not cite.
        EvidenceAdded,
        /// The claim does not cite an item any more.
        EvidenceRemoved,
        /// An item that is cited may be relied on for longer.
        EvidenceRenewed,
        /// An item that is cited may not be relied on for so long any more.
        EvidenceShortened,
        /// The last day on which an item that is cited may be relied on has passed meanwhile.
        EvidenceExpired,
        /// The day from which an item that is cited speaks has come meanwhile.
        EvidenceBegan,
        /// Looking at the file of an item that is cited came out differently.
        FileChanged,
        /// The risk is accepted for the subject.
        AcceptanceAdded,
        /// There is no acceptance for the subject any more.
        AcceptanceRemoved,
        /// The facts of wallets stand otherwise to a parameter of the profile: what they state, or what
        /// the parameter asks for, is not as it was.
        FactsChanged,
        /// The acceptance names other days.
        AcceptanceChanged,
        /// The last day of the acceptance has passed meanwhile.
        AcceptanceEnded,
        /// The first day of the acceptance has come meanwhile.
        AcceptanceBegan,
        /// The wallet was not there.
        SubjectAdded,
        /// The wallet is not there any more.
        SubjectRemoved,
        /// The subject has another tier, other traits or channels, so that the control applies newly
        /// or not any more.
        SubjectChanged,
        /// Other wallets are looked at.
        ScopeChanged,
        /// The catalogue has the control newly.
        ControlAdded,
        /// The catalogue does not have the control any more.
        ControlRemoved,
        /// The catalogue says something else of the control: where it applies, how it acts, or what it
        /// treats.
        ControlChanged,
        /// The catalogue has the risk newly.
        RiskAdded,
        /// The catalogue does not have the risk any more.
        RiskRemoved,
        /// The catalogue gives the risk another severity.
        SeverityChanged,
        /// The catalogue says something else of the risk: which controls treat it, or what it can
        /// strike.
        RiskChanged,
        /// A risk that the control treats directly is open now.
        RiskOpened,
        /// A risk that the control treats directly is not open any more.
        RiskClosed,
        /// The day of the later record lies before that of the earlier one.
        DayMovedBack,
        /// The claim or the acceptance stands at another place.
        PlaceChanged,
    }
}

/// A cause, and what it is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Cause {
    /// What changed.
    pub kind: CauseKind,
    /// What it is about: the id of a cell, an evidence item, a control, a risk or a subject.
    pub about: String,
    /// What was so, in a word or a day, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What is so, in a word or a day, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The cause in words.
    pub text: String,
    /// Where it is written; in the earlier record, where it is not written any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

/// A record with its entries by their ids.
pub(super) struct Record<'r> {
    pub(super) report: &'r Report,
    pub(super) gaps: BTreeMap<&'r str, &'r Gap>,
    pub(super) risks: BTreeMap<&'r str, &'r RiskRow>,
    controls: BTreeMap<&'r str, &'r ApplicabilityRow>,
    cells: BTreeMap<(&'r str, &'r str), &'r CellRow>,
    subjects: BTreeMap<&'r str, &'r SubjectCoverage>,
    evidence: BTreeMap<&'r str, &'r EvidenceRow>,
    acceptances: BTreeMap<&'r str, &'r AcceptanceRow>,
}

impl<'r> Record<'r> {
    pub(super) fn of(report: &'r Report) -> Self {
        let rows = report.applicability.iter();
        let cells = rows.clone().flat_map(|row| {
            let key = |cell: &'r CellRow| ((row.control.as_str(), cell.subject.as_str()), cell);
            row.cells.iter().map(key)
        });
        Self {
            report,
            gaps: report
                .gaps
                .iter()
                .map(|gap| (gap.id.as_str(), gap))
                .collect(),
            risks: report
                .risks
                .iter()
                .map(|row| (row.risk.as_str(), row))
                .collect(),
            controls: rows.map(|row| (row.control.as_str(), row)).collect(),
            cells: cells.collect(),
            subjects: report
                .subjects
                .iter()
                .map(|row| (row.subject.as_str(), row))
                .collect(),
            evidence: report
                .evidence
                .iter()
                .map(|row| (row.evidence.as_str(), row))
                .collect(),
            acceptances: report
                .acceptances
                .iter()
                .map(|row| (row.risk.as_str(), row))
                .collect(),
        }
    }

    fn day(&self) -> Date {
        self.report.facts.as_of
    }

    fn cell(&self, control: &str, subject: &str) -> Option<&'r CellRow> {
        self.cells.get(&(control, subject)).copied()
    }

    /// The verdict of the cell of a gap; none for a gap of a risk.
    pub(super) fn verdict(&self, gap: &Gap) -> Option<Verdict> {
        let cell = self.cell(gap.control.as_ref()?.as_str(), gap.subject.as_str())?;
        Some(cell.verdict)
    }

    pub(super) fn weight(&self, gap: &Gap) -> Weight {
        Weight::new(gap.severity, self.verdict(gap), gap.kind)
    }

    /// The verdict of a risk for a subject; none where it is not judged for it.
    fn judged(&self, risk: &str, subject: &str) -> Option<RiskVerdict> {
        let mut subjects = self.risks.get(risk)?.subjects.iter();
        let row = subjects.find(|row| row.subject.as_str() == subject)?;
        Some(row.verdict)
    }

    /// The acceptance that speaks about a risk and a subject, in force or not.
    fn acceptance(&self, risk: &str, subject: &str) -> Option<&'r AcceptanceRow> {
        let row = self.acceptances.get(risk).copied()?;
        let names = |wallet: &crate::id::WalletId| wallet.as_str() == subject;
        (row.wallets.is_empty() || row.wallets.iter().any(names)).then_some(row)
    }
}

/// Why a gap is not as it was.
pub(super) fn causes(
    before: &Record<'_>,
    after: &Record<'_>,
    shown: &Gap,
    (was, is): (Option<&Gap>, Option<&Gap>),
) -> Vec<Cause> {
    let mut search = Search {
        before,
        after,
        found: BTreeSet::new(),
    };
    let subject = &shown.subject;
    if let Some(control) = &shown.control {
        search.cell(control.as_str(), subject);
        if let (Some(was), Some(is)) = (was, is) {
            search.severity_of_cell(control.as_str(), was, is);
        }
    } else if let Some(risk) = &shown.risk {
        search.risk(shown.kind, risk.as_str(), subject);
    }
    if let (Some(was), Some(is)) = (was, is)
        && search.found.is_empty()
    {
        search.found.insert(Cause {
            kind: CauseKind::PlaceChanged,
            about: shown.id.clone(),
            before: was.location.as_ref().map(ToString::to_string),
            after: is.location.as_ref().map(ToString::to_string),
            text: "it stands at another place, and is as it was".to_owned(),
            location: is.location.clone(),
        });
    }
    search.found.into_iter().collect()
}

struct Search<'s, 'r> {
    before: &'s Record<'r>,
    after: &'s Record<'r>,
    found: BTreeSet<Cause>,
}

/// What is said of a change, before it is put among the causes.
struct Said<'w> {
    about: &'w str,
    before: Option<String>,
    after: Option<String>,
    text: String,
    location: Option<&'w Location>,
}

impl Search<'_, '_> {
    fn add(&mut self, kind: CauseKind, said: Said<'_>) {
        self.found.insert(Cause {
            kind,
            about: said.about.to_owned(),
            before: said.before,
            after: said.after,
            text: said.text,
            location: said.location.cloned(),
        });
    }

    /// A cause that has neither a place nor words before and after.
    fn tell(&mut self, kind: CauseKind, about: &str, text: String) {
        let said = Said {
            about,
            before: None,
            after: None,
            text,
            location: None,
        };
        self.add(kind, said);
    }

    /// Why a cell is not as it was.
    fn cell(&mut self, control: &str, subject: &SubjectId) {
        let name = subject.as_str();
        match (
            self.before.cell(control, name),
            self.after.cell(control, name),
        ) {
            (None, None) => {}
            (Some(was), Some(is)) => self.claim(control, was, is),
            (None, Some(_)) | (Some(_), None) => self.existence(control, subject),
        }
    }

    /// Why there is a cell on one side only.
    fn existence(&mut self, control: &str, subject: &SubjectId) {
        let (was, is) = (
            self.before.controls.get(control),
            self.after.controls.get(control),
        );
        let mut is_explained = true;
        match (was.copied(), is.copied()) {
            (None, _) => {
                let text = format!("the catalogue has the control `{control}` newly");
                self.tell(CauseKind::ControlAdded, control, text);
            }
            (_, None) => {
                let text = format!("the catalogue does not have the control `{control}` any more");
                self.tell(CauseKind::ControlRemoved, control, text);
            }
            (Some(was), Some(is)) => {
                is_explained = (was.subject, &was.when) != (is.subject, &is.when);
                if is_explained {
                    self.control_changed(control, (&was.when, &is.when), "is about");
                }
            }
        }
        is_explained |= self.subject(subject);
        if !is_explained {
            // Channels of the organization are the only features that no row holds.
            self.features(subject);
        }
    }

    fn control_changed(&mut self, control: &str, (was, is): (&str, &str), what: &str) {
        let text = format!("by the catalogue, `{control}` {what} {is}, and {what} {was} before");
        let said = Said {
            about: control,
            before: Some(was.to_owned()),
            after: Some(is.to_owned()),
            text,
            location: None,
        };
        self.add(CauseKind::ControlChanged, said);
    }

    /// Whether the subject itself is on one side only, or not what it was; says so.
    fn subject(&mut self, subject: &SubjectId) -> bool {
        let name = subject.as_str();
        let (was, is) = (
            self.before.subjects.get(name).copied(),
            self.after.subjects.get(name).copied(),
        );
        let (kind, text, row) = match (was, is) {
            (None, None) => return false,
            (Some(was), Some(is)) => {
                let differs = (was.tier, &was.traits) != (is.tier, &is.traits);
                if differs {
                    self.features(subject);
                }
                return differs;
            }
            (None, Some(is)) if is_left_out(self.before.report, subject) => {
                let text = format!("`{name}` is looked at, and was not before");
                (CauseKind::ScopeChanged, text, is)
            }
            (None, Some(is)) => (CauseKind::SubjectAdded, format!("`{name}` is new"), is),
            (Some(was), None) if is_left_out(self.after.report, subject) => {
                let text = format!("`{name}` is not looked at, and was before");
                (CauseKind::ScopeChanged, text, was)
            }
            (Some(was), None) => {
                let text = format!("`{name}` is not there any more");
                (CauseKind::SubjectRemoved, text, was)
            }
        };
        let said = Said {
            about: name,
            before: None,
            after: None,
            text,
            location: row.location.as_ref(),
        };
        self.add(kind, said);
        true
    }

    fn features(&mut self, subject: &SubjectId) {
        let name = subject.as_str();
        let row = |record: &Record<'_>| record.subjects.get(name).map(|row| features(row));
        let (was, is) = (row(self.before), row(self.after));
        let text = match (subject, &was, &is) {
            (SubjectId::Wallet(_), Some(was), Some(is)) if was != is => {
                format!("`{name}` is declared as {is}, and was as {was} before")
            }
            _ => {
                format!("`{name}` has other channels, or something else that decides what applies")
            }
        };
        let after = self.after;
        let location = after
            .subjects
            .get(name)
            .and_then(|row| row.location.as_ref());
        let said = Said {
            about: name,
            before: was,
            after: is,
            text,
            location,
        };
        self.add(CauseKind::SubjectChanged, said);
    }

    /// Why a cell that is on both sides has another verdict or another kind of gap.
    fn claim(&mut self, control: &str, was: &CellRow, is: &CellRow) {
        let about = format!("{control}@{}", is.subject);
        let subject = is.subject.as_str();
        let (kind, text) = match (was.status, is.status) {
            (None, None) => return,
            (None, Some(status)) => {
                let text = format!(
                    "the claim on `{control}` for `{subject}` says `{status}`, and there was none"
                );
                (Some(CauseKind::ClaimAdded), text)
            }
            (Some(status), None) => {
                let text = format!(
                    "there is no claim on `{control}` for `{subject}` any more; it said `{status}`"
                );
                (Some(CauseKind::ClaimRemoved), text)
            }
            (Some(old), Some(new)) if old != new => {
                let text = format!(
                    "the claim on `{control}` for `{subject}` says `{new}`, and said `{old}` before"
                );
                (Some(CauseKind::StatusChanged), text)
            }
            (Some(_), Some(_)) => (None, String::new()),
        };
        let location = is.location.as_ref().or(was.location.as_ref());
        if let Some(kind) = kind {
            let said = Said {
                about: &about,
                before: was.status.map(|status| status.word().to_owned()),
                after: is.status.map(|status| status.word().to_owned()),
                text,
                location,
            };
            self.add(kind, said);
        }
        if let (Some(_), Some(_), true) = (was.status, is.status, was.narrowed != is.narrowed) {
            let (kind, text) = if is.narrowed {
                let text = format!("`{subject}` has a claim of its own on `{control}` now");
                (CauseKind::ClaimNarrowed, text)
            } else {
                let text = format!("the wide claim on `{control}` serves `{subject}` now");
                (CauseKind::ClaimWidened, text)
            };
            let said = Said {
                about: &about,
                before: None,
                after: None,
                text,
                location,
            };
            self.add(kind, said);
        }
        self.due(&about, was, is);
        self.facts(&about, was, is);
        let is_in_place = |row: &CellRow| row.status.is_some_and(Status::is_in_place);
        if is_in_place(was) || is_in_place(is) {
            self.citations(&about, was, is);
        }
    }

    /// Parameters that facts meet on one side only, or for which they are stated on one side only.
    fn facts(&mut self, about: &str, was: &CellRow, is: &CellRow) {
        let ids: BTreeSet<&crate::id::ParameterId> = was
            .parameters
            .iter()
            .chain(&is.parameters)
            .map(|row| &row.parameter)
            .collect();
        for id in ids {
            // What nobody asks for is met.
            let standing = |row: &CellRow| {
                let row = row.parameters.iter().find(|row| row.parameter == *id);
                row.map_or(ParameterStanding::Met, |row| row.standing)
            };
            let (then, now) = (standing(was), standing(is));
            if then != now {
                let said = Said {
                    about,
                    before: Some(then.word().to_owned()),
                    after: Some(now.word().to_owned()),
                    text: format!(
                        "the parameter `{id}` is {}, and was {} before",
                        told(now),
                        told(then)
                    ),
                    location: is.location.as_ref(),
                };
                self.add(CauseKind::FactsChanged, said);
            }
        }
    }

    /// Why a claim that is not in place on either side is overdue on one of them only.
    fn due(&mut self, about: &str, was: &CellRow, is: &CellRow) {
        let falls_short = |row: &CellRow| matches!(row.verdict, Verdict::Partial | Verdict::Absent);
        if !(falls_short(was) && falls_short(is)) {
            return;
        }
        let overdue = |due: Option<Date>, day| due.is_some_and(|due| due < day);
        let then = overdue(was.due, self.before.day());
        let meanwhile = overdue(was.due, self.after.day());
        let now = overdue(is.due, self.after.day());
        if then == now {
            return;
        }
        let words = (
            was.due.map(|day| day.to_string()),
            is.due.map(|day| day.to_string()),
        );
        let due = |day: &Option<String>| day.clone().unwrap_or_else(|| "no day".to_owned());
        let mut add = |kind, text| {
            let said = Said {
                about,
                before: words.0.clone(),
                after: words.1.clone(),
                text,
                location: is.location.as_ref(),
            };
            self.add(kind, said);
        };
        match (then, meanwhile) {
            (false, true) => add(
                CauseKind::DuePassed,
                format!("{}, on which `{about}` was due, has passed", due(&words.0)),
            ),
            (true, false) => add(
                CauseKind::DayMovedBack,
                format!(
                    "{}, on which `{about}` is due, has not passed yet",
                    due(&words.0)
                ),
            ),
            (true, true) | (false, false) => {}
        }
        if meanwhile != now {
            let text = format!(
                "`{about}` is due on {}, and was on {} before",
                due(&words.1),
                due(&words.0)
            );
            add(CauseKind::DueChanged, text);
        }
    }

    /// Why a claim is backed on one side only, or falls short of proof in another way.
    fn citations(&mut self, about: &str, was: &CellRow, is: &CellRow) {
        for item in was
            .evidence
            .iter()
            .filter(|item| !is.evidence.contains(item))
        {
            let text = format!("`{about}` does not cite `{item}` any more");
            let row = self.before.evidence.get(item.as_str()).copied();
            let location = row.and_then(|row| row.location.as_ref());
            self.item(
                CauseKind::EvidenceRemoved,
                item.as_str(),
                (None, None),
                text,
                location,
            );
        }
        for item in &is.evidence {
            let (old, new) = (
                self.before.evidence.get(item.as_str()).copied(),
                self.after.evidence.get(item.as_str()).copied(),
            );
            if !was.evidence.contains(item) {
                let text = format!("`{about}` cites `{item}`, and did not before");
                let location = new.and_then(|row| row.location.as_ref());
                self.item(
                    CauseKind::EvidenceAdded,
                    item.as_str(),
                    (None, None),
                    text,
                    location,
                );
            } else if let (Some(old), Some(new)) = (old, new) {
                self.validity(old, new);
            }
        }
    }

    fn item(
        &mut self,
        kind: CauseKind,
        about: &str,
        (before, after): (Option<String>, Option<String>),
        text: String,
        location: Option<&Location>,
    ) {
        let said = Said {
            about,
            before,
            after,
            text,
            location,
        };
        self.add(kind, said);
    }

    /// Why an item that is cited on both sides is worth something else.
    fn validity(&mut self, old: &EvidenceRow, new: &EvidenceRow) {
        let (id, location) = (new.evidence.as_str(), new.location.as_ref());
        if old.file != new.file && (old.file.is_against() || new.file.is_against()) {
            let text = format!(
                "the file of `{id}` is found `{}`, and was `{}` before",
                new.file, old.file
            );
            let words = (Some(old.file.to_string()), Some(new.file.to_string()));
            self.item(CauseKind::FileChanged, id, words, text, location);
        }
        if old.state == new.state {
            return;
        }
        let meanwhile = state(old, self.after.day());
        let states = (Some(old.state.to_string()), Some(new.state.to_string()));
        match (old.state, meanwhile) {
            (EvidenceState::NotYetValid | EvidenceState::Current, EvidenceState::Expired) => {
                let text = format!(
                    "`{id}` could be relied on until {}, which has passed",
                    old.until
                );
                self.item(CauseKind::EvidenceExpired, id, states, text, location);
            }
            (EvidenceState::NotYetValid, EvidenceState::Current) => {
                let text = format!("`{id}` speaks from {}, which has come", old.collected);
                self.item(CauseKind::EvidenceBegan, id, states, text, location);
            }
            (then, meanwhile) if then != meanwhile => {
                let text = format!("`{id}` is {meanwhile} on the earlier day");
                self.item(CauseKind::DayMovedBack, id, states, text, location);
            }
            _ => {}
        }
        if meanwhile == new.state {
            return;
        }
        let validity = |row: &EvidenceRow| format!("{} to {}", row.collected, row.until);
        let words = (Some(validity(old)), Some(validity(new)));
        let is_longer = (new.until, std::cmp::Reverse(new.collected))
            > (old.until, std::cmp::Reverse(old.collected));
        let kind = if is_longer {
            CauseKind::EvidenceRenewed
        } else {
            CauseKind::EvidenceShortened
        };
        let text = format!(
            "`{id}` may be relied on from {}, and from {} before",
            validity(new),
            validity(old)
        );
        self.item(kind, id, words, text, location);
    }

    /// Why the highest severity among the open risks that a control treats directly is another one,
    /// where that changed the severity of the gap.
    fn severity_of_cell(&mut self, control: &str, was: &Gap, is: &Gap) {
        let highest = |record: &Record<'_>, gap: &Gap| {
            let open = gap
                .open_risks
                .iter()
                .filter_map(|risk| record.risks.get(risk.as_str()));
            open.map(|row| row.severity).max()
        };
        let (then, now) = (highest(self.before, was), highest(self.after, is));
        if was.severity == is.severity || then == now {
            return;
        }
        let rises = now > then;
        let (high, low, lowest) = if rises {
            ((self.after, is), (self.before, was), then)
        } else {
            ((self.before, was), (self.after, is), now)
        };
        for risk in &high.1.open_risks {
            let risk = risk.as_str();
            let Some(row) = high.0.risks.get(risk).copied() else {
                continue;
            };
            if Some(row.severity) <= lowest {
                continue;
            }
            let other = low.0.risks.get(risk).copied();
            let is_linked = low
                .0
                .controls
                .get(control)
                .is_some_and(|row| row.directly.iter().any(|direct| direct.as_str() == risk));
            match other {
                None => self.risk_existence(risk, rises),
                Some(_) if !is_linked => {
                    let text = format!(
                        "by the catalogue, `{control}` {} treats `{risk}` directly",
                        if rises { "newly" } else { "no longer" }
                    );
                    self.tell(CauseKind::ControlChanged, control, text);
                }
                Some(_) if !low.1.open_risks.iter().any(|open| open.as_str() == risk) => {
                    self.open_risk(risk, &is.subject, rises);
                }
                Some(other) => {
                    let (old, new) = if rises { (other, row) } else { (row, other) };
                    self.severity(old, new);
                }
            }
        }
    }

    fn risk_existence(&mut self, risk: &str, is_new: bool) {
        let (kind, text) = if is_new {
            (
                CauseKind::RiskAdded,
                format!("the catalogue has the risk `{risk}` newly"),
            )
        } else {
            let text = format!("the catalogue does not have the risk `{risk}` any more");
            (CauseKind::RiskRemoved, text)
        };
        self.tell(kind, risk, text);
    }

    fn severity(&mut self, old: &RiskRow, new: &RiskRow) {
        let risk = new.risk.as_str();
        let said = Said {
            about: risk,
            before: Some(old.severity.to_string()),
            after: Some(new.severity.to_string()),
            text: format!(
                "by the catalogue, `{risk}` is {}, and was {} before",
                new.severity, old.severity
            ),
            location: None,
        };
        self.add(CauseKind::SeverityChanged, said);
    }

    /// A risk that is open for a subject on one side only.
    fn open_risk(&mut self, risk: &str, subject: &SubjectId, opened: bool) {
        let verdict = |record: &Record<'_>| match subject {
            // What is open for any wallet weighs on the organization's cells.
            SubjectId::Organization => record.risks.get(risk).map(|row| row.verdict),
            SubjectId::Wallet(wallet) => record.judged(risk, wallet.as_str()),
        };
        let word = |verdict: Option<RiskVerdict>| {
            verdict.unwrap_or(RiskVerdict::OutOfScope).word().to_owned()
        };
        let (was, is) = (word(verdict(self.before)), word(verdict(self.after)));
        let kind = if opened {
            CauseKind::RiskOpened
        } else {
            CauseKind::RiskClosed
        };
        let whose = match subject {
            SubjectId::Organization => String::new(),
            SubjectId::Wallet(wallet) => format!(" for `{wallet}`"),
        };
        let said = Said {
            about: risk,
            text: format!("`{risk}` is {is}{whose}, and was {was} before"),
            before: Some(was),
            after: Some(is),
            location: None,
        };
        self.add(kind, said);
    }

    /// Why a gap of a risk is not as it was.
    fn risk(&mut self, kind: GapKind, risk: &str, subject: &SubjectId) {
        let (Some(was), Some(is)) = (
            self.before.risks.get(risk).copied(),
            self.after.risks.get(risk).copied(),
        ) else {
            return self.risk_existence(risk, self.after.risks.contains_key(risk));
        };
        let name = subject.as_str();
        let judged = (
            self.before.judged(risk, name),
            self.after.judged(risk, name),
        );
        let (Some(then), Some(now)) = judged else {
            return self.judgement(risk, (was, is), subject);
        };
        if kind == GapKind::NoControl && then != now {
            self.links(risk);
        } else if kind == GapKind::NoDetection {
            self.detection(risk, (was, is), subject);
        } else if kind == GapKind::AcceptanceExpired && then.is_open() != now.is_open() {
            self.open_risk(risk, subject, now.is_open());
        }
        self.acceptance(risk, name);
        if was.severity != is.severity {
            self.severity(was, is);
        }
    }

    fn links(&mut self, risk: &str) {
        let text = format!("by the catalogue, other controls treat `{risk}` directly");
        self.tell(CauseKind::RiskChanged, risk, text);
    }

    /// Why a risk is judged for a subject on one side only.
    fn judgement(&mut self, risk: &str, (was, is): (&RiskRow, &RiskRow), subject: &SubjectId) {
        let mut is_explained = self.subject(subject);
        if was.direct_controls != is.direct_controls {
            self.links(risk);
            is_explained = true;
        }
        let on_both_sides = is
            .direct_controls
            .iter()
            .filter(|id| was.direct_controls.contains(id));
        for control in on_both_sides {
            let row = |record: &Record<'_>| {
                let row = record.controls.get(control.as_str());
                row.map(|row| (row.subject, row.when.clone()))
            };
            if let (Some(old), Some(new)) = (row(self.before), row(self.after))
                && old.0 != new.0
            {
                self.control_changed(control.as_str(), (&old.1, &new.1), "is about");
                is_explained = true;
            }
        }
        let facts = (&self.before.report.facts, &self.after.report.facts);
        if !is_explained && facts.0.catalog_sha256 != facts.1.catalog_sha256 {
            let text = format!("by the catalogue, `{risk}` can strike other subjects");
            self.tell(CauseKind::RiskChanged, risk, text);
        } else if !is_explained {
            self.features(subject);
        }
    }

    /// Why the detective controls of a risk came out differently.
    fn detection(&mut self, risk: &str, (was, is): (&RiskRow, &RiskRow), subject: &SubjectId) {
        let detects = |record: &Record<'_>, control: &str| {
            let row = record.controls.get(control);
            row.is_some_and(|row| row.functions.contains(&Function::Detective))
        };
        let controls: BTreeSet<&str> = (was.direct_controls.iter())
            .chain(&is.direct_controls)
            .map(crate::id::ControlId::as_str)
            .collect();
        for control in controls {
            let (then, now) = (detects(self.before, control), detects(self.after, control));
            if !then && !now {
                continue;
            }
            let is_linked =
                |row: &RiskRow| row.direct_controls.iter().any(|id| id.as_str() == control);
            if is_linked(was) != is_linked(is) {
                self.links(risk);
            } else if then != now {
                let text = format!(
                    "by the catalogue, `{control}` {} detective",
                    if now { "is newly" } else { "is no longer" }
                );
                self.tell(CauseKind::ControlChanged, control, text);
            }
            for subject in [&SubjectId::Organization, subject] {
                let verdict = |record: &Record<'_>| {
                    record
                        .cell(control, subject.as_str())
                        .map(|cell| cell.verdict)
                };
                if verdict(self.before) != verdict(self.after) {
                    self.cell(control, subject);
                }
            }
        }
    }

    /// Why an acceptance holds or has ended on one side only.
    fn acceptance(&mut self, risk: &str, subject: &str) {
        let (was, is) = (
            self.before.acceptance(risk, subject),
            self.after.acceptance(risk, subject),
        );
        let (kind, text, row) = match (was, is) {
            (None, None) => return,
            (None, Some(is)) => {
                let text = format!(
                    "`{risk}` is accepted for `{subject}` until {}, and was not before",
                    is.until
                );
                (CauseKind::AcceptanceAdded, text, is)
            }
            (Some(was), None) => {
                let text =
                    format!("the acceptance of `{risk}` for `{subject}` is not there any more");
                (CauseKind::AcceptanceRemoved, text, was)
            }
            (Some(was), Some(is)) => return self.acceptance_days(risk, was, is),
        };
        let said = Said {
            about: risk,
            before: was.map(|row| row.until.to_string()),
            after: is.map(|row| row.until.to_string()),
            text,
            location: row.location.as_ref(),
        };
        self.add(kind, said);
    }

    fn acceptance_days(&mut self, risk: &str, was: &AcceptanceRow, is: &AcceptanceRow) {
        let then = stage(was, self.before.day());
        let meanwhile = stage(was, self.after.day());
        let now = stage(is, self.after.day());
        if then == now {
            return;
        }
        let mut add = |kind, text| {
            let said = Said {
                about: risk,
                before: Some(was.until.to_string()),
                after: Some(is.until.to_string()),
                text,
                location: is.location.as_ref(),
            };
            self.add(kind, said);
        };
        if then < meanwhile && meanwhile == Stage::Ended {
            let text = format!(
                "the acceptance of `{risk}` held until {}, which has passed",
                was.until
            );
            add(CauseKind::AcceptanceEnded, text);
        } else if then < meanwhile {
            add(
                CauseKind::AcceptanceBegan,
                format!("the acceptance of `{risk}` has begun"),
            );
        } else if then > meanwhile {
            let text = format!("the acceptance of `{risk}` stands otherwise on the earlier day");
            add(CauseKind::DayMovedBack, text);
        }
        if meanwhile != now {
            let text = format!(
                "the acceptance of `{risk}` holds until {}, and until {} before",
                is.until, was.until
            );
            add(CauseKind::AcceptanceChanged, text);
        }
    }
}

fn told(standing: ParameterStanding) -> &'static str {
    match standing {
        ParameterStanding::Met => "met",
        ParameterStanding::FactMissing => "lacking a fact",
        ParameterStanding::NotMet => "not met",
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    NotBegun,
    InForce,
    Ended,
}

fn stage(row: &AcceptanceRow, day: Date) -> Stage {
    if row.until < day {
        Stage::Ended
    } else if row.from.is_none_or(|from| from <= day) {
        Stage::InForce
    } else {
        Stage::NotBegun
    }
}

fn state(row: &EvidenceRow, day: Date) -> EvidenceState {
    if day < row.collected {
        EvidenceState::NotYetValid
    } else if day <= row.until {
        EvidenceState::Current
    } else {
        EvidenceState::Expired
    }
}

/// Whether a wallet is none of those that were asked for.
fn is_left_out(report: &Report, subject: &SubjectId) -> bool {
    match (subject, &report.facts.only_wallets) {
        (SubjectId::Wallet(wallet), Some(wallets)) => !wallets.contains(wallet),
        _ => false,
    }
}

fn features(row: &SubjectCoverage) -> String {
    let tier = row.tier.map(Word::word);
    let traits = row.traits.iter().copied().map(Word::word);
    tier.into_iter()
        .chain(traits)
        .collect::<Vec<_>>()
        .join(", ")
}
