"""What counts as public is less than what the standard library calls global, and never anything that carries IPv4."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.gather.addresses import is_public
from tests.gather.addresses import FORBIDDEN_V4, FORBIDDEN_V6, v6_forms

v4_addresses = st.integers(0, 2**32 - 1).map(IPv4Address)
v6_addresses = st.one_of(
    st.integers(0, 2**128 - 1).map(IPv6Address),
    st.integers(0, 2**125 - 1).map(lambda low: IPv6Address((1 << 125) + low)),  # 2000::/3
)


@given(st.one_of(v4_addresses, v6_addresses))
@example(IPv6Address("2001:1::1"))  # global to IANA, and in a range that is kept shut as a whole
def test_what_is_public_is_global_to_the_standard_library(address: IPv4Address | IPv6Address) -> None:
    if is_public(str(address)):
        assert address.is_global
        private = (address.is_private, address.is_loopback, address.is_link_local, address.is_unspecified)
        assert not any((*private, address.is_multicast, address.is_reserved))
        if isinstance(address, IPv6Address):
            assert not address.is_site_local
            assert (address.ipv4_mapped, address.sixtofour, address.teredo) == (None, None, None)


SHUT_THOUGH_GLOBAL = [  # in one version of the standard library or another
    IPv4Network(text)
    for text in (
        "192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24", "224.0.0.0/4",
        "168.63.129.16/32",
    )
]  # fmt: skip


@given(v4_addresses)
def test_little_that_is_global_is_shut(address: IPv4Address) -> None:
    is_shut_anyway = any(address in network for network in SHUT_THOUGH_GLOBAL)
    assert is_public(str(address)) == (address.is_global and not is_shut_anyway)


@given(v4_addresses)
def test_no_form_of_ipv6_that_carries_an_ipv4_address_is_public(address: IPv4Address) -> None:
    for name, form in v6_forms(str(address)).items():
        assert not is_public(form), name


@given(st.integers(0, 2**64 - 1), v4_addresses)
def test_isatap_is_told_behind_any_prefix(prefix: int, address: IPv4Address) -> None:
    for mark in (0x00005EFE, 0x02005EFE):
        assert not is_public(str(IPv6Address(prefix << 64 | mark << 32 | int(address))))


@pytest.mark.parametrize("address", [*FORBIDDEN_V4, *FORBIDDEN_V6])
def test_a_forbidden_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "8.8.8.8", "93.184.215.14", "100.63.255.255", "100.128.0.0", "172.32.0.0", "223.255.255.255",
                "2606:4700::1111", "2a00:1450:4001:806::200e", "2001:4860:4860::8888"]
)  # fmt: skip
def test_a_public_address_is(address: str) -> None:
    assert is_public(address)


@given(st.text())
@example("127.1")
@example("2606:4700::1111%1")
@example("[2606:4700::1111]")
def test_what_is_no_address_is_not_public(text: str) -> None:
    if is_public(text):
        parsed = ip_address(text)
        assert isinstance(parsed, IPv4Address) or parsed in IPv6Network("2000::/3")
