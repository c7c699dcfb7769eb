/**
 * What an interpreter is asked to say of itself, as Python that every version since 3.4 understands. Each prints one line
 * of JSON after a mark, for imported libraries may print as well.
 */

/** Stands before the answer. */
export const MARK = "tuning-fork-answer:";

/** How its packages are laid out, read without importing any of them: tenths of a second. argv[2:] are distributions; `*` = all. */
export const PACKAGES_SCRIPT = `
import json, os, re, sys, sysconfig
import importlib.util as util
try:
    from importlib import metadata
except ImportError:
    metadata = None
packages = {}
for name in sys.argv[2:]:
    try:
        if name == "*":
            packages.update((one.metadata["Name"], one.version) for one in metadata.distributions() if one.metadata["Name"])
        else:
            packages[name] = metadata.version(name)
    except Exception:
        pass
def text(path):
    try:
        with open(path) as file:
            return file.read()
    except Exception:
        return ""
def found(name):
    try:
        return util.find_spec(name)
    except Exception:
        return None
torch = found("torch")
built = None
if torch and torch.submodule_search_locations:
    line = re.search(r"^(?:cuda|hip)\\b[^=\\n]*=\\s*['\\"]([^'\\"]+)", text(os.path.join(list(torch.submodule_search_locations)[0], "version.py")), re.M)
    built = line.group(1) if line else None
# Not torch's: the questions below import it, and without a look at the environment's variables.
largest = found("transformers")
home = os.path.dirname(largest.origin) if largest and largest.origin else None
raw = home is not None and not os.path.isdir(os.path.join(home, "__pycache__"))
base = getattr(sys, "base_prefix", sys.prefix)
print("${MARK}" + json.dumps({
    "executable": sys.executable,
    "version": "%d.%d.%d" % sys.version_info[:3],
    "prefix": sys.prefix,
    "isWide": sys.maxsize > 2**32,
    "isConda": os.path.isdir(os.path.join(sys.prefix, "conda-meta")),
    "isUv": bool(re.search(r"^uv\\s*=", text(os.path.join(sys.prefix, "pyvenv.cfg")), re.M)),
    "hasPip": found("pip") is not None,
    "isManaged": sys.prefix == base and os.path.exists(os.path.join(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED")),
    "packages": packages,
    "torchBuilt": built,
    "uncompiled": os.path.dirname(home) if raw else None,
}))
`.trim();

/** Whether torch sees CUDA and bitsandbytes computes there: seconds, because both are imported. */
export const CUDA_SCRIPT = `
import json, sys
def why(error):
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:300] if lines else type(error).__name__
answer = {"cuda": {"available": False, "reason": None}, "bitsandbytes": None}
try:
    import torch
    answer["cuda"]["available"] = bool(torch.cuda.is_available())
    if not answer["cuda"]["available"]:
        try:
            torch.cuda.init()
        except Exception as error:
            answer["cuda"]["reason"] = why(error)
except Exception as error:
    answer["cuda"]["reason"] = "torch cannot be imported: " + why(error)
if "bitsandbytes" in sys.argv[2:]:
    try:
        import bitsandbytes
        from bitsandbytes.functional import quantize_4bit
        device = "cuda" if answer["cuda"]["available"] else "cpu"
        quantize_4bit(torch.ones(64, 64, device=device))
        answer["bitsandbytes"] = {"usable": True, "reason": None}
    except Exception as error:
        answer["bitsandbytes"] = {"usable": False, "reason": why(error)}
print("${MARK}" + json.dumps(answer))
`.trim();
