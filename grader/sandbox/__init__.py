"""The untrusted side: confinement, the zygote, a submission's process. README.md is the map."""
