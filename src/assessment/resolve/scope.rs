//! The subjects of an assessment: the organization and its wallets.

use super::Check;
use crate::assessment::document::Wallet;
use crate::assessment::{ORGANIZATION, Subject, SubjectId};
use crate::catalog::OrDeclared;
use crate::diagnostic::{Code, Level};
use crate::figure::Figure;
use crate::id::WalletId;
use crate::location::Location;
use crate::source::Step;
use crate::taxonomy::synonym::Synonym;
use crate::taxonomy::{Features, Tier, Trait, Word};

/// The traits that state what stores the keys of a wallet.
const STORES: [Trait; 5] = [
    Trait::Hsm,
    Trait::HardwareWallet,
    Trait::SoftwareWallet,
    Trait::Paper,
    Trait::ThirdParty,
];

impl<'d> Check<'d, '_> {
    /// A warning if there are no wallets. Errors come first: a file may be missing or unreadable.
    pub(super) fn no_wallets(&mut self) {
        let mut found = self.diagnostics.list.iter();
        let is_valid = !found.any(|diagnostic| diagnostic.level() == Level::Error);
        if is_valid && self.document.wallets.is_empty() {
            let message = "no wallets: only the controls of the organization apply".to_owned();
            let help = "add `wallets`, or pass the file that declares them as well";
            let (place, help) = (self.document.place, Some(help.to_owned()));
            self.report(Code::NoWallets, place, &[], message, help);
        }
    }

    pub(super) fn subjects(&mut self) {
        let channels = self
            .document
            .organization
            .as_ref()
            .map(|organization| organization.channels.as_slice());
        self.subjects.push(Subject {
            id: SubjectId::Organization,
            tier: None,
            features: channels.unwrap_or_default().iter().copied().collect(),
            facts: None,
            since: None,
            until: None,
            location: None,
            facts_location: None,
        });
        self.unclear.push(false);
        self.shares();
        for (id, wallet) in &self.document.wallets {
            let mut features = self.catalog.traits().features(&wallet.traits);
            self.traits(id, wallet, features);
            features.insert(wallet.tier.into());
            let location = self.diagnostics.sources.locate(wallet.place);
            let facts_location = self.facts(id, wallet);
            if self.has_valid_tier(wallet) {
                self.tier(id, wallet);
            }
            self.days(id, wallet);
            self.subjects.push(Subject {
                id: SubjectId::Wallet(id.clone()),
                tier: Some(wallet.tier),
                features,
                facts: wallet.facts.clone(),
                since: wallet.since,
                until: wallet.until,
                location,
                facts_location,
            });
            let is_unclear = self.has_invalid_trait(wallet) || !self.has_valid_tier(wallet);
            self.unclear.push(is_unclear);
        }
        self.is_scope_clear = self.is_scope_clear();
    }

    pub(super) fn traits(&mut self, id: &WalletId, wallet: &Wallet, features: Features) {
        if id.as_str() == ORGANIZATION {
            let message = format!(
                "`{ORGANIZATION}` is reserved for the custodian as a whole, not for a wallet"
            );
            let help = Some("choose another id".to_owned());
            self.report(Code::ReservedId, wallet.place, &[], message, help);
        }
        self.repeated(&wallet.traits, wallet.place, &[Step::Key("traits")]);
        self.declared_traits(id, wallet, features);
        let has = |wanted: Trait| features.contains(wanted.into());
        // A trait that seems to be missing may be one that is invalid.
        let is_complete = !self.has_invalid_trait(wallet);
        if is_complete && !STORES.into_iter().any(has) {
            let message = format!("`{id}` declares no key store");
            let stores = STORES.map(|store| format!("`{store}`")).join(", ");
            let help = format!("add what stores its keys: one of {stores}");
            self.report(
                Code::ImpossibleTraits,
                wallet.place,
                &[Step::Key("traits")],
                message,
                Some(help),
            );
        }
        for backup in [Trait::OnlineBackup, Trait::RemovableMedia] {
            if is_complete && has(backup) && !has(Trait::BackedUp) {
                let message = format!("`{id}` has `{backup}` but not `{}`", Trait::BackedUp);
                let help = format!("add `{}` or remove `{backup}`", Trait::BackedUp);
                let (place, route) = (wallet.place, [Step::Key("traits")]);
                self.report(Code::ImpossibleTraits, place, &route, message, Some(help));
                self.diagnostics
                    .append(place, &route, Trait::BackedUp.into());
            }
        }
    }

    /// Each trait that is not built in is declared by the catalog, and the wallet complies with its
    /// rules.
    fn declared_traits(&mut self, id: &WalletId, wallet: &Wallet, features: Features) {
        let (catalog, place) = (self.catalog, wallet.place);
        let traits = catalog.traits();
        for word in &wallet.traits {
            let OrDeclared::Declared(name) = word else {
                continue;
            };
            if self.diagnostics.is_full() {
                return;
            }
            let name = name.as_str();
            let route = [Step::Key("traits"), Step::Item(name, 0)];
            let Some(declared) = traits.get(name) else {
                let message = format!("unknown trait `{name}`");
                // What the built-in words lack may be declared.
                let synonym = Synonym::of::<Trait>(name).filter(|_| traits.iter().len() == 0);
                let help = synonym.map(|synonym| synonym.help);
                let help = help.or_else(|| traits.suggest::<Trait>(name));
                self.report(Code::UnknownWord, place, &route, message, help);
                self.diagnostics
                    .correct(place, &route, traits.words::<Trait>());
                continue;
            };
            if !declared.tiers.contains(&wallet.tier) && self.has_valid_tier(wallet) {
                let tiers = declared.tiers.iter().map(|tier| format!("`{tier}`"));
                let message = format!("`{id}` is {}, but has `{name}`", wallet.tier);
                let help = format!(
                    "remove `{name}`, or correct the tier: {}",
                    tiers.collect::<Vec<_>>().join(", ")
                );
                self.report(Code::ImpossibleTraits, place, &route, message, Some(help));
            }
            let excludes = |other: &&OrDeclared<Trait>| {
                let other = traits.features(std::slice::from_ref(*other));
                declared.excluded.meets(other)
            };
            let other = wallet.traits.iter().find(excludes);
            if features.meets(declared.excluded)
                && let Some(other) = other
            {
                let message =
                    format!("`{id}` has `{name}` and `{other}`, which exclude each other");
                let help = Some("keep the one that is true".to_owned());
                self.report(Code::ImpossibleTraits, place, &route, message, help);
            }
        }
    }

    /// A wallet does not end before it begins.
    fn days(&mut self, id: &WalletId, wallet: &Wallet) {
        let (Some(since), Some(until)) = (wallet.since, wallet.until) else {
            return;
        };
        if until < since {
            let message = format!("`{id}` holds keys until {until}, before it begins on {since}");
            let (route, help) = ([Step::Key("until")], "correct `since` or `until`");
            let (code, help) = (Code::WalletEndsBeforeItBegins, Some(help.to_owned()));
            self.report(code, wallet.place, &route, message, help);
        }
    }

    /// A profile that selects by tier lacks controls that only wallets of other tiers need.
    pub(super) fn tier(&mut self, id: &WalletId, wallet: &Wallet) {
        let profile = self.catalog.profile();
        let tiers = profile.map(|profile| profile.select.tiers.as_slice());
        let is_left_out = |tiers: &&[Tier]| !tiers.is_empty() && !tiers.contains(&wallet.tier);
        if tiers.as_ref().is_some_and(is_left_out) {
            let message = format!(
                "`{id}` is {tier}, but the profile `{}` leaves out controls that only {tier} wallets need",
                self.catalog.facts().id,
                tier = wallet.tier
            );
            let help = "use a profile that selects this tier".to_owned();
            let route = [Step::Key("tier")];
            self.report(
                Code::LeftOutByProfile,
                wallet.place,
                &route,
                message,
                Some(help),
            );
        }
    }

    /// The shares of assets add up to at most 100 %. Reported at the first wallet, by id, that
    /// exceeds it.
    pub(super) fn shares(&mut self) {
        let mut sum = Figure::whole(0);
        for (id, wallet) in &self.document.wallets {
            let facts = wallet.facts.as_ref();
            let Some(share) = facts.and_then(|facts| facts.share_of_assets) else {
                continue;
            };
            sum = sum.plus(share);
            if share > Figure::whole(100) {
                return;
            }
            if sum > Figure::whole(100) {
                let route = [Step::Key("facts"), Step::Key("share_of_assets")];
                let message = format!(
                    "with `{share}` for `{id}`, the shares of assets add up to {sum} %, more than 100 %"
                );
                let help = "state the percentage of all assets in custody that each wallet holds";
                let help = Some(help.to_owned());
                self.report(Code::MalformedNumber, wallet.place, &route, message, help);
                return;
            }
        }
    }

    /// The facts of a wallet are possible and cite declared evidence. Returns their location.
    pub(super) fn facts(&mut self, id: &WalletId, wallet: &'d Wallet) -> Option<Location> {
        let (facts, place) = (wallet.facts.as_ref()?, wallet.place);
        if let Some(share) = facts
            .share_of_assets
            .filter(|share| *share > Figure::whole(100))
        {
            let route = [Step::Key("facts"), Step::Key("share_of_assets")];
            let message = format!("expected a percentage from 0 to 100, found `{share}`");
            let help = "state the percentage of all assets in custody that the wallet holds";
            let help = Some(help.to_owned());
            self.report(Code::MalformedNumber, place, &route, message, help);
        }
        if let Some(backups) = facts.backups.filter(|backups| !backups.is_whole()) {
            let route = [Step::Key("facts"), Step::Key("backups")];
            let message = format!("expected a whole number from 0 to 36500, found `{backups}`");
            let help = Some("state how many backups there are".to_owned());
            self.report(Code::MalformedNumber, place, &route, message, help);
        }
        if let Some(quorum) = facts.quorum.filter(|quorum| quorum.of < quorum.required) {
            let route = [
                Step::Key("facts"),
                Step::Key("quorum"),
                Step::Key("required"),
            ];
            let message = format!(
                "`{}` signers or share holders are required, but `{id}` has only {}",
                quorum.required, quorum.of
            );
            let help = Some("correct `required` or `of`".to_owned());
            self.report(Code::MalformedNumber, place, &route, message, help);
        }
        for item in &facts.evidence {
            let route = [
                Step::Key("facts"),
                Step::Key("evidence"),
                Step::Item(item.as_str(), 0),
            ];
            self.evidence_item(item, place, &route);
        }
        let route = [Step::Key("facts"), Step::Key("evidence")];
        self.repeated(&facts.evidence, place, &route);
        let route = [Step::Name("facts")];
        self.diagnostics
            .at(Code::MalformedNumber, place, &route, "")
            .location
    }

    /// Whether all wallets, traits and channels are valid, so that it is known what applies.
    fn is_scope_clear(&mut self) -> bool {
        let mut wallets = self.document.wallets.values();
        if wallets.any(|wallet| self.has_unknown_trait(wallet)) {
            return false;
        }
        if !self.has_errors {
            return true;
        }
        let sources = self.diagnostics.sources;
        let wallets = &self.document.wallets;
        let channels_are_clear = self.documents.iter().all(|document| {
            let channels = document
                .organization
                .as_ref()
                .map_or(0, |entry| entry.channels.len());
            !sources.holds_more(document.place, &["organization", "channels"], channels)
        });
        let mut keys = self.diagnostics.keys("wallets").iter();
        keys.all(|key| wallets.contains_key(*key))
            && !self.unclear.iter().any(|unclear| *unclear)
            && channels_are_clear
    }

    /// Whether a trait of a wallet is invalid, so that it is not known what applies to the wallet.
    fn has_invalid_trait(&self, wallet: &Wallet) -> bool {
        let sources = self.diagnostics.sources;
        self.has_unknown_trait(wallet)
            || sources.holds_more(wallet.place, &["traits"], wallet.traits.len())
    }

    /// Whether the tier is the one that the file states, and not one in place of an invalid one.
    fn has_valid_tier(&self, wallet: &Wallet) -> bool {
        let sources = self.diagnostics.sources;
        sources.says(wallet.place, "tier", wallet.tier.word())
    }

    fn has_unknown_trait(&self, wallet: &Wallet) -> bool {
        let traits = self.catalog.traits();
        wallet.traits.iter().any(|word| match word {
            OrDeclared::BuiltIn(_) => false,
            OrDeclared::Declared(id) => traits.get(id.as_str()).is_none(),
        })
    }
}
