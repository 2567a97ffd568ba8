"""Lists of recipients: the rows of a file, and which of its columns fills in which param."""
