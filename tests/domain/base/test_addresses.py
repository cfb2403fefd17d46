"""A client's address is what trusted hops say, and nothing that the client wrote."""

import pytest

from domain.base.addresses import client_address, network_of


@pytest.mark.parametrize(
    ("hops", "forwarded", "address"),
    [
        (0, "203.0.113.7", "10.0.0.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (2, "198.51.100.1, 203.0.113.7,10.0.0.9", "203.0.113.7"),
        (2, "203.0.113.7", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "unknown", "10.0.0.1"),
        (1, "203.0.113.7:4711", "10.0.0.1"),
        (1, "203.0.113.7,", "10.0.0.1"),
        (1, "<script>", "10.0.0.1"),
        (1, " 2001:DB8::1 ", "2001:db8::1"),
        (1, "::ffff:203.0.113.7", "203.0.113.7"),
    ],
)
def test_takes_the_entry_of_the_outermost_proxy(hops, forwarded, address, settings):
    settings.TRUSTED_PROXY_COUNT = hops

    found = client_address({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": forwarded})

    assert found == address


def test_is_empty_behind_a_local_socket():
    assert client_address({"REMOTE_ADDR": ""}) == client_address({}) == ""


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_counts_a_network_of_ipv6_as_one(address, network):
    assert network_of(address) == network
