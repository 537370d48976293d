import { spawnSync } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { lockFolder } from './folder-lock.js';

const failing = vi.hoisted(() => ({ turns: false }));
vi.mock('node:fs/promises', async (original) => {
  const actual = await original<typeof import('node:fs/promises')>();
  const readOnly = Object.assign(new Error('EROFS: read-only file system'), { code: 'EROFS' });
  const mkdir = (path: string, options?: Parameters<typeof actual.mkdir>[1]) =>
    failing.turns && path.endsWith('lock.turn') ? Promise.reject(readOnly) : actual.mkdir(path, options);
  return { ...actual, mkdir };
});
afterEach(() => {
  failing.turns = false;
});

/** The id of a process that has ended. */
function endedProcess(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

describe('the lock of a folder', () => {
  it('keeps another run out until it is released', async () => {
    const folder = join(await temporaryFolder(), 'new');
    const lock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toMatchObject({
      code: 'experiment.locked',
      message: expect.stringContaining(`${hostname()} ${process.pid}`),
    });
    await lock.release();
    await (await lockFolder(folder)).release();
  });

  it('is taken over from a process that has ended, by one of several that try', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'lock'), `${hostname()} ${endedProcess()}\n`);
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
    const taken = tries.filter(({ status }) => status === 'fulfilled');
    expect(taken).toHaveLength(1);
    expect(await readFile(join(folder, 'lock'), 'utf8')).toBe(`${hostname()} ${process.pid}\n`);
    await expect(stat(join(folder, 'lock.turn'))).rejects.toThrow();
  });

  it('of another host is left alone', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'lock'), 'elsewhere 1\n');
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'experiment.locked' });
  });

  it('left behind in a folder that can not be written is no other run', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'lock'), `${hostname()} ${endedProcess()}\n`);
    failing.turns = true;
    await expect(lockFolder(folder)).rejects.toMatchObject({
      code: 'experiment.output',
      message: expect.stringContaining('EROFS'),
    });
  });

  it('can not be had where the folder can not be made', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    await expect(lockFolder(join(folder, 'file', 'out'))).rejects.toMatchObject({
      code: 'experiment.output',
    });
  });
});
