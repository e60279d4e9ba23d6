{{ monthly_visa_rows('niv_monthly', 'Nationality', 'nationality') }}
