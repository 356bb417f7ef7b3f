"""When this happens, do that."""


def connect() -> None:
    """Called once, when all capabilities are ready."""
