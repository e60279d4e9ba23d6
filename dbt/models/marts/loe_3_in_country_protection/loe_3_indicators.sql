{{ line_indicators(3) }}
