#!/usr/bin/env python3
"""Records the bytes that numpy and safetensors write, for the files that dpu writes.

    python3 record_written.py    with numpy and the torch 2.15.0 and safetensors wheels
"""
import base64
import io
import json
import pathlib

import numpy
import safetensors
import torch
from safetensors.torch import save

HERE = pathlib.Path(__file__).parent


def array(name):
    return {
        'scalar': numpy.float32(2.5),
        'row': numpy.array([1, -0.0, numpy.nan, numpy.inf, 1e-45], dtype='<f4'),
        'whole': numpy.array([[1, -2, 2**62], [0, 3, -2**63]], dtype='<i8'),
        'truth': numpy.array([[[True], [False]]]),
        'empty': numpy.zeros((2, 0, 3), dtype='<f4'),
        'kernel': numpy.arange(24, dtype='<f4').reshape(2, 3, 2, 2) / 8,
    }[name]


def text(data):
    return base64.b64encode(data).decode()


def main():
    npy = {}
    names = ['scalar', 'row', 'whole', 'truth', 'empty', 'kernel']
    for name in names:
        buffer = io.BytesIO()
        numpy.save(buffer, array(name))
        npy[name] = text(buffer.getvalue())
    tensors = {name: torch.from_numpy(numpy.array(array(name))) for name in names}
    tensors['a "quoted" name'] = torch.ones(1)
    result = {
        'numpy': numpy.__version__, 'safetensors': safetensors.__version__, 'npy': npy,
        'all': text(save(tensors)), 'two': text(save({'b': torch.ones(2), 'a': torch.zeros(1)})),
    }
    (HERE / 'written.json').write_text(json.dumps(result, indent=1) + '\n')


main()
