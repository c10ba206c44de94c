//! A commented assessment to begin with: the wallets and channels of a custodian, and an empty entry
//! for each control that applies to them.

use crate::assessment::AssessmentFiles;
use crate::assessment::write::{comment, scalar};
use crate::catalog::{Catalog, Control, OrDeclared};
use crate::date::Date;
use crate::diagnostic::Diagnostics;
use crate::id::{AssessmentId, WalletId};
use crate::taxonomy::{Channel, Features, SubjectKind, Tier, Trait, Word};
use crate::text::count;
use std::fmt::{Display, Write};

/// What a starter is written for.
///
/// ```
/// use custody_controls::catalog::Catalog;
/// use custody_controls::starter::{Starter, StarterWallet};
/// use custody_controls::taxonomy::{Tier, Trait};
///
/// let year = ("2026-01-01".parse()?, "2026-12-31".parse()?);
/// let mut starter = Starter::new("acme".parse()?, "Acme Custody", year);
/// let traits = vec![Trait::HardwareWallet];
/// starter.wallets.push(StarterWallet::new("vault".parse()?, Tier::Cold, traits));
/// let text = starter.to_yaml(Catalog::builtin())?;
/// assert!(text.contains("vault: { tier: cold, traits: [hardware-wallet], since: 2026-01-01 }"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Starter {
    /// The id of the assessment.
    pub assessment: AssessmentId,
    /// The name of the custodian.
    pub custodian: String,
    /// The first day of the reporting period.
    pub from: Date,
    /// The last day of the reporting period.
    pub to: Date,
    /// The channels by which customers and operators reach the system.
    pub channels: Vec<Channel>,
    /// The wallets.
    pub wallets: Vec<StarterWallet>,
}

/// A wallet of a starter.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StarterWallet {
    /// Its id.
    pub id: WalletId,
    /// Its tier.
    pub tier: Tier,
    /// All its traits.
    pub traits: Vec<OrDeclared<Trait>>,
    /// The first day on which it holds keys; if it is left out, the first day of the period.
    pub since: Option<Date>,
}

impl StarterWallet {
    /// A wallet with its tier and all its traits.
    pub fn new<T: Into<OrDeclared<Trait>>>(id: WalletId, tier: Tier, traits: Vec<T>) -> Self {
        Self {
            id,
            tier,
            traits: traits.into_iter().map(Into::into).collect(),
            since: None,
        }
    }

    fn features(&self, catalog: &Catalog) -> Features {
        let mut features = catalog.traits().features(&self.traits);
        features.insert(self.tier.into());
        features
    }
}

fn join<T: Display>(items: &[T]) -> String {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    items.join(", ")
}

impl Starter {
    /// A starter without channels and wallets.
    pub fn new(
        assessment: AssessmentId,
        custodian: impl Into<String>,
        (from, to): (Date, Date),
    ) -> Self {
        Self {
            assessment,
            custodian: custodian.into(),
            from,
            to,
            channels: Vec::new(),
            wallets: Vec::new(),
        }
    }

    /// The starter as YAML.
    ///
    /// # Errors
    ///
    /// What is wrong with the assessment, such as two wallets with the same id or traits that
    /// exclude each other. A starter that is returned has no errors.
    pub fn to_yaml(&self, catalog: &Catalog) -> Result<String, Diagnostics> {
        let text = self.write(catalog);
        AssessmentFiles::from_text("starter.yaml", text.as_str()).resolve(catalog)?;
        Ok(text)
    }

    fn write(&self, catalog: &Catalog) -> String {
        let mut out = self.header(catalog);
        for wallet in &self.wallets {
            let StarterWallet {
                id,
                tier,
                traits,
                since,
            } = wallet;
            let (traits, since) = (join(traits), since.unwrap_or(self.from));
            let _ = writeln!(
                out,
                "  {id}: {{ tier: {tier}, traits: [{traits}], since: {since} }}"
            );
        }
        out.push_str(EVIDENCE_AND_CLAIMS);
        self.claims(&mut out, catalog);
        out.push_str(ACCEPTED_RISKS);
        out
    }

