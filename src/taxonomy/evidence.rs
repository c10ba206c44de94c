//! What evidence is and how it was obtained.

use super::schema_vocabulary;

schema_vocabulary! {
    /// What an evidence item is.
    EvidenceKind, "evidence kind" {
        /// A policy approved by the organization: what is to be achieved.
        Policy,
        /// A procedure, standard or runbook: how it is done.
        Procedure,
        /// A record that something was done: minutes, an approval, a register, a signed form.
        Record,
        /// A log or an extract of one.
        Log,
        /// Settings of a system as they are in force.
        Configuration,
        /// A design, an architecture or a risk analysis.
        DesignDocument,
        /// Notes of a conversation with the people who do the work.
        InterviewNote,
        /// Notes of what the assessor saw being done.
        Observation,
        /// The result of a test that the assessor or another party performed.
        TestResult,
        /// A report about controls by an independent party, such as an assurance report.
        ThirdPartyReport,
        /// A certificate for a product, a person or a management system.
        Certificate,
        /// A contract or an agreement.
        Contract,
        /// A photograph or a recording.
        Photograph,
    }
}

schema_vocabulary! {
    /// How an assessor comes to know: the methods of NIST SP 800-53A, and observation as CCSS 9.0
    /// has it.
    Technique, "technique" {
        /// Documents, configurations or records are read.
        Examine,
        /// The people who do the work are asked.
        Interview,
        /// The assessor watches the work being done.
        Observe,
        /// The control is exercised, and actual behaviour is compared with what is expected.
        Test,
    }
}
