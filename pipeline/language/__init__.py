"""Text of an article -> sentences, abbreviations, mentions, as a spaCy pipeline (`nlp.build_nlp`, `nlp.annotate`)."""
