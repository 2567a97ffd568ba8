"""Finished pictures, kept in memory, on disk, or in both. A broken store is a miss, never an error."""
