{{ line_indicators(8) }}
