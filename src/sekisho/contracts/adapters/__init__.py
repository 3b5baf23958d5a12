"""Adapters: the ports of the contract desk over the network, to the real outside parties."""
