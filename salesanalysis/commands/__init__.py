"""What the command line does, one module per subcommand: ``add_arguments`` and ``run``."""
