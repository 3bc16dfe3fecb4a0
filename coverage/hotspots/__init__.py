"""Hot and cold spots of hazards: where more are found than chance explains, and where nobody looked."""
