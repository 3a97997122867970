"""A real Ray cluster on this machine for the tests: two nodes, of which one can be lost."""

import os
from contextlib import contextmanager

import pytest
from pytest_socket import socket_allow_hosts

# The smallest store of objects that Ray takes is some 75 MB.
_NODE = {"num_cpus": 1, "object_store_memory": 80 * 2**20}


@contextmanager
def two_nodes():
    """A running cluster: its head and a second node, with one processor each."""
    pytest.importorskip(
        "ray", reason="Ray is not installed; pip install 'inquiring-lines[cluster]'"
    )
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    from ray.cluster_utils import Cluster

    cluster = Cluster(
        initialize_head=True,
        head_node_args={**_NODE, "include_dashboard": False},
    )
    try:
        cluster.second = cluster.add_node(**_NODE)
        cluster.wait_for_nodes()
        yield cluster
    finally:
        cluster.shutdown()


def address(cluster):
    """Where the cluster is joined: at this machine's own address, which Ray takes in place of the loopback's."""
    socket_allow_hosts(
        ["127.0.0.1", "::1", cluster.address.rpartition(":")[0]], allow_unix_socket=True
    )
    return cluster.address


def lose(cluster):
    """Kill the second node as a loss of power would."""
    cluster.remove_node(cluster.second, allow_graceful=False)


def replace(cluster):
    """Put another node in the place of the lost one."""
    cluster.second = cluster.add_node(**_NODE)
    cluster.wait_for_nodes()
