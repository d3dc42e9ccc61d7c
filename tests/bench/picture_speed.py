"""How long a picture of thousands of layers takes: CPU seconds, without reading the spec.

    python tests/bench/picture_speed.py [--layers 5000]

The bar is 10 CPU seconds for 5,000 layers.
"""

import argparse
import time

from archc.picture.svg import svg
from archc.pipeline import check


def main() -> None:
    """Draw a chain that is written out and one that is repeated, and print a row each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--layers", type=int, default=5000)
    count = parser.parse_args().layers
    layers = "".join(f"  l{i}: {{conv: 4, kernel: 1}}\n" for i in range(count))
    repeated = f"[{{repeat: {count // 2}, layers: [{{conv: 4, kernel: 1}}, relu]}}]"
    for name, text in {"written out": f"\n{layers}", "repeated": f" {repeated}\n"}.items():
        graph = check(f"archc: 1\ninput: [4, 8, 8]\nlayers:{text}").sound
        assert graph is not None
        start = time.process_time()
        svg(graph)
        print(f"{name:12} {count} layers: {time.process_time() - start:.1f} CPU s", flush=True)


if __name__ == "__main__":
    main()
