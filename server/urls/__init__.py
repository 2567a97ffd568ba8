"""Our URLs: read, printed, signed and verified, all from plain strings and bytes.

`target` and `query` say what a URL means, `request` holds it, `canonical` prints it, `keys` and `signing`
seal it. Whoever makes our links can use this package alone; docs/urls.md is the same contract in words.
"""
