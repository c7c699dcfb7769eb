"""Models: where they lie, how they are built, and what a method makes of them."""
