import hashlib
import hmac
from urllib.parse import quote


def netstring(text):
    data = str(text).encode()
    return b"%d:%s," % (len(data), data)


def sign(kid, secret, template, params, *, format="png", scale=1, open_params=None, expires=""):
    opened = sorted(set(open_params or ()))
    locked = sorted((name, text) for name, text in params.items() if name not in opened)
    fields = [kid, template, format, scale, expires, "", "", len(locked)]
    fields += [part for pair in locked for part in pair] + [len(opened), *opened]
    purpose = b"nameplate locked v1" if open_params is None else b"nameplate open v1"
    key = hmac.digest(secret, purpose, hashlib.sha256)
    seal = hmac.digest(key, b"".join(map(netstring, fields)), hashlib.sha256)[:16].hex()
    query = [f"{name}={text if name in opened else quote(text, safe='')}" for name, text in params.items()]
    query += [] if open_params is None else ["_open=" + ",".join(opened)]
    query += [f"_exp={expires}"] if expires else []
    size = "" if scale == 1 else f"@{scale}x"
    return f"/i/{template}{size}.{format}?" + "&".join([*query, f"_sig={kid}.{seal}"])
