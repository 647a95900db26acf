"""An independent reading of the rules, to check the application against."""
