"""A tour of faults: one after another is made to happen in the demo's world, and people see what becomes of it."""
