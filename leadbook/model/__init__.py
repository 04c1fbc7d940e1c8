"""What the words mean: leads, columns, stages, issues. No Excel, no files, no clock."""
