"""Reading what other systems wrote, on plain values: no database, no clock, no translation.

Whatever a file holds ends in one of two ways: it is understood, or it is kept as text and reported with its
place and a reason. A reason is a stable code with one plain English sentence. A file that cannot be read as a
whole raises `FileRefused` before anything may be written.
"""
