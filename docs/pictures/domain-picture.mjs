import { card, label, labelledBox, line } from './card.mjs';
import { MERGED } from './example.mjs';

const STREAMS = ['positionIds', 'extents', 'sizes'];

/** One side of a merge: layers of a domain, the streams of it, and what attention gets of them. */
function half(kind, domain, layers, top) {
  const shapes = [
    label(domain, 16, top + 14, 'quiet'),
    STREAMS.map((name, i) => labelledBox(kind, name, 16, top + 24 + i * 28, 96, 22)),
  ];
  shapes.push(
    labelledBox(kind, 'rotary tables', 172, top + 24, 100, 22),
    labelledBox(kind, 'mask', 172, top + 66, 100, 22),
  );
  shapes.push(
    line(`M112 ${top + 35} H172`),
    line(`M112 ${top + 63} C140 ${top + 63} 140 ${top + 77} 172 ${top + 77}`),
  );
  shapes.push(line(`M112 ${top + 91} C140 ${top + 91} 140 ${top + 77} 172 ${top + 77}`));
  layers.forEach((name, i) => {
    const y = top + 18 + i * 46;
    shapes.push(labelledBox(kind, name, 340, y, 110, 34));
    shapes.push(line(`M272 ${top + 35} C308 ${top + 35} 308 ${y + 14} 340 ${y + 14}`));
    shapes.push(line(`M272 ${top + 77} C308 ${top + 77} 308 ${y + 20} 340 ${y + 20}`));
  });
  shapes.push(line(`M395 ${top + 52} V${top + 64}`));
  return shapes;
}

/** What belongs to which token domain, and what the verifier refuses. */
export function domainPicture() {
  return card(
    `Layers before a merge take mask and rotary tables of the domain tokens, layers behind it those of ${MERGED}; what crosses over is a type error`,
    326,
    [
      half('kept', 'domain tokens', ['layer 0', 'layer 1'], 10),
      line('M395 108 V146'),
      line('M64 112 V146'),
      labelledBox('token', 'slerpMerge: a plan, new streams, merged states', 16, 146, 434, 30),
      line('M395 176 V218'),
      line('M64 176 V200'),
      half('merged', `domain ${MERGED}`, ['layer 2', 'layer 3'], 200),
      line('M222 98 C222 140 300 150 312 200 C318 225 325 235 340 243', 'wrong'),
      label('type error', 262, 137, 'wrong-text'),
    ],
  );
}
