"""What reviewers decide: files, sheets, binding to text and finding, agreement, a browser for the database."""
