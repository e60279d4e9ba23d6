select
    'L4.6' as indicator_id,
    shares.fiscal_year,
    {{ fiscal_year_label('shares.fiscal_year') }} as time_period,
    shares.visa_class,
    shares.nca_visas,
    shares.all_visas,
    shares.nca_share,
    shares.h2r_visas,
    shares.flags,
    {{ warning_text('shares.flags') }} as warning,
    shares.dataset_id,
    shares.vintage_id
from {{ ref('int_labor__nca_share_of_h2_visas') }} as shares
