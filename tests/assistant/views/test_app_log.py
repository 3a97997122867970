"""The log of the window has one entry for each error, which no logged text can forge."""

from assistant.views.app_log import logger


def test_a_traceback_is_indented_and_the_file_is_opened_at_the_first_write(tmp_path):
    log = logger(tmp_path / "app.log")
    assert logger(tmp_path / "app.log") is log
    log.error("first")
    try:
        raise ValueError("one\n2026-01-01 00:00:00,000 forged")
    except ValueError:
        log.exception("second")
    lines = (tmp_path / "app.log").read_text("utf-8").splitlines()
    assert [line.split(" ", 2)[2] for line in lines if not line.startswith(" ")] == [
        "first",
        "second",
    ]
    for handler in [
        h for h in log.handlers if getattr(h, "baseFilename", "").startswith(str(tmp_path))
    ]:
        log.removeHandler(handler)
        handler.close()
