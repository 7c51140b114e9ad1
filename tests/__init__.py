"""The tests; a package, so that its helpers are found before any other package of this name."""
