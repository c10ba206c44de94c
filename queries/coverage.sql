-- Coverage of each clause, for the organization and for each tier of wallets.
SELECT
    assessment,
    as_of,
    clause,
    coalesce(tier::VARCHAR, 'organization') AS tier,
    sum(proven)::BIGINT AS proven,
    sum(possible)::BIGINT AS possible,
    sum(counted)::BIGINT AS counted,
    -- Rounded down; null if there is nothing to count.
    100 * sum(proven)::BIGINT // nullif(sum(counted)::BIGINT, 0) AS proven_percent
FROM (
    -- CSV has an apostrophe before clauses that are numbers, such as 9.2.
    SELECT * REPLACE (ltrim(clause::VARCHAR, '''') AS clause)
    FROM read_ndjson('cells/*.ndjson', sample_size = -1, union_by_name = true)
)
GROUP BY assessment, as_of, clause, coalesce(tier::VARCHAR, 'organization')
ORDER BY assessment, as_of, string_split(clause, '.')::INTEGER[], tier;
