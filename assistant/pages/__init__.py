"""Pages on sources: a library and some of its sources come in, short cited texts on them go out."""
