"""Maps on paper: one file a map, each says what stands on its sheet (`maps.wall.content.Wall`)."""
