-- The controls with the lowest proven coverage, over all custodians, each on its latest date.
WITH cells AS (
    FROM read_ndjson('cells/*.ndjson', sample_size = -1, union_by_name = true)
),
last AS (
    SELECT custodian, max(as_of) AS as_of
    FROM cells
    GROUP BY custodian
)
SELECT
    control,
    any_value(title) AS title,
    count(DISTINCT custodian) AS custodians,
    sum(proven)::BIGINT AS proven,
    sum(possible)::BIGINT AS possible,
    sum(counted)::BIGINT AS counted,
    100 * sum(proven)::BIGINT // nullif(sum(counted)::BIGINT, 0) AS proven_percent
FROM cells
SEMI JOIN last USING (custodian, as_of)
GROUP BY control
HAVING sum(counted) > 0
ORDER BY sum(proven) / sum(counted), counted DESC, control;
