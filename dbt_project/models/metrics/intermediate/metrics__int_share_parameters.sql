-- The bounds that the rules on shares use, per county: its own where the reference data has one, else the province's.
{% set parameters = [
    'dividend_tolerance_yuan', 'dividend_overdue_days', 'principal_return_years', 'share_total_tolerance_yuan',
] -%}

select
    c.county_code
    {%- for parameter in parameters %},
    coalesce(
        max(p.value) filter (where p.parameter = '{{ parameter }}' and p.county_code = c.county_code),
        max(p.value) filter (where p.parameter = '{{ parameter }}' and p.county_code = '-1')
    )::numeric(20, 4) as {{ parameter }}
    {%- endfor %}
from {{ ref('dim_region') }} as c
inner join {{ ref('dim_parameter') }} as p on p.county_code in (c.county_code, '-1')
where c.region_level = 'county'
group by c.county_code
