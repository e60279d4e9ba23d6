{{ yearbook_rows('yearbook_refugees') }}
