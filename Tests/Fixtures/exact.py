"""What the recording scripts share: PyTorch's values with every bit, written with its version."""
import json
import math
import pathlib

import torch

HERE = pathlib.Path(__file__).parent


def hexadecimal(value):
    """A float as Swift reads it: float.hex without the zeros at the end."""
    if math.isnan(value) or math.isinf(value):
        return str(value)
    mantissa, exponent = value.hex().split('p')
    if '.' in mantissa:
        mantissa = mantissa.rstrip('0').rstrip('.')
    return mantissa + 'p' + exponent


def bits(tensor):
    """All values of a tensor in row-major order, in one string."""
    return ' '.join(hexadecimal(v) for v in tensor.detach().reshape(-1).tolist())


def write(name, content, indent=0):
    """Writes a fixture, which says which version made it."""
    text = json.dumps({'torch': torch.__version__, **content}, indent=indent)
    (HERE / name).write_text(text + '\n')
    print(f'{name}: {len(text)} bytes')
