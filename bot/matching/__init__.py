"""The best pairs for many requests at once: the only home of the solver (HiGHS) and of numpy."""
