"""FHIR R4 (4.0.1), to read: agendas, free times, appointments; free times for everybody (SMART Scheduling Links)."""
