"""Records files of tensors as numpy, safetensors and PyTorch write them.

    OMP_NUM_THREADS=1 python record.py        numpy 2, safetensors 0.8, PyTorch 2.15.0

Beside each file stands in expected.json what it holds: names, shapes, the type of the language
(float32, int64, bool) and the elements' bits in row-major order, in hexadecimal, as the libraries
convert them themselves.
"""

import collections
import json
import os
import sys
import warnings

import numpy as np
import safetensors.torch
import torch

os.chdir(os.path.dirname(os.path.abspath(__file__)))
warnings.filterwarnings("ignore")
torch.manual_seed(7)
expected = {}


def describe(tensor):
    tensor = tensor.detach()
    if tensor.dtype == torch.bool:
        kind, tensor = "bool", tensor
        raw = tensor.contiguous().numpy().astype("u1").tobytes()
    elif tensor.is_floating_point():
        kind = "float32"
        raw = tensor.to(torch.float32).contiguous().numpy().astype("<f4").tobytes()
    else:
        kind = "int64"
        raw = tensor.to(torch.int64).contiguous().numpy().astype("<i8").tobytes()
    return {"shape": list(tensor.shape), "type": kind, "bits": raw.hex()}


def describe_array(array):
    array = np.asarray(array)
    kind = {"b": "bool", "f": "float32"}.get(array.dtype.kind, "int64")
    raw = array.astype({"bool": "u1", "float32": "<f4", "int64": "<i8"}[kind]).tobytes(order="C")
    return {"shape": list(array.shape), "type": kind, "bits": raw.hex()}


def note(name, tensors):
    expected[name] = [{"name": key, **value} for key, value in tensors.items()]


def npy(name, array, version=None):
    with open(name, "wb") as file:
        np.lib.format.write_array(file, array, version=version)
    note(name, {"": describe_array(array)})


values = np.array([[0, 1, -1.5], [3.25, 1e-3, 65504]])
for code in "?,u1,i1,u2,i2,u4,i4,u8,i8,f2,f4,f8".split(","):
    npy(f"type-{code.strip('?') or 'b1'}.npy", np.abs(values).astype(code))
for code in ">i2,>i4,>i8,>f2,>f4,>f8".split(","):
    npy(f"big-{code[1:]}.npy", values.astype("f4").astype(code))
for rank in range(7):
    shape = tuple(range(1, rank + 1)) if rank < 5 else (2,) * rank
    npy(f"rank-{rank}.npy", np.arange(int(np.prod(shape)), dtype="f4").reshape(shape) / 3)
npy("fortran.npy", np.asfortranarray(np.arange(24, dtype="f4").reshape(2, 3, 4)))
npy("empty.npy", np.zeros((3, 0, 2), "f4"))
npy("version-2.npy", values.astype("f4"), (2, 0))
npy("version-3.npy", values.astype("f4"), (3, 0))
npy("special.npy", np.array([np.nan, np.inf, -np.inf, -0.0, 1e-45], "f4"))

arrays = {"weight": values.astype("f4"), "labels": np.arange(5), "none": np.zeros((0, 2), "f4")}
np.savez("stored.npz", **arrays)
np.savez_compressed("deflated.npz", **arrays)
np.savez("nothing.npz")
for name in ("stored.npz", "deflated.npz"):
    note(name, {key: describe_array(value) for key, value in arrays.items()})
note("nothing.npz", {})

real = torch.randn(2, 3)
kinds = [
    torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.float16,
    torch.bfloat16, torch.float32, torch.float64,
]
tensors = {str(kind).split(".")[1]: (real * 3).to(torch.int8).to(kind) for kind in kinds[:6]}
tensors |= {str(kind).split(".")[1]: real.to(kind) for kind in kinds[6:]}
tensors |= {"scalar": torch.tensor(1.5), "empty": torch.zeros(2, 0), "rank6": torch.randn(1, 2, 1, 2, 1, 2)}
safetensors.torch.save_file(tensors, "types.safetensors", metadata={"format": "pt"})
note("types.safetensors", {key: describe(value) for key, value in tensors.items()})

torch.save(tensors, "types.pt")
note("types.pt", {key: describe(value) for key, value in tensors.items()})
base = torch.arange(24.0).view(4, 6)
views = {"base": base, "column": base[:, 2], "transposed": base.t(), "part": base[1:3, ::2],
         "expanded": base[0, :1].expand(3)}
torch.save(views, "views.pt")
note("views.pt", {key: describe(value) for key, value in views.items()})
torch.save(torch.randn(2, 2, requires_grad=True), "single.pt")
note("single.pt", {"": describe(torch.load("single.pt"))})
torch.save(torch.nn.Parameter(torch.randn(3)), "parameter.pt")
note("parameter.pt", {"": describe(torch.load("parameter.pt"))})

lenet = torch.nn.Sequential(collections.OrderedDict(
    conv1=torch.nn.Conv2d(1, 2, 3), norm=torch.nn.BatchNorm2d(2), relu=torch.nn.ReLU(),
    flat=torch.nn.Flatten(), fc=torch.nn.Linear(8, 3)))
optimizer = torch.optim.SGD(lenet.parameters(), lr=0.1, momentum=0.9)
lenet(torch.randn(2, 1, 4, 4)).sum().backward()
optimizer.step()
torch.save(lenet.state_dict(), "state.pt")
note("state.pt", {key: describe(value) for key, value in lenet.state_dict().items()})
safetensors.torch.save_file(lenet.state_dict(), "state.safetensors")
note("state.safetensors", {key: describe(value) for key, value in lenet.state_dict().items()})
checkpoint = {"epoch": 3, "model": lenet.state_dict(), "optimizer": optimizer.state_dict(), "best": 0.5}
torch.save(checkpoint, "checkpoint.pt")
nested = {f"model.{key}": describe(value) for key, value in lenet.state_dict().items()}
for key, state in optimizer.state_dict()["state"].items():
    nested[f"optimizer.state.{key}.momentum_buffer"] = describe(state["momentum_buffer"])
note("checkpoint.pt", nested)

# What is refused: not in expected.json.
torch.save(lenet, "model.pt")
torch.save(lenet.state_dict(), "legacy.pt", _use_new_zipfile_serialization=False)
torch.jit.script(torch.nn.Linear(1, 1)).save("script.pt")
np.save("objects.npy", np.array([{}], dtype=object), allow_pickle=True)
np.save("structured.npy", np.zeros(2, dtype=[("x", "f4"), ("y", "i4")]))

with open("expected.json", "w") as file:
    json.dump({"versions": {"numpy": np.__version__, "safetensors": safetensors.__version__,
                            "torch": torch.__version__}, "files": expected}, file, indent=1)
    file.write("\n")
