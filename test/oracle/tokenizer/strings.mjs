// The strings that tokenizers are compared on: the same on every run, from fixed lists and a seeded generator.

const fixed = [
  '', ' ', '  ', '   ', '       ', '\n', '\n\n', '\n\n\n', '\t', '\t\t', ' \n', '\n ', ' \n \n ', '\r\n', '\r\n\r\n', 'a\r\nb', ' \t ',
  'Hello', ' Hello', 'Hello ', 'Hello world', 'Hello  world', 'Hello   world', 'Hello\nworld', 'Hello\n\n  world', 'hello\tworld',
  '0', '1', '12', '123', '1234', '12345', '1234567890', ' 1', ' 12', ' 123 456', '3.14159', '-1', '1,000,000', '1e-5', '0x1F', '2024-05-01',
  '12:30', 'v1.2.3', 'abc123def', '4th', '½ cup', '²³', '１２３', '٣٤٥', '१२३', 'Ⅷ', '10²⁰', '①②③',
  "I'm", "you're", "he'd", "we'll", "they've", "can't", "it's", "I'M", "YOU'RE", "HE'S", "o'clock", "rock'n'roll", "'s", " 's", "''s", 'don’t', 'I’m',
  "'tis", "'twas the night", "James' book", "'''", 'x\'d', "D'Artagnan", "'reallyLong", "'vex",
  'café', 'cafe\u0301', 'naïve', 'nai\u0308ve', 'Ångström', 'A\u030angstro\u0308m', 'ñ', 'n\u0303', 'Zürich', 'Łódź', 'œuvre', 'ﬁancé', 'İstanbul',
  'e\u0301\u0302\u0303', '\u0301', ' \u0301a', 'Tiếng Việt', 'Việt Nam quê hương tôi',
  '😀', '😀😀', ' 😀', '👍🏽', '👨‍👩‍👧‍👦', '🏳️‍🌈', '🇩🇪🇫🇷', '❤️', '☃', 'a😀b', '1️⃣', '🧑🏿‍🚀 in space', '🤷‍♀️', '\u{1F9FF}', '\u{1FAE8}',
  '你好', '你好，世界！', '我爱北京天安门', '中文 English 混合 123', '漢字かな交じり文', 'こんにちは世界', 'カタカナ', '日本語のテキストです。', '東京都は日本の首都',
  '안녕하세요', '한국어 텍스트', 'ㅋㅋㅋ', '𠮷野家', '㍿', '「引用」', '。。。', '、', '　全角　空白　',
  'مرحبا بالعالم', 'السَّلَامُ عَلَيْكُمْ', 'شكراً ١٢٣', 'שלום עולם', 'שָׁלוֹם', 'नमस्ते दुनिया', 'हिन्दी में पाठ १२३', 'কেমন আছেন', 'தமிழ்', 'ไทยภาษา', 'ភាសាខ្មែរ', 'ქართული', 'Ελληνικά', 'Привет, мир!', 'Ёлка', 'Հայերեն', 'አማርኛ', 'ᏣᎳᎩ', 'မြန်မာ',
  'def f(x):\n    return x + 1\n', 'if (a && b) {\n\treturn c;\n}', 'for (int i = 0; i < 10; ++i) { sum += a[i]; }', '#include <stdio.h>\nint main(void) { return 0; }',
  'const f = async (x) => { await g(`${x}`); };', 'SELECT * FROM t WHERE a = \'b\' AND c >= 10;', '<div class="x">text</div>', '{"a": [1, 2, {"b": null}]}', 'x = y ** 2 // 3 % 4', '    four spaces', '        eight spaces', '\tone tab', '\t\ttwo tabs',
  '  \n    \n  x', 'a\n\n\n\nb', 'a \n b', 'trailing   ', 'trailing\n', 'trailing \n', 'trailing\t', '   \n\n   ', 'line one\n   line two\n\tline three',
  '!', '!!', '!!!', '?!', '...', '…', '--', '—', '–', '$100', '€50', '£3.50', '100%', '#tag', '@name', 'a@b.com', 'https://example.org/a?b=c&d=e#f', 'C:\\path\\file.txt', '/usr/local/bin', '~/.config', 'a_b_c', 'camelCaseName', 'snake_case_name', 'SCREAMING_CASE', 'kebab-case-name', 'UPPER lower MiXeD',
  '(a) [b] {c} <d>', '"quoted"', '“quoted”', '«cité»', '`code`', '**bold** _it_', '- item\n- item', '1. one\n2. two', '| a | b |\n|---|---|', '```python\nprint("hi")\n```', 'a+b=c', 'a≠b', '∑∫√∞', 'x→y', 'α + β', '±5°C', '™®©', '§ 4', '¶', '№ 7', '¿Qué?', '¡Hola!',
  '<|im_start|>', '<|im_end|>', '<|endoftext|>', '<|im_start|>user\nHi<|im_end|>\n', '<|im_start|>system\nYou are a helpful AI assistant.<|im_end|>\n<|im_start|>user\nHello!<|im_end|>\n<|im_start|>assistant\n',
  '<|im_start|><|im_start|>', 'a<|im_end|>b', ' <|im_end|> ', '<|im_end', '<|im_end|', '|im_end|>', '<|im_<|im_end|>', '<|unknown|>', '<repo_name>x<file_sep>y', '<filename>a.py', '<gh_stars>10', '<issue_start>', '<jupyter_script>', '<empty_output>', '<s>', '</s>', '<unk>', '<0x0A>', '<|endoftext|><|endoftext|>', '\n<|im_start|>\n', '<|IM_START|>',
  '\u0000', 'a\u0000b', '\u0007', '\u001b[31mred\u001b[0m', '\u007f', '\u0085', '\u00a0', 'a\u00a0b', '\u2028', '\u2029', 'a\u2028b', '\u200b', 'a\u200bb', '\u200d', '\ufeff', '\ufeffBOM', '\u202eabc', '\u3000', '\u180e', '\ue000', '\ufffd', '\u{10ffff}', '\u{e0001}', '\uffff', '\u0378', ' \u00a0 ', '\u2003em\u2003space', '\u00ad', '\u2060',
  'The quick brown fox jumps over the lazy dog.', 'THE QUICK BROWN FOX', 'supercalifragilisticexpialidocious', 'antidisestablishmentarianism', 'Pneumonoultramicroscopicsilicovolcanoconiosis', 'a', 'b c d e f', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'abababababababab', 'hahahahaha', 'zzzzzzzz', 'lol!!!!!!1', 'Wait... what?!', 'e.g. i.e. etc.', 'Mr. Smith went to Washington, D.C., on Jan. 5, 2020.',
  'It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness.', 'Call me Ishmael. Some years ago—never mind how long precisely—having little or no money in my purse…',
  'In 1492, Columbus sailed 3 ships; in 1969, 2 men walked on the Moon.', 'The answer is 42.', 'F = ma; E = mc²', 'H₂O and CO₂', 'pH 7.4', '5×10⁻³', '½', '1/2', '6:45pm', '+1 (555) 010-9999', 'ISBN 978-3-16-148410-0',
  '▁', '▁▁', 'a▁b', '▁Hello', 'Ġ', 'Ċ', 'Ġhello', '##ing', ' ▁ ', '__proto__', 'constructor', 'toString', 'hasOwnProperty',
];

const pieces = [
  'the', 'The', ' model', 'token', ' of', '123', '7', ' 42', '.', ',', '!', ' ', '  ', '    ', '\n', '\n\n', '\t', "'s", "'ll", '’s', '(', ')', '"', 'é', 'e\u0301', 'ß', 'ж', 'Я', '你', '好', '日本', 'の', '한', 'ع', 'ا', 'ह', 'ि', '😀', '👨‍👩‍👧', '🏽', '\u200d', '\u00a0', '\u3000', '<|im_start|>', '<|im_end|>', '<|', '|>', '_', '-', '=', '==', '//', '{', '}', ';', '\r\n', 'ing', 'un', 'A', 'z', '٣', '½', '\u0301', 'Ⅳ', '€', '∑', '\u0000', '▁',
];

/** Mulberry32. */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function mixed(count, seed) {
  const next = random(seed);
  return Array.from({ length: count }, () =>
    Array.from({ length: 2 + Math.floor(next() * 14) }, () => pieces[Math.floor(next() * pieces.length)]).join(''),
  );
}

export const strings = [...fixed, ...mixed(400, 1)];
