{#- World Bank series that are indicators as published: code to line, indicator, measure and unit. -#}
{% macro world_bank_indicators() %}
    {{ return({
        'SN.ITK.DEFC.ZS': ['1', 'L1.5', 'prevalence_of_undernourishment', 'percent'],
        'BX.TRF.PWKR.DT.GD.ZS': ['1', 'L1.7', 'remittances_share_of_gdp', 'percent'],
        'VC.IHR.PSRC.FE.P5': ['3', 'L3.4', 'female_homicide_rate', 'per_100000'],
        'SL.UEM.NEET.ZS': ['5', 'L5.6', 'youth_neither_working_nor_learning', 'percent'],
    }) }}
{% endmacro %}
