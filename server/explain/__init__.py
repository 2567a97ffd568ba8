"""Why a picture is as it is: a pasted link followed through every stage, for whoever made it.

`story` is the way, `explanation` what is told; `unwrap`, `reading`, `signature`, `values` and `drawn` each tell their
stage; `surface`, `policy` and `cause` find out what happened to a link whose signature does not fit.
"""

from server.explain.explanation import Explanation
from server.explain.story import Explainer

__all__ = ["Explainer", "Explanation"]
