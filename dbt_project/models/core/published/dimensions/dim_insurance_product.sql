select
    {{- described_columns('d') }}
from {{ ref('core__dim_insurance_product') }} as d
where d.publication_id = {{ visible_publication() }}
