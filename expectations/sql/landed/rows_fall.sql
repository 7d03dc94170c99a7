-- A county's form lost too many of its rows against what is published: period against the same period and, where a
-- form restates a stock, its newest rows against the newest ones. A form that is gone altogether lost all. What a
-- person has withdrawn since it was published is no row that was lost.
with fresh as (
    select
        b.county_code,
        b.period,
        count(*) as n_rows,
        count(*) filter (where b.is_latest_period) as newest_rows
    from {batch} as b
    group by b.county_code, b.period
),

published as (
    select
        pp.county_code,
        pp.period,
        sum(rp.n_rows) as n_rows,
        coalesce(sum(rp.n_rows) filter (where pp.is_latest_period), 0) as newest_rows
    from ops.visible as v
    inner join ops.publication_parts as pp on pp.publication_id = ops.baseline_publication(v.publication_id)
    inner join ops.reading_parts as rp on rp.reading_id = pp.reading_id and rp.part_code = pp.part_code
    inner join ops.readings as r on pp.reading_id = r.reading_id
    where
        pp.form = '{form}'
        and not exists (
            select 1
            from ops.withdrawals as w
            where
                w.submission_id = r.submission_id
                and w.since <= v.known_until
                and (w.until is null or w.until > v.known_until)
        )
    group by pp.county_code, pp.period
),

compared as (
    select
        p.county_code,
        p.n_rows as before_rows,
        coalesce(f.n_rows, 0) as after_rows
    from published as p
    left join fresh as f on p.county_code = f.county_code and p.period = f.period
    union all
    select
        p.county_code,
        p.newest_rows as before_rows,
        coalesce(f.newest_rows, 0) as after_rows
    from (select county_code, sum(newest_rows) as newest_rows from published group by county_code) as p
    left join
        (select county_code, sum(newest_rows) as newest_rows from fresh group by county_code) as f
        on p.county_code = f.county_code
    where {is_stock}
)

select
    c.county_code,
    '{form}' as form,
    max(c.before_rows - c.after_rows)::bigint as violations
from compared as c
inner join {limits} as l on c.county_code = l.county_code
where
    c.before_rows >= l.rows_min
    and c.after_rows < c.before_rows * (1 - l.ratio_max)
group by c.county_code
