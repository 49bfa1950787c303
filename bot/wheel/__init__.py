"""The wheel: the picture in which a coalition sees itself, one cog per sector."""
