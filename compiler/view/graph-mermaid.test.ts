import { describe, expect, it } from 'vitest';
import { parseGraph } from '../ir/parse.js';
import { graphToMermaid } from './graph-mermaid.js';

const layer = (index: number, input: number, weight: number) => `
  %${weight} = parameter() : f32[8, 8] "layers.${index}.weight"
  %${weight + 1} = linear(%${input}, %${weight}) : f32[B, N:tokens, 8] "layers.${index}.output"`;

const graph = (layers: string, last: number) =>
  parseGraph(`graph "test" {
  %0 = input() : i32[B, N:tokens] "tokens.ids"
  %1 = parameter() : f32[8, 11] "embed.weight"
  %2 = embedding(%0, %1) : f32[B, N:tokens, 8] "embed.output"${layers}
  %${last + 1} = linear(%${last}, %1) : f32[B, N:tokens, 11] "head.logits"
  return %${last + 1} as "logits"
  return %${last} as "cache.layers.0.keys"
}`);

const subgraphs = (text: string) => [...text.matchAll(/subgraph s\d+\["(.*)"\]/g)].map(([, title]) => title);

describe('graphToMermaid', () => {
  it('draws a box a section, and a run of identical layers once', () => {
    const text = graphToMermaid(graph(layer(0, 2, 3) + layer(1, 4, 5) + layer(2, 6, 7), 8));
    expect(text).toMatchInlineSnapshot(`
      "flowchart TD
        subgraph s0["embed"]
          n0(["tokens.ids<br/>input<br/>i32[B, N:tokens]"])
          n2["embed.output<br/>embedding<br/>f32[B, N:tokens, 8]"]
        end
        subgraph s1["layers.0 … layers.2 (3 alike)"]
          n4["output<br/>linear<br/>f32[B, N:tokens, 8]"]
        end
        subgraph s2["head"]
          n9["head.logits<br/>linear<br/>f32[B, N:tokens, 11]"]
        end
        n0 --> n2
        n2 --> n4
        n4 --> n9
        o0(["logits"])
        n9 --> o0
        classDef merge fill:#ffe8cc,stroke:#d9480f,stroke-width:3px
      "
    `);
  });

  it('keeps layers apart that differ in a weight or in where they read from', () => {
    // Layer 2 reads what layer 0 made, past layer 1.
    expect(subgraphs(graphToMermaid(graph(layer(0, 2, 3) + layer(1, 4, 5) + layer(2, 4, 7), 8)))).toEqual([
      'embed',
      'layers.0 … layers.1 (2 alike)',
      'layers.2',
      'head',
    ]);
    const other = layer(1, 4, 5).replace('"layers.1.weight"', '"layers.1.other"');
    expect(subgraphs(graphToMermaid(graph(layer(0, 2, 3) + other, 6)))).toEqual([
      'embed',
      'layers.0',
      'layers.1',
      'head',
    ]);
  });

  it('escapes what would end a label or be markup', () => {
    const text = graphToMermaid(
      parseGraph(`graph "test" {
  %0 = input() : f32[2*N:tokens, 8] "a\\"] --> <b>#\`x\`&"
  return %0 as "out\\"put"
}`),
    );
    expect(text).toContain(
      'n0(["a#34;] --#62; #60;b#62;#35;#96;x#96;#38;<br/>input<br/>f32[2#42;N:tokens, 8]"])',
    );
    expect(text).toContain('o0(["out#34;put"])');
  });
});
