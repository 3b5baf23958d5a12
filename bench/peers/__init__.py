"""Programs that run other people's engines, in the environment that has them."""
