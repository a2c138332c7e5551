"""Continuity loss: what one change of link worker costs the person it hits, and what a warm handover buys."""
