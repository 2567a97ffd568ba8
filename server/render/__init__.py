"""Inside a worker: from a spec and a template to a painted picture. Never fetches, never opens a file."""
