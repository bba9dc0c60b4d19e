"""Pure rules of blueprints."""
