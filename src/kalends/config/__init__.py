"""Settings, URLs, the WSGI application, start-up checks."""
