"""Small readers of file formats: explicit schemas, never sniffing."""
