"""A network as a picture: graph → `boxes` → `layout` → `svg` or `mermaid`, each a pure function."""
