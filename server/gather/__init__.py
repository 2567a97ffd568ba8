"""Remote pictures: from a URL to a picture of ours and its digest, or the reason why there is none. Never late."""
