"""What `greenroom doctor` examines: every connection and setting, each with one line that says what to do."""
