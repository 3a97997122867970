"""Problems that are made here from a seed, with worked answers, for models of every size."""
