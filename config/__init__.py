"""How an installation is told apart from another: settings, logging, and the start of its processes."""
