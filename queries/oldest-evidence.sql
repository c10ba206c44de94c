-- Claims that a control is in place, those with the oldest evidence first: what to reassess first.
SELECT assessment, as_of, evidence_age_days, evidence_newest, evidence_current, control, subject, verdict, owner,
    file, line
FROM read_ndjson('cells/*.ndjson', sample_size = -1, union_by_name = true)
WHERE evidence_newest IS NOT NULL AND status IN ('implemented', 'alternative', 'inherited')
ORDER BY evidence_age_days DESC, assessment, as_of, control, subject;
