"""How right the extraction is: against gold files, public corpora and published scores."""
