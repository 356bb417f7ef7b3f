"""The pages people see: the design system (ui) and the pages of patients and of staff."""
