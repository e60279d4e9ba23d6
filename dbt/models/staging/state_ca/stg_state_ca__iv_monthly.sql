{{ monthly_visa_rows('iv_monthly', 'Foreign State of Chargeability or Place of Birth', 'chargeability_state') }}
