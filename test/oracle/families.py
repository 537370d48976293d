"""How each family of Hugging Face models is driven one layer at a time: a small adapter a family.

An adapter embeds ids, runs one layer on given states, positions and mask, and makes logits. It calls the layers
themselves, never the model around them, so that no mask, position or ALiBi is made from anything but what it is given.
"""

import dataclasses
import functools
import math

import torch
from transformers.models.bloom.modeling_bloom import build_alibi_tensor as build_bloom_alibi
from transformers.models.falcon.modeling_falcon import build_alibi_tensor as build_falcon_alibi
from transformers.models.mpt.modeling_mpt import build_mpt_alibi_tensor


@dataclasses.dataclass(frozen=True)
class Slots:
    """What a layer needs besides states [1, k, D]: positions [k] of the slots, `length`, how many original tokens the
    row has so far, and the additive mask [1, 1, k, k]."""

    positions: torch.Tensor
    length: int
    mask: torch.Tensor


class Llama:
    """Llama and everything that is called as it is: RoPE computed once for all layers."""

    def __init__(self, model: torch.nn.Module) -> None:
        self.model, self.config = model, model.config
        self.decoder = self.find_decoder()
        if hasattr(self.decoder, "rotary_emb"):
            # A dynamic scaling remembers the longest row that it saw: every row begins with fresh frequencies.
            self.decoder.rotary_emb = type(self.decoder.rotary_emb)(config=self.config)

    def find_decoder(self) -> torch.nn.Module:
        return self.model.model

    @property
    def layers(self) -> torch.nn.ModuleList:
        return self.decoder.layers

    def embed(self, ids: torch.Tensor) -> torch.Tensor:
        """States [n, D] before the first layer."""
        return self.decoder.embed_tokens(ids)

    def window(self, index: int) -> int | None:
        """The sliding window of layer `index`."""
        types = getattr(self.config, "layer_types", None)
        slides = types is None or types[index] == "sliding_attention"
        return getattr(self.config, "sliding_window", None) if slides else None

    def rotation(self, states: torch.Tensor, slots: Slots, *layer_type: str) -> tuple[torch.Tensor, torch.Tensor]:
        """cos and sin [1, k, head_dim].

        rotary_emb computes position.float() * inv_freq, so a fractional position passes through it unrounded. A scaling
        that depends on the length takes the largest position for it: the last original one is given too, then cut off.
        """
        last = torch.tensor([slots.length - 1.0])
        cos, sin = self.decoder.rotary_emb(states, torch.cat([slots.positions, last])[None], *layer_type)
        return cos[:, :-1], sin[:, :-1]

    def layer(self, index: int, states: torch.Tensor, slots: Slots) -> torch.Tensor:
        """Output [1, k, D] of layer `index`."""
        return self.layers[index](
            states, attention_mask=slots.mask, position_embeddings=self.rotation(states, slots)
        )

    def norm(self, states: torch.Tensor) -> torch.Tensor:
        return self.decoder.norm(states)

    def logits(self, states: torch.Tensor) -> torch.Tensor:
        """Logits [k, V] of states [k, D] after the last layer."""
        return self.model.lm_head(self.norm(states))


class LocalRope(Llama):
    """Global and local layers have a RoPE each."""

    def layer(self, index: int, states: torch.Tensor, slots: Slots) -> torch.Tensor:
        rotation = self.rotation(states, slots, self.config.layer_types[index])
        return self.layers[index](states, attention_mask=slots.mask, position_embeddings=rotation)


class Gemma2(Llama):
    """The final logits are soft-capped."""

    def logits(self, states: torch.Tensor) -> torch.Tensor:
        logits, cap = super().logits(states), self.config.final_logit_softcapping
        return logits if cap is None else torch.tanh(logits / cap) * cap


class Gemma3(LocalRope, Gemma2):
    """Gemma 2 with two RoPEs."""


class Phi(Llama):
    def norm(self, states: torch.Tensor) -> torch.Tensor:
        return self.decoder.final_layernorm(states)


class Cohere(Llama):
    """The logits are scaled."""

    def logits(self, states: torch.Tensor) -> torch.Tensor:
        return super().logits(states) * self.config.logit_scale


