//! What evidence is and how it is obtained.

use super::schema_vocabulary;

schema_vocabulary! {
    /// What an evidence item is.
    ///
    /// May grow.
    #[non_exhaustive]
    EvidenceKind, "evidence kind" {
        /// A policy approved by the organization: what is to be achieved.
        Policy,
        /// A procedure, standard or runbook: how it is done.
        Procedure,
        /// A record that something was done: minutes, an approval, a register, a signed form.
        Record,
        /// A log or an extract of one.
        Log,
        /// The settings of a system as they are in force.
        Configuration,
        /// A design, an architecture or a risk analysis.
        DesignDocument,
        /// Notes of an interview with the people who do the work.
        InterviewNote,
        /// Notes of what the assessor observed.
        Observation,
        /// The result of a test performed by the assessor or another party.
        TestResult,
        /// A report on controls by an independent party, such as an assurance report.
        ThirdPartyReport,
        /// A certificate for a product, a person or a management system.
        Certificate,
        /// A contract or an agreement.
        Contract,
        /// A photograph or a recording.
        Photograph,
    }
}

impl EvidenceKind {
    /// Whether an item of this kind is *particular*: it shows what was so for what it was collected
    /// about. A *general* item, such as a policy or a contract, states what is to be so.
    pub fn is_particular(self) -> bool {
        match self {
            Self::Policy | Self::Procedure | Self::Contract | Self::DesignDocument => false,
            Self::Record
            | Self::Log
            | Self::Configuration
            | Self::InterviewNote
            | Self::Observation
            | Self::TestResult
            | Self::ThirdPartyReport
            | Self::Certificate
            | Self::Photograph => true,
        }
    }
}

schema_vocabulary! {
    /// How an assessor obtains evidence: the assessment methods of NIST SP 800-53A and OSCAL, and
    /// observation as in CCSS 9.0.
    ///
    /// May grow.
    #[non_exhaustive]
    Technique, "technique" {
        /// The assessor reviews documents, configurations or records. In SP 800-53A and OSCAL:
        /// EXAMINE.
        Examine,
        /// The assessor asks the people who do the work. In SP 800-53A and OSCAL: INTERVIEW.
        Interview,
        /// The assessor watches the work being done. In SP 800-53A and OSCAL: EXAMINE, which
        /// includes observing.
        Observe,
        /// The assessor exercises the control and compares the actual behaviour with the expected
        /// one. In SP 800-53A and OSCAL: TEST.
        Test,
    }
}