    fn header(&self, catalog: &Catalog) -> String {
        let Self { from, to, .. } = self;
        let traits: Vec<&str> = catalog.traits().words::<Trait>().collect();
        let traits: Vec<String> = traits
            .chunks(5)
            .map(|words| format!("#   {}", words.join(", ")))
            .collect();
        format!(
            "# Assessment of a digital asset custodian. `custody check` reports what is wrong with it, and
# `custody gaps` what is open. For completion and hover in an editor, run:
#   custody schema assessment --output assessment.schema.json
# yaml-language-server: $schema=./assessment.schema.json

assessment: {id}
title: {title}
catalog: {catalog}
custodian: {{ name: {custodian} }}
period: {{ from: {from}, to: {to} }}

# The assessors, and every person named in claims, evidence and accepted risks.
assessors: [lead]
people:
  lead: {{ name: Lead assessor }}
  operations: {{ name: Head of operations }}

# Number of days for which evidence of each kind is valid if the item has no `valid_until`.
evidence_max_age: {{ policy: 400, procedure: 400, record: 200, log: 60, configuration: 120, test-result: 365 }}

# Every channel by which customers and operators reach the system: {all_channels}.{omitted}
organization:
  channels: [{channels}]

# Every wallet, with its tier, all its traits and the first day on which it holds keys (`since`;
# correct it: evidence from before that day does not count for the wallet). A wallet does not have
# the traits that its entry does not list. The traits are:
{traits}
wallets:
",
            id = self.assessment,
            title = scalar(&format!("{}, {from} to {to}", self.custodian)),
            catalog = catalog.facts().id,
            custodian = scalar(&self.custodian),
            all_channels = Channel::words().join(", "),
            omitted = self.omitted(catalog),
            channels = join(&self.channels),
            traits = traits.join(",\n"),
        )
    }

    /// The number of controls that are not listed because a channel is not declared, as a comment.
    fn omitted(&self, catalog: &Catalog) -> String {
        let omitted = self.without_channel(catalog);
        if omitted == 0 {
            return String::new();
        }
        let controls = count(omitted, "control is", "controls are");
        let they = if omitted == 1 {
            "it concerns"
        } else {
            "they concern"
        };
        format!(
            "
# {controls} not listed below because {they} channels that are not declared here."
        )
    }

    /// The number of controls that are left out because they concern channels that are not
    /// declared.
    pub fn without_channel(&self, catalog: &Catalog) -> usize {
        let declared = self.declared_channels();
        let of_organization = |control: &&Control| control.subject == SubjectKind::Organization;
        let controls = catalog.controls().filter(of_organization);
        controls
            .filter(|control| !control.when.holds(declared))
            .count()
    }

    fn declared_channels(&self) -> Features {
        self.channels.iter().copied().collect()
    }

    /// An empty entry for each control that applies, by family.
    fn claims(&self, out: &mut String, catalog: &Catalog) {
        for family in catalog.families() {
            let controls: Vec<(&Control, Vec<&str>)> = catalog
                .controls()
                .filter(|control| control.family == family.id)
                .filter_map(|control| Some((control, self.subjects(control, catalog)?)))
                .collect();
            if controls.is_empty() {
                continue;
            }
            let _ = writeln!(out, "\n  # {}", comment(&family.title));
            for (control, subjects) in controls {
                let only = match control.subject {
                    SubjectKind::Wallet if subjects.len() < self.wallets.len() => {
                        format!(" ({})", subjects.join(", "))
                    }
                    SubjectKind::Wallet | SubjectKind::Organization => String::new(),
                };
                let title = comment(&control.title);
                let _ = writeln!(out, "  {}:  # {title}{only}", control.id);
            }
        }
    }

    /// The wallets to which a control applies, none for a control of the organization. Nothing if
    /// the control does not apply.
    fn subjects(&self, control: &Control, catalog: &Catalog) -> Option<Vec<&str>> {
        match control.subject {
            SubjectKind::Organization => {
                control.when.holds(self.declared_channels()).then(Vec::new)
            }
            SubjectKind::Wallet => {
                let wallets: Vec<&str> = self
                    .wallets
                    .iter()
                    .filter(|wallet| control.when.holds(wallet.features(catalog)))
                    .map(|wallet| wallet.id.as_str())
                    .collect();
                (!wallets.is_empty()).then_some(wallets)
            }
        }
    }
}

const EVIDENCE_AND_CLAIMS: &str = "
# The evidence that claims cite, for example:
#   key-policy-v4:
#     title: Key management policy, version 4
#     kind: policy
#     technique: examine
#     collected: 2026-09-02
#     locator: evidence/key-policy-v4.pdf
#     by: lead
#     covers: [organization]   # the subjects that it is about; if left out, those of its claims
# For a wallet, at least one current item must be more than a policy, a procedure, a contract or a
# design document.
evidence: {}

# The claim on each control. An empty entry means that the control has not been assessed. Complete
# the entries as in this example, and add `wallets` if the status differs between wallets:
#   9.3.7.1-a:
#     status: implemented      # alternative, inherited, partial, planned, not-implemented, not-applicable
#     evidence: [key-policy-v4]
#     wallets:
#       some-wallet: { status: partial, missing: What is not in place. }
# `custody explain 9.3.7.1-a` explains a control in full.
claims:
";

const ACCEPTED_RISKS: &str = "
# Risks that are knowingly accepted, such as those for which the catalog has no control:
#   8.3.2-a:
#     because: Two independent services watch for route hijacks.
#     approved_by: operations    # not the owner of a claim on a control that treats the risk
#     until: 2026-12-31
accepted_risks: {}
";
