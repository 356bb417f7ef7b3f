"""Who comes when: appointments, their history, holds."""
