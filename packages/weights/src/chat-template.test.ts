import { GeodesicError } from '@geodesic/compiler';
import { expect, test } from 'vitest';
import { applyChatTemplate } from './chat-template.js';

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
