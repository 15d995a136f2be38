import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import process from 'node:process';
import { BUF, bufLanguageServer, run } from './programs.mjs';

export function machine() {
  const version = (/** @type {readonly string[]} */ command) => run(command, process.cwd()).output.trim();
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    system: `${process.platform} ${process.arch}`,
    load: loadavg()[0]?.toFixed(1) ?? 'unknown',
    node: process.version,
    git: version(['git', '--version']).replace('git version ', ''),
    buf: version([BUF, '--version']),
    'buf language server': version([bufLanguageServer(), '--version']),
  };
}
