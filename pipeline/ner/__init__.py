"""The CHEMICAL and DISEASE model: its parts, its training, and other packages in its place."""
