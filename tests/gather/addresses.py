"""Forbidden IPv4 addresses, every IPv6 form that carries one, and every way to spell them in a URL."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

FORBIDDEN_V4 = (
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1",
    "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "168.63.129.16",
)  # fmt: skip

FORBIDDEN_V6 = (
    "::", "::1", "fe80::1", "fe80::1%lo", "fe80::1%1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "ff0e::1",
    "100::1", "2001:db8::1", "2001:10::1", "2001:20::1", "2001:2::1", "3ffe::1", "3fff::1", "5f00::1", "4000::1",
    "2620:4f:8000::1",
)  # fmt: skip


def v6_forms(address: str) -> dict[str, str]:
    """The IPv6 addresses that lead to this IPv4 address somewhere on the way."""
    v4 = int(IPv4Address(address))
    teredo_server = int(IPv4Address("65.54.227.120"))
    forms = {
        "mapped": 0xFFFF << 32 | v4,
        "compatible": v4,
        "translated": 0xFFFF << 48 | v4,  # SIIT, RFC 2765
        "6to4": 0x2002 << 112 | v4 << 80 | 1,
        "nat64": int(IPv6Address("64:ff9b::")) | v4,
        "nat64-local": int(IPv6Address("64:ff9b:1::")) | v4,
        "teredo": 0x20010000 << 96 | teredo_server << 64 | (v4 ^ 0xFFFFFFFF),
        "isatap": int(IPv6Address("2606:4700::")) | 0x00005EFE << 32 | v4,
        "isatap-unique": int(IPv6Address("2606:4700::")) | 0x02005EFE << 32 | v4,
    }
    return {name: str(IPv6Address(number)) for name, number in forms.items()}


def v4_spellings(address: str) -> dict[str, str]:
    """Hosts that one reader or another takes for this address."""
    number = int(IPv4Address(address))
    parts = address.split(".")
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    return {
        "plain": address,
        "dot": f"{address}.",
        "decimal": str(number),
        "hex": f"0x{number:08x}",
        "upper-hex": f"0X{number:08X}",
        "octal": f"0{number:o}",
        "hex-parts": ".".join(f"0x{int(part):x}" for part in parts),
        "octal-parts": ".".join(f"0{int(part):o}" for part in parts),
        "mixed-parts": f"0x{int(parts[0]):x}.{parts[1]}.0{int(parts[2]):o}.{parts[3]}",
        "zeros": ".".join(part.zfill(3) for part in parts),
        "short": f"{parts[0]}.{number & 0xFFFFFF}",
        "wide": address.translate(wide),
        "ideographic-stops": address.replace(".", "。"),
        "circled": address.replace("1", "①").replace("2", "②"),
        "percent": "".join(f"%{byte:02x}" for byte in address.encode()),
        "percent-dots": address.replace(".", "%2e"),
        "userinfo": f"cdn.example.com@{address}",
        "userinfo-port": f"cdn.example.com:80@{address}",
        "backslash": f"{address}\\@cdn.example.com",
        "tab": f"{address[:3]}\t{address[3:]}",
        "soft-hyphen": f"{address[:3]}\u00ad{address[3:]}",
        "zero-width": f"{address[:3]}\u200b{address[3:]}",
        "brackets": f"[{address}]",
    }
