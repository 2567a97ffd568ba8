"""Font files in, faces out: what there is, what it covers, and which face draws which character. Sets no text."""
