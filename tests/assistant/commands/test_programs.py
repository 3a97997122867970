"""The command for other programs refuses options that do not go together."""


def test_options_of_the_port_without_it_are_wrong_use(inquire):
    for options in (["--json"], ["--port", "9999"]):
        ran = inquire("mcp", *options)
        assert ran.code == 2
        assert "--http" in ran.out + ran.err
