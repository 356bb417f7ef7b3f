"""The agenda as a picture: days and practitioners as columns, time running down."""
