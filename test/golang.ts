import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';

/** The folder of Go sources in Debian's packages. */
export const GOPATH = '/usr/share/gocode';

/** Uses Debian's packages instead of modules from the network. */
export function goEnvironment(gopath: string): NodeJS.ProcessEnv {
  return { ...process.env, GO111MODULE: 'off', GOPATH: gopath };
}

/** Whether Go and a package are installed. */
export function hasGoPackage(importPath: string, gopath = GOPATH): boolean {
  const isGoThere = spawnSync('go', ['version'], { stdio: 'ignore' }).status === 0;
  return isGoThere && existsSync(`${gopath}/src/${importPath}`);
}

/** @throws with the compiler's messages */
export function buildGo(program: string, sources: readonly string[], gopath = GOPATH): void {
  mkdirSync(path.dirname(program), { recursive: true });
  const { status, stderr } = spawnSync('go', ['build', '-o', program, ...sources], {
    env: goEnvironment(gopath),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
}
