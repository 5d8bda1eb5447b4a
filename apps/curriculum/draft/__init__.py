"""The draft of a revision, as plain data that may still lack something; pure, no database, no clock."""
