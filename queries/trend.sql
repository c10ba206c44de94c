-- Proven and possible by date, and the change since the previous date.
WITH days AS (
    SELECT
        assessment,
        as_of,
        sum(proven)::BIGINT AS proven,
        sum(possible)::BIGINT AS possible,
        sum(counted)::BIGINT AS counted
    FROM read_ndjson('cells/*.ndjson', sample_size = -1, union_by_name = true)
    GROUP BY ALL
)
SELECT
    *,
    proven - lag(proven) OVER (PARTITION BY assessment ORDER BY as_of) AS proven_change,
    possible - lag(possible) OVER (PARTITION BY assessment ORDER BY as_of) AS possible_change
FROM days
ORDER BY assessment, as_of;
