import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';

/** Where Debian's packages put Go sources. */
export const GOPATH = '/usr/share/gocode';

/** As Debian's packages are meant to be used: without modules, and so without a network. */
export function goEnvironment(gopath: string): NodeJS.ProcessEnv {
  return { ...process.env, GO111MODULE: 'off', GOPATH: gopath };
}

/** @param gopath where the package is expected */
export function hasGoPackage(importPath: string, gopath = GOPATH): boolean {
  const isGoThere = spawnSync('go', ['version'], { stdio: 'ignore' }).status === 0;
  return isGoThere && existsSync(`${gopath}/src/${importPath}`);
}

/**
 * Compiles a program; what it imports is compiled once for all tests, in Go's own cache.
 * @throws with what the compiler says
 */
export function buildGo(program: string, sources: readonly string[], gopath = GOPATH): void {
  mkdirSync(path.dirname(program), { recursive: true });
  const { status, stderr } = spawnSync('go', ['build', '-o', program, ...sources], {
    env: goEnvironment(gopath),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
}
