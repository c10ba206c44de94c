//! An assessment without one of its wallets.

use custody_controls::AssessmentDocument;

/// Takes a wallet away with everything that names it.
pub fn remove_wallet(document: &mut AssessmentDocument, gone: &str) {
    document.wallets.shift_remove(gone);
    for entry in document.claims.values_mut() {
        if let Some(claim) = entry {
            claim.wallets.shift_remove(gone);
            let says_something =
                claim.status.is_some() || claim.wallets.values().any(Option::is_some);
            if !says_something {
                *entry = None;
            }
        }
    }
    document.accepted_risks.retain(|_, acceptance| {
        let was_for_all = acceptance.wallets.is_empty();
        acceptance.wallets.retain(|wallet| wallet.as_str() != gone);
        was_for_all || !acceptance.wallets.is_empty()
    });
}
