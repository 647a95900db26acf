"""People at the desk: finding somebody, opening their record with a purpose, and all of it."""
