"""The trusted side: a pytest session that judges code in another process."""
