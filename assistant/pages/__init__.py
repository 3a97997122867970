"""Make pages about sources: a library and some of its sources come in; short cited texts go out."""
