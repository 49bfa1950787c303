"""The check that every free text passes before it is stored, logged, posted or searched."""
