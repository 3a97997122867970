"""Problems made here, seeded, with worked answers, for models of every size."""
