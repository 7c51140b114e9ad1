"""What stands behind search and fetch: answers and faults of the service, pace, stored batches, files as source."""
