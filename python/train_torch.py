"""Started by the runner: the PyTorch trainer's process.

A script rather than a module, so that this file's folder, and not the folder one stands in, comes first on `sys.path`: a
`tokenizers.py` of the user's cannot come before the real package.
"""

import sys

from tuning_fork.torch_trainer.main import main

if __name__ == "__main__":
    sys.exit(main())
