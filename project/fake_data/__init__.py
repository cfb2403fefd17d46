"""People who never lived and their practice, for development: ``manage.py create_fake_data``."""
