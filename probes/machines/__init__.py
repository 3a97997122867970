"""Units of work come in; they are done here, by other processes, by the machines of a cluster or by servers."""
