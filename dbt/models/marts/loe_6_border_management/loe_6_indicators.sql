{{ line_indicators(6) }}
