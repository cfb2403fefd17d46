"""Pictures as SVG: numbers in, text out, the same for the same numbers."""

from domain.sharing.pictures.heatmap import heatmap_picture
from domain.sharing.pictures.retention import Age, retention_picture
from domain.sharing.pictures.svg import Theme

__all__ = ["Age", "Theme", "heatmap_picture", "retention_picture"]
