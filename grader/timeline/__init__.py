"""A run in virtual time as a picture: who ran, waited and blocked, and when."""
