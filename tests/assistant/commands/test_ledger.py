"""The ledger lists each claim once, tested or not, in every format."""

import csv
import io

from probes import registry


def test_every_probe_has_its_claim_and_says_how_it_is_tested(inquire):
    ran = inquire("ledger")
    for probe in registry.names():
        assert f"inquire probe run {probe}" in ran.out


def test_the_table_has_the_rows_of_the_document(inquire):
    document = inquire("ledger", "--json").document
    table = list(csv.DictReader(io.StringIO(inquire("ledger", "--format", "csv").out)))
    assert len(table) == len(document)
    assert [row["probe"] for row in table] == [row["probe"] for row in document]
    assert inquire("ledger", "--format", "md").out.count("\n|") >= len(document)


def test_only_the_rows_that_are_asked_for_are_listed(inquire):
    rows = inquire("ledger", "--probe", "layer_valley", "--json").document
    assert {row["probe"] for row in rows} == {"layer_valley"}
    assert inquire("ledger", "--stale").out == "nothing\n"
