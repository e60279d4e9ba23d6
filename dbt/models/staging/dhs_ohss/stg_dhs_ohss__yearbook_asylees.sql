{{ yearbook_rows('yearbook_asylees') }}
