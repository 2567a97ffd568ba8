"""Proofs: the ugliest cases of one template, chosen, drawn and laid out on sheets before anything is sent."""
