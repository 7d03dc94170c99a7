{{ config(unique_key=['fund_programme_key']) }}

-- What the latest ledger that names a document says of it; a document's projects may name several sources of money.
with named as (
    select
        s.*,
        p.period_end,
        p.is_latest_period,
        rank() over (
            partition by s.fund_programme_key order by p.is_latest_period desc, p.period_end desc, s.reading_id desc
        ) as recency
    from {{ ref('stg_county_forms__fund_projects') }} as s
    inner join {{ source('ops', 'visible_parts') }} as p
        on s.reading_id = p.reading_id and s.part_code = p.part_code and p.form = 'fund_projects'
    where s.fund_programme_key <> -1
)

select
    {{ visible_publication() }} as publication_id,
    n.fund_programme_key,
    min(n.doc_no) as doc_no,
    min(n.doc_no_normalised) as doc_no_normalised,
    substring(min(n.doc_no_normalised) from '\(([0-9]{4})\)')::integer as doc_year,
    case
        when count(distinct n.fund_source) > 1 then '多种' else coalesce(min(n.fund_source), '未知')
    end as fund_source,
    max(n.doc_total_yuan)::numeric(20, 4) as doc_total_yuan,
    bool_or(n.is_latest_period) as is_in_latest_ledger,
    min(n.county_code) as county_code,
    min(n.region_key) as region_key
from named as n
where n.recency = 1
group by n.fund_programme_key
union all
select
    {{ visible_publication() }} as publication_id,
    -1 as fund_programme_key,
    '没有文号' as doc_no,
    null as doc_no_normalised,
    null as doc_year,
    '未知' as fund_source,
    null::numeric(20, 4) as doc_total_yuan,
    false as is_in_latest_ledger,
    '-1' as county_code,
    '-1' as region_key