class Granite(Llama):
    """The embeddings are multiplied, the logits divided."""

    def embed(self, ids: torch.Tensor) -> torch.Tensor:
        return super().embed(ids) * self.config.embedding_multiplier

    def logits(self, states: torch.Tensor) -> torch.Tensor:
        return super().logits(states) / self.config.logits_scaling


class GptNeoX(Llama):
    def find_decoder(self) -> torch.nn.Module:
        return self.model.gpt_neox

    def embed(self, ids: torch.Tensor) -> torch.Tensor:
        return self.decoder.embed_in(ids)

    def norm(self, states: torch.Tensor) -> torch.Tensor:
        return self.decoder.final_layer_norm(states)


class Gpt2(Llama):
    """Learned positions, added at the embedding and nowhere else."""

    def find_decoder(self) -> torch.nn.Module:
        return self.model.transformer

    @property
    def layers(self) -> torch.nn.ModuleList:
        return self.decoder.h

    def embed(self, ids: torch.Tensor) -> torch.Tensor:
        return self.decoder.wte(ids) + self.decoder.wpe(torch.arange(len(ids)))

    def layer(self, index: int, states: torch.Tensor, slots: Slots) -> torch.Tensor:
        return self.layers[index](states, attention_mask=slots.mask)

    def norm(self, states: torch.Tensor) -> torch.Tensor:
        return self.decoder.ln_f(states)


class GptNeo(Gpt2):
    """Each layer adds its own mask, causal over slots and, if local, windowed over slots. Slots lie no further apart than
    their tokens, so what our mask shows that one shows too: both together are ours."""

    def window(self, index: int) -> int | None:
        return self.config.window_size if self.config.attention_layers[index] == "local" else None

    def layer(self, index: int, states: torch.Tensor, slots: Slots) -> torch.Tensor:
        return super().layer(index, states, slots)[0]


class Gptj(Gpt2):
    """A layer looks sines and cosines up in a table: it is lent one whose row i is that of slot i."""

    def embed(self, ids: torch.Tensor) -> torch.Tensor:
        return self.decoder.wte(ids)

    def layer(self, index: int, states: torch.Tensor, slots: Slots) -> torch.Tensor:
        attention = self.layers[index].attn
        inverse_frequencies = 1.0 / 10000 ** (torch.arange(0, attention.pos_embd_dim, 2) / attention.pos_embd_dim)
        angles = slots.positions[:, None] * inverse_frequencies
        own, attention.embed_positions = attention.embed_positions, torch.cat([angles.sin(), angles.cos()], dim=1)
        slot_ids = torch.arange(len(slots.positions))[None]
        states = self.layers[index](states, attention_mask=slots.mask, position_ids=slot_ids)[0]
        attention.embed_positions = own
        return states


class CodeGen(Gptj):
    """The mask is added to the scores before these are divided by sqrt(head_dim)."""

    def layer(self, index: int, states: torch.Tensor, slots: Slots) -> torch.Tensor:
        scaled = dataclasses.replace(slots, mask=slots.mask * self.layers[index].attn.scale_attn)
        return super().layer(index, states, scaled)


class Opt(Llama):
    """Learned positions, and embeddings that may be narrower than the states."""

    def find_decoder(self) -> torch.nn.Module:
        return self.model.model.decoder

    def embed(self, ids: torch.Tensor) -> torch.Tensor:
        states, decoder = self.decoder.embed_tokens(ids), self.decoder
        if decoder.project_in is not None:
            states = decoder.project_in(states)
        return states + decoder.embed_positions(None, position_ids=torch.arange(len(ids)))

    def layer(self, index: int, states: torch.Tensor, slots: Slots) -> torch.Tensor:
        return self.layers[index](states, attention_mask=slots.mask)

    def norm(self, states: torch.Tensor) -> torch.Tensor:
        for last in (self.decoder.final_layer_norm, self.decoder.project_out):
            states = states if last is None else last(states)
        return states


