"""Values the whole house speaks in: Money, Period, Place. No Django models, no database."""
