select
    area_code,
    area_name,
    area_type,
    iso3,
    unhcr_code,
    unhcr_region,
    unsd_region,
    unsd_subregion,
    unsd_intermediate_region,
    strategy_role,
    asylum_scope,
    is_closer_to_home_host,
    is_pathway_nationality,
    note
from {{ ref('countries') }}
