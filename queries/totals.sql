-- The numbers of each report, one per line: the same as those in its summary.
WITH numbers AS (
    SELECT assessment, as_of, 'cells' AS measure, verdict AS word, count(*) AS number
    FROM read_ndjson('cells/*.ndjson', sample_size = -1, union_by_name = true)
    GROUP BY ALL
    UNION ALL
    UNPIVOT (
        SELECT assessment, as_of, 'cells' AS measure,
            sum(counted)::BIGINT AS counted, sum(possible)::BIGINT AS possible, sum(proven)::BIGINT AS proven
        FROM read_ndjson('cells/*.ndjson', sample_size = -1, union_by_name = true)
        GROUP BY ALL
    ) ON counted, possible, proven INTO NAME word VALUE number
    UNION ALL
    SELECT assessment, as_of, 'gaps' AS measure, severity AS word, count(*) AS number
    FROM read_ndjson('gaps/*.ndjson', sample_size = -1, union_by_name = true)
    GROUP BY ALL
    UNION ALL
    -- A risk takes the verdict of its worst subject.
    SELECT assessment, as_of, 'risks' AS measure, verdict AS word, count(*) AS number
    FROM read_ndjson('risks/*.ndjson', sample_size = -1, union_by_name = true)
    WHERE worst = 1
    GROUP BY ALL
)
FROM numbers
ORDER BY assessment, as_of, measure, word;