def alibi(slopes: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
    """slope * (key position - query position), [heads, k, k] for slopes [heads]."""
    return slopes[:, None, None] * (positions[None, None, :] - positions[None, :, None])


class Bloom(Gpt2):
    def embed(self, ids: torch.Tensor) -> torch.Tensor:
        return self.decoder.word_embeddings_layernorm(self.decoder.word_embeddings(ids))

    def layer(self, index: int, states: torch.Tensor, slots: Slots) -> torch.Tensor:
        # The ALiBi of the token after the first is its slope.
        slopes = build_bloom_alibi(torch.ones(1, 2, dtype=torch.int64), self.config.n_head, torch.float32)[:, 0, 1]
        return self.layers[index](states, attention_mask=slots.mask, alibi=alibi(slopes, slots.positions))[0]


class Falcon(Gpt2):
    """RoPE, or ALiBi, which is divided by sqrt(head_dim) as the scores are and goes in with the mask."""

    def embed(self, ids: torch.Tensor) -> torch.Tensor:
        return self.decoder.word_embeddings(ids)

    def layer(self, index: int, states: torch.Tensor, slots: Slots) -> torch.Tensor:
        mask, layer = slots.mask, self.layers[index]
        if not self.config.alibi:
            rotation = self.rotation(states, slots)
            return layer(states, alibi=None, attention_mask=mask, position_embeddings=rotation)[0]
        ones = torch.ones(1, 2, dtype=torch.int64)
        slopes = build_falcon_alibi(ones, self.config.num_attention_heads, torch.float32)[:, 0, 1]
        bias = alibi(slopes, slots.positions) / math.sqrt(self.config.head_dim)
        return layer(states, alibi=bias, attention_mask=mask + bias[None])[0]


class Mpt(Gpt2):
    """The layer takes a mask of booleans: the additive one goes in with ALiBi.

    transformers leaves alibi_bias_max out and always uses 8; the code that the checkpoints came with, and llama.cpp,
    use it, and so does the model once it has been adapted.
    """

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__(model)
        bias_max = self.config.attn_config.alibi_bias_max
        self.decoder.build_mpt_alibi_tensor = functools.partial(build_mpt_alibi_tensor, alibi_bias_max=bias_max)

    @property
    def layers(self) -> torch.nn.ModuleList:
        return self.decoder.blocks

    def embed(self, ids: torch.Tensor) -> torch.Tensor:
        return self.decoder.wte(ids)

    def layer(self, index: int, states: torch.Tensor, slots: Slots) -> torch.Tensor:
        # The ALiBi of the token before the last is minus its slope.
        slopes = -self.decoder.build_mpt_alibi_tensor(self.config.n_heads, 2)[:, 0, 0]
        bias = alibi(slopes, slots.positions) + slots.mask[0]
        return self.layers[index](states, position_bias=bias, attention_mask=None)[0]

    def norm(self, states: torch.Tensor) -> torch.Tensor:
        return self.decoder.norm_f(states)


FAMILIES = {
    "llama": Llama,
    "mistral": Llama,
    "mixtral": Llama,
    "qwen2": Llama,
    "qwen2_moe": Llama,
    "qwen3": Llama,
    "qwen3_moe": Llama,
    "gemma": Llama,
    "gemma2": Gemma2,
    "gemma3_text": Gemma3,
    "phi3": Llama,
    "nemotron": Llama,
    "arcee": Llama,
    "seed_oss": Llama,
    "helium": Llama,
    "glm": Llama,
    "glm4": Llama,
    "phi": Phi,
    "stablelm": Llama,
    "gpt2": Gpt2,
    "gpt_bigcode": Gpt2,
    "gpt_neo": GptNeo,
    "gptj": Gptj,
    "codegen": CodeGen,
    "gpt_neox": GptNeoX,
    "opt": Opt,
    "falcon": Falcon,
    "bloom": Bloom,
    "mpt": Mpt,
    "starcoder2": Llama,
    "cohere": Cohere,
    "olmo2": Llama,
    "olmoe": Llama,
    "smollm3": Llama,
    "granite": Granite,
    "cohere2": Cohere,
    "olmo": Llama,
    "olmo3": LocalRope,
    "ernie4_5": Llama,
    "hunyuan_v1_dense": Llama,
    "exaone4": Llama,
    "granitemoe": Granite,
}


def adapt(model: torch.nn.Module) -> Llama:
    """The adapter of a model. Making one clears what the model remembers of longer rows."""
    return FAMILIES[model.config.model_type](model)
