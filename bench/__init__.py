"""`make bench`: how long pictures take, beside what others draw the same cards in. docs/speed.md tells what it says."""
