"""Started to evaluate a checkpoint of a run, or to predict with it. A script for the reason that train_torch.py is one."""

import sys

from tuning_fork.torch_trainer.using.main import main

if __name__ == "__main__":
    sys.exit(main())
