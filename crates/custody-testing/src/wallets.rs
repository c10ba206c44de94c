//! Removing a wallet from an assessment.

use custody_controls::AssessmentDocument;

/// Removes a wallet and all references to it.
pub fn remove_wallet(document: &mut AssessmentDocument, gone: &str) {
    document.wallets.shift_remove(gone);
    for entry in document.claims.values_mut() {
        if let Some(claim) = entry {
            claim.wallets.shift_remove(gone);
            let has_content = claim.status.is_some() || claim.wallets.values().any(Option::is_some);
            if !has_content {
                *entry = None;
            }
        }
    }
    for item in document.evidence.values_mut() {
        if let Some(covers) = &mut item.covers {
            covers.retain(|subject| subject.as_str() != gone);
        }
    }
    document.accepted_risks.retain(|_, acceptance| {
        let was_for_all = acceptance.wallets.is_empty();
        acceptance.wallets.retain(|wallet| wallet.as_str() != gone);
        was_for_all || !acceptance.wallets.is_empty()
    });
}
