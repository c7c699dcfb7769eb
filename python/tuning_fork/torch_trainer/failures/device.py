"""What GPUs, their drivers and PyTorch's builds for them refuse."""

from __future__ import annotations

from tuning_fork.torch_trainer.failures.known import Known

_NEW_ENVIRONMENT = (
    "Create an environment for this config (command “Create Environment for This Config”), which takes the build of "
    "PyTorch for this machine."
)

DEVICE: tuple[Known, ...] = (
    Known(
        r"device-side assert",
        "cuda-assert",
        "The GPU met an index that is out of range (CUDA: device-side assert), such as a label or a token id that the model "
        "does not have.",
        'Set hardware.env: {{ CUDA_LAUNCH_BLOCKING: "1" }} and start again: the end of output.log then names the place.',
    ),
    Known(
        r"no kernel image is available|not compatible with the current PyTorch installation",
        "cuda-build",
        "This build of PyTorch has no code for this GPU.",
        _NEW_ENVIRONMENT,
    ),
    Known(
        r"driver (?:version is insufficient|on your system is too old)",
        "cuda-driver",
        "The GPU's driver is older than this build of PyTorch needs.",
        "Update the driver, or install a build of PyTorch for an older CUDA.",
    ),
    Known(
        r"not compiled with CUDA enabled",
        "cuda-build",
        "This build of PyTorch cannot use GPUs.",
        _NEW_ENVIRONMENT,
    ),
    Known(
        r"CUDA error: (?P<what>invalid device ordinal|all CUDA-capable devices are busy or unavailable"
        r"|no CUDA-capable device is detected|unknown error)|CUDA driver initialization failed",
        "cuda-device",
        "The GPU cannot be used: {said}.",
        "Look with nvidia-smi whether it is there and whether another program has it for itself; then start the run again.",
    ),
    Known(
        r"illegal memory access|unspecified launch failure|misaligned address|uncorrectable (?:ECC|NVLink) error"
        r"|CUDA error: .*(?:hardware|ECC)",
        "cuda-fault",
        "A computation on the GPU crashed: {said}.",
        "Resume the run; where it comes again, another version of torch or of the driver is the usual remedy.",
    ),
    Known(
        r"CUBLAS_STATUS_(?!ALLOC)\w+|CUDNN_STATUS_\w+|cuDNN error",
        "cuda-library",
        "A library of CUDA refused a computation: {said}.",
        "Resume the run; where it comes again, lower train.per_device_train_batch_size or install another version of torch.",
    ),
    Known(
        r"(?P<operation>\"\w+\"|The operator '[^']+') (?:is )?not (?:currently )?implemented for (?:the )?(?P<where>'?\w+'?)",
        "operation-not-implemented",
        "PyTorch has no {operation} for {where} here.",
        "Set train.precision: fp32, or train on another device.",
    ),
)
