"""Writes encoders as ONNX graphs, node by node, in ONNX Runtime's fused operators and with int8 weights.

Written by hand rather than traced: the graph then has one node per idea (a projection, an attention, a residual
with its norm), needs no optimiser, and stays the same from one PyTorch version to the next.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from training.bert import Block, Embeddings

Attribute = int | float | Sequence[int]

# 7 bits: sums of pairs stay within 16 bits on processors without VNNI. With 8 bits vectors lose their direction there.
_LARGEST = 63


def to_int8(weight: NDArray[np.float32], axis: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Symmetric 7-bit weights with one scale for each index along `axis`: weight ~= int8 * scale."""
    other = tuple(a for a in range(weight.ndim) if a != axis)
    scale = np.maximum(np.abs(weight).max(other, keepdims=True), 1e-8) / _LARGEST
    return np.round(weight / scale).astype(np.int8), scale.reshape(-1).astype(np.float32)


def array(tensor: torch.Tensor) -> NDArray[np.float32]:
    """A tensor's values in float32."""
    return tensor.detach().to(torch.float32).cpu().numpy()


class Graph:
    """An ONNX graph in the making. Every method takes and gives names of values."""

    def __init__(self, int8: bool = True) -> None:
        self.int8 = int8
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[TensorProto] = []
        self.inputs: list[onnx.ValueInfoProto] = []
        self.outputs: list[onnx.ValueInfoProto] = []
        # What was rounded already: the whole numbers, their scale and their zero.
        self.rounded: dict[str, list[str]] = {}
        self.count = 0

    def input(self, name: str, kind: int, dims: list[str | int]) -> str:
        """An input of the graph."""
        self.inputs.append(helper.make_tensor_value_info(name, kind, dims))
        return name

    def output(self, value: str, name: str, kind: int, dims: list[str | int]) -> None:
        """Make a value an output of the graph."""
        self.nodes.append(helper.make_node("Identity", [value], [name]))
        self.outputs.append(helper.make_tensor_value_info(name, kind, dims))

    def constant(self, value: NDArray[np.generic]) -> str:
        """A constant array."""
        self.count += 1
        name = f"c{self.count}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def op(self, kind: str, *inputs: str, **attributes: Attribute) -> str:
        """A standard operator with one output."""
        return self._node(kind, "", inputs, 1, attributes)[0]

    def ops(self, kind: str, *inputs: str, outputs: int = 1, **attributes: Attribute) -> list[str]:
        """A standard operator with several outputs."""
        return self._node(kind, "", inputs, outputs, attributes)

    def microsoft(self, kind: str, *inputs: str, **attributes: Attribute) -> str:
        """One of ONNX Runtime's own operators."""
        return self._node(kind, "com.microsoft", inputs, 1, attributes)[0]

    def _node(
        self, kind: str, domain: str, inputs: Sequence[str], outputs: int, attributes: Mapping[str, Attribute]
    ) -> list[str]:
        names = [f"v{self.count + n}" for n in range(1, outputs + 1)]
        self.count += outputs
        node = helper.make_node(kind, list(inputs), names, domain=domain)
        node.attribute.extend(helper.make_attribute(key, value) for key, value in attributes.items())
        self.nodes.append(node)
        return names

    def linear(self, x: str, layer: nn.Linear) -> str:
        """A projection, [..., in] -> [..., out]. Those of the same values share their rounding."""
        if not self.int8:
            return self.exact_linear(x, layer)
        if x not in self.rounded:
            self.rounded[x] = self.ops("DynamicQuantizeLinear", x, outputs=3)
        whole, scale, zero = self.rounded[x]
        packed, scales = to_int8(array(layer.weight).T, axis=1)
        zeros = np.zeros(scales.shape, np.int8)
        w, ws, wz, b = (self.constant(c) for c in (packed, scales, zeros, array(layer.bias)))
        return self.microsoft("MatMulIntegerToFloat", whole, w, scale, ws, zero, wz, b)

    def exact_linear(self, x: str, layer: nn.Linear) -> str:
        """A projection kept in float32: for the small last layers, where int8 saves nothing."""
        y = self.op("MatMul", x, self.constant(array(layer.weight).T))
        return self.op("Add", y, self.constant(array(layer.bias)))

    def norm(self, x: str, residual: str, layer: nn.LayerNorm) -> str:
        """The norm of a sum. Apart, they are five times as fast as ONNX Runtime's fused operator on processors."""
        return self.only_norm(self.op("Add", x, residual), layer)

    def only_norm(self, x: str, layer: nn.LayerNorm) -> str:
        """A layer norm."""
        gamma, beta = self.constant(array(layer.weight)), self.constant(array(layer.bias))
        return self.op("LayerNormalization", x, gamma, beta, axis=-1, epsilon=layer.eps)

    def embeddings(self, ids: str, layer: Embeddings, extra: str | None = None) -> str:
        """ids [batch, tokens] -> [batch, tokens, width]; rows of the word table are int8, each with a scale."""
        table = array(layer.word.weight)
        if self.int8:
            rows, scale = to_int8(table, axis=0)
            words = self.op("Cast", self.op("Gather", self.constant(rows), ids), to=TensorProto.FLOAT)
            words = self.op("Mul", words, self.op("Gather", self.constant(scale[:, None]), ids))
        else:
            words = self.op("Gather", self.constant(table), ids)
        zero, one = self.constant(np.array([0], np.int64)), self.constant(np.array([1], np.int64))
        length = self.op("Slice", self.op("Shape", ids), one, self.constant(np.array([2], np.int64)))
        places = array(layer.position.weight) + array(layer.segment.weight)[:1]
        positions = self.op("Unsqueeze", self.op("Slice", self.constant(places), zero, length, zero), zero)
        x = words if extra is None else self.op("Add", words, extra)
        shape = self.op("Shape", x)
        return self.norm(x, self.op("Expand", positions, shape), layer.norm)

    def block(self, x: str, mask: str | None, layer: Block) -> str:
        """One transformer layer; `mask` [batch, tokens] int32 is 1 where something stands, None for everywhere."""
        q, k, v = (self.linear(x, part) for part in (layer.query, layer.key, layer.value))
        masked = [] if mask is None else ["", mask]
        context = self.microsoft("MultiHeadAttention", q, k, v, *masked, num_heads=layer.heads)
        attended = self.linear(context, layer.out)
        x = self.norm(attended, x, layer.norm_attention)
        # The bias within the product, and Gelu by itself: a third faster than the fused operator for both.
        inner = self.op("Relu" if layer.relu else "Gelu", self.linear(x, layer.up))
        return self.norm(self.linear(inner, layer.down), x, layer.norm_out)

    def save(self, path: Path) -> None:
        """Write the graph as an ONNX file."""
        opsets = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
        graph = helper.make_graph(self.nodes, path.stem, self.inputs, self.outputs, self.constants)
        onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=9), str(path))


def write_checksums(folder: Path, names: Iterable[str]) -> None:
    """Writes `checksums.json`: name -> sha256 of each file, which the loaders check."""
    path = folder / "checksums.json"
    sums: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    sums |= {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    path.write_text(json.dumps(dict(sorted(sums.items())), indent=1) + "\n")
