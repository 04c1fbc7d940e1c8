"""Documents for buyers, made from the templates a seller can edit."""
