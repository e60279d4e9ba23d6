{{ line_indicators(4) }}
