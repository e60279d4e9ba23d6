{{ line_indicators(7) }}
