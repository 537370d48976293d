import { readFileSync } from 'node:fs';
import { GeodesicError } from '@geodesic/compiler';
import { expect, test } from 'vitest';
import { applyChatTemplate, type ChatMessage } from './chat-template.js';
import { sharedGolden } from './testing/tokenizer-goldens.js';

const chatMl = `{{ bos_token }}{% for message in messages %}
{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}
{% endfor %}
{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}`;

test('writes a conversation out', () => {
  const messages = [{ role: 'user', content: 'Hi' }];
  const turns = '<|im_start|>user\nHi<|im_end|>\n';
  expect(applyChatTemplate(chatMl, messages).replaceAll('\n\n', '\n')).toBe(
    `${turns}<|im_start|>assistant\n`,
  );
  const closed = applyChatTemplate(chatMl, messages, { addGenerationPrompt: false, bosToken: '<s>' });
  expect(closed.replaceAll('\n\n', '\n')).toBe(`<s>${turns}`);
});

interface TemplateGoldens {
  readonly messages: readonly ChatMessage[];
  readonly cases: readonly { readonly template: string; readonly text: string }[];
}

/** What transformers writes (test/oracle/chat_templates.py). */
const goldens: TemplateGoldens = JSON.parse(readFileSync(sharedGolden('chat-templates.json'), 'utf8'));

test.each(goldens.cases)('writes what transformers writes: $template', ({ template, text }) => {
  expect(applyChatTemplate(template, goldens.messages)).toBe(text);
});

test('a loop of many jumps is written as soon as one of few', () => {
  const jump = '{% if n == 1 %}{% if n == 2 %}{% continue %}{% endif %}{% endif %}{{ n }}';
  const template = `{% for n in [1, 2] %}${jump.repeat(60)}{% endfor %}`;
  expect(applyChatTemplate(template, [])).toBe('1'.repeat(60) + '2'.repeat(60));
});

test('tools and documents are what is given of them', () => {
  const template = '{% if tools is not none %}{{ tools[0] }}{% endif %}{{ documents }}';
  const variables = { tools: ['t'], documents: 'd' };
  expect(applyChatTemplate(template, [], { variables })).toBe('td');
});

test.each([
  ["{{ '%s-%d' % ('a', 3) }}", /% with anything but numbers/],
  ["{% set f = '%s' %}{{ f % 'a' }}", /% with anything but numbers/],
  ['{% for m in [1] %}{% set x %}{% break %}{% endset %}{% endfor %}', /{% break %} can't be computed/],
  ['{% continue %}', /{% continue %} can't be computed/],
])('what can not be computed is refused: %s', (template, message) => {
  expect(() => applyChatTemplate(template, [])).toThrow(message);
  expect(() => applyChatTemplate(template, [])).toThrow(
    expect.objectContaining({ code: 'chat-template.failed' }),
  );
});

test.each([
  ['a syntax error', '{% for %}'],
  ['an unclosed block', '{% if true %}'],
  ['a call of nothing', '{{ nothing() }}'],
])('%s in the template is one clear line', (_, template) => {
  expect(() => applyChatTemplate(template, [])).toThrow(GeodesicError);
  expect(() => applyChatTemplate(template, [])).toThrow(/^the model's chat template failed: [^\n]*$/);
});

test("the template's own refusal is passed on", () => {
  const template = "{{ raise_exception('System role not supported') }}";
  expect(() => applyChatTemplate(template, [])).toThrow(
    /failed: System role not supported; change the messages/,
  );
});
