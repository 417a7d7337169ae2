"""One service a module: questions with plain answers, and the effects it can have."""
