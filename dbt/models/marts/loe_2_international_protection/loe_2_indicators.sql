{{ line_indicators(2) }}
