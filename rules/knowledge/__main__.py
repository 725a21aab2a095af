"""`python -m rules.knowledge`: compile the knowledge files after editing them."""

from __future__ import annotations

from rules.knowledge import COMPILED, compile_to

knowledge = compile_to()
print(f"{COMPILED}: {len(knowledge.blocking)} blocking names, {len(knowledge.awaitables)} awaitables")
