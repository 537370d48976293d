"""Writes what transformers makes of small chat templates: loops that are left early, text that is stripped, variables that
are not given, and line ends.

Run by hand with transformers 5.23.0 and jinja2 3.1.6:
  python chat_templates.py ../goldens
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

from transformers.utils.chat_template_utils import render_jinja_template

MESSAGES = [
    {"role": "user", "content": "\n Hello  world\n\n"},
    {"role": "assistant", "content": "<think>\nxx hm xx\n</think>\n\n  Hi é 👩 xyx"},
    {"role": "user", "content": "bye"},
]
LOOP = "{% for m in messages %}"
TEMPLATES = [
    "{% if tools is not none %}TOOLS{% endif %}{% if documents is not none %}DOCS{% endif %}.",
    "{% if tools is defined %}d{% endif %}{% if tools %}T{% else %}none{% endif %}",
    "{% if true %}\r\nX\r\n{% endif %}\r\nY\rZ{{ 'a\r\nb' }}\r\n",
    "{{ messages[0].content }}|{%- for m in messages %}\r\n{{- m.role }}\r\n{%- endfor %}",
    LOOP + "{{ m.role }}{% break %}{% endfor %}.",
    LOOP + "{{ m.role }}{% continue %}never{% endfor %}.",
    LOOP + "[{{ m.role }}{% if m.role == 'user' %}]{% continue %}{% endif %}!{% endfor %}.",
    LOOP + "[{% if m.role == 'assistant' %}{{ loop.index }}{% break %}{% endif %}{{ m.content }}]{% endfor %}.",
    LOOP + "{% if loop.first %}F{% elif loop.last %}L{% break %}{% else %}M{% continue %}{% endif %}x{% endfor %}.",
    LOOP + "{% if true %}a{% if loop.first %}b{% continue %}{% endif %}c{% endif %}d{% else %}e{% endfor %}.",
    LOOP + "{% for n in [1, 2, 3] %}{{ n }}{% if n == 2 %}{% break %}{% endif %},{% endfor %};{% endfor %}.",
    LOOP + "{% for n in [1, 2] %}{{ n }}{% break %}{% endfor %}{% if loop.index == 2 %}{% break %}{% endif %};{% endfor %}.",
    LOOP + "{% set seen = m.role %}{{ seen }}{% if loop.index == 2 %}{% break %}{% endif %}{% endfor %}.",
    "{% for n in [] %}{{ n }}{% break %}{% else %}empty{% endfor %}.",
    "{% macro f(x) %}{% for n in x %}{{ n }}{% if n == 2 %}{% break %}{% endif %},{% endfor %}{% endmacro %}{{ f([1, 2, 3]) }}{{ f([2]) }}{{ f([3]) }}.",
    LOOP + "<{{ m.content.strip('\\n') }}>{% endfor %}",
    LOOP + "<{{ m.content.lstrip('\\n') }}|{{ m.content.rstrip('\\n') }}>{% endfor %}",
    LOOP + "<{{ m.content.strip('yx') }}|{{ m['content'].rstrip('👩 x') }}|{{ m.content.strip('') }}>{% endfor %}",
    LOOP + "<{{ m.content.strip() }}|{{ m.content.lstrip() }}|{{ m.content.rstrip() }}|{{ m.content.strip(none) }}>{% endfor %}",
    "{% set content = messages[1].content %}{% set think = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}<{{ think.strip('\\n') }}>{{ content.split('</think>')[-1].lstrip('\\n') }}",
    LOOP + "{% if loop.index0 % 2 == 0 %}even{% endif %}{% if (messages | length) % 2 %}odd{% endif %}{{ 7 % 3 }}{% endfor %}",
]  # fmt: skip

if __name__ == "__main__":
    cases = []
    for template in TEMPLATES:
        rendered, _ = render_jinja_template([MESSAGES], chat_template=template, add_generation_prompt=True)
        cases.append({"template": template, "text": rendered[0]})
    oracle = f"transformers {version('transformers')}, jinja2 {version('jinja2')}"
    golden = {"oracle": oracle, "messages": MESSAGES, "cases": cases}
    (Path(sys.argv[1]) / "chat-templates.json").write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n")
