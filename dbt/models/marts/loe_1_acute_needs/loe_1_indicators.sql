{{ line_indicators(1) }}
