"""The same work on a real Ray cluster of two nodes, one of them killed half-way."""

import builtins
import json

import pytest

from probes.errors import ProbeError
from probes.layers import layer_scores, sweep
from probes.machines import cluster
from probes.machines.crew import in_order
from probes.machines.workers import Workers
from tests import ray_clusters
from tests.probes import units


@pytest.fixture(scope="module")
def two_nodes():
    with ray_clusters.two_nodes() as found:
        yield found


def kept(store):
    return {path.name: path.read_bytes() for path in store.glob("*.json")}


@pytest.mark.cluster
def test_a_node_lost_half_way_costs_no_finished_unit_and_the_job_goes_on(two_nodes, tmp_path):
    pairs = [(number, str(tmp_path)) for number in range(12)]
    with Workers(ray=ray_clusters.address(two_nodes)).open() as crew:
        assert crew.width == 2
        found = []
        for (number, _), value in in_order(crew, units.slow, pairs):
            assert value == number
            found.append(number)
            if len(found) == 5:
                ray_clusters.lose(two_nodes)
    assert found == list(range(12))
    times = [(tmp_path / str(number)).read_text().count("done") for number in range(12)]
    # Only what the lost node was at, or had not yet handed over, may be done a second time.
    assert sum(times) <= 12 + 4
    ray_clusters.replace(two_nodes)


@pytest.mark.cluster
def test_units_fail_on_a_cluster_as_they_do_here(two_nodes, tmp_path):
    with Workers(ray=ray_clusters.address(two_nodes)).open() as crew:
        deadly = crew.submit(units.dies_once, str(tmp_path / "a"))
        found = in_order(crew, units.fails, range(4))
        assert [next(found)[1], next(found)[1]] == [0, 1]
        with pytest.raises(ProbeError, match=r"^no such unit; name another$"):
            next(found)
        assert deadly.result() == "done"


@pytest.mark.cluster
def test_a_node_of_other_versions_is_one_line(two_nodes, monkeypatch):
    mine = cluster.versions() | {"torch": "0.1"}
    monkeypatch.setattr(cluster, "versions", lambda: mine)
    with (
        Workers(ray=ray_clusters.address(two_nodes)).open() as crew,
        pytest.raises(
            ProbeError, match=r"^the node \S+ has torch \S+ instead of 0\.1, which could"
        ),
    ):
        crew.submit(units.square, 2).result()


@pytest.mark.cluster
def test_a_sweep_over_a_cluster_keeps_the_bytes_of_one_here(two_nodes, decoder, encoder, tmp_path):
    wanted = sweep.cells([str(decoder), str(encoder), "no such"], layers=[1, 2], max_tokens=16)
    work = layer_scores.scoring(tmp_path)
    for name, places in {
        "here": Workers(),
        "there": Workers(ray=ray_clusters.address(two_nodes)),
    }.items():
        with places.open() as crew:
            found = {f.cell.model: f for f in sweep.sweep(wanted, work, tmp_path / name, crew)}
        assert "unknown model 'no such'" in found["no such"].error
    assert len(kept(tmp_path / "here")) == 2
    assert kept(tmp_path / "here") == kept(tmp_path / "there")
    assert all(json.loads(text)["values"] for text in kept(tmp_path / "here").values())


@pytest.mark.parametrize("address", ["127.0.0.1:9", "no-such-host.invalid:6379"])
def test_an_address_without_a_cluster_is_one_line(address):
    pytest.importorskip("ray", reason="Ray is not installed")
    said = f"^no Ray cluster can be joined at {address} .*; start one with `ray start --head`"
    with pytest.raises(ProbeError, match=said), Workers(ray=address).open():
        pass


@pytest.mark.parametrize("address", ["ray://127.0.0.1:1", "here", "host:x", ":1"])
def test_what_is_no_address_is_one_line(address):
    pytest.importorskip("ray", reason="Ray is not installed")
    with pytest.raises(ProbeError, match=r"it is auto, or HOST:PORT"), Workers(ray=address).open():
        pass


def test_without_ray_the_remedy_is_named(monkeypatch):
    real = builtins.__import__

    def absent(name, *rest, **named):
        if name == "ray":
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(
        ProbeError, match=r"not installed; pip install 'inquiring-lines\[cluster\]'"
    ):
        cluster.RayCrew("auto")
