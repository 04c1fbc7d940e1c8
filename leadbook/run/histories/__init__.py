"""History from elsewhere: the changes that a CRM has kept of its deals, seeded into the workbook's History."""
