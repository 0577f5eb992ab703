"""What holds without a database or a web server: codes, rules, units, permissions, errors."""
