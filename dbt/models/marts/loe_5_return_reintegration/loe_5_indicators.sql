{{ line_indicators(5) }}
