import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A folder of Rust crates, such as Debian's `/usr/share/cargo/registry`. If undefined, nothing in Rust is compiled. */
export const CRATES = process.env['RUST_CRATES'];

/** The generators and the compiler with the libraries that generated code needs. */
export interface Rust {
  /** rust-protobuf's plugin for protoc. */
  readonly plugin: string;
  /** Writes one file for each package. */
  runProst(descriptorSet: string, folder: string): void;
  /** @returns the compiler's errors */
  compile(file: string): readonly string[];
}

let built: Rust | undefined;

/**
 * Builds the generators once.
 * @throws with cargo's messages
 */
export function buildGenerators(root: string): Rust {
  if (CRATES === undefined) throw new Error('RUST_CRATES is not set');
  return (built ??= build(path.join(root, 'test/source/rust'), path.join(root, '.cache/rust'), path.resolve(CRATES)));
}

function build(sources: string, home: string, crates: string): Rust {
  mkdirSync(path.join(home, '.cargo'), { recursive: true });
  cpSync(sources, home, { recursive: true });
  writeFileSync(
    path.join(home, '.cargo/config.toml'),
    `[source.crates-io]\nreplace-with = "folder"\n[source.folder]\ndirectory = ${JSON.stringify(crates)}\n`,
  );
  run('cargo', ['build', '--offline', '--quiet'], home);
  const target = path.join(home, 'target/debug');
  const library = (name: string): string => {
    const file = readdirSync(path.join(target, 'deps')).find((each) =>
      new RegExp(`^lib${name}-[0-9a-f]+\\.rlib$`).test(each),
    );
    if (file === undefined) throw new Error(`cargo built no ${name}`);
    return `${name}=${path.join(target, 'deps', file)}`;
  };
  const libraries = ['prost', 'protobuf'].flatMap((name) => ['--extern', library(name)]);
  const options = ['--edition=2021', '--crate-type=lib', '--emit=metadata', '-Awarnings', '--error-format=short'];
  return {
    plugin: path.join(target, 'protoc-gen-rust'),
    runProst(descriptorSet, folder) {
      run(path.join(target, 'prost-gen'), [descriptorSet, folder], home);
    },
    compile(file) {
      const { status, stderr, error } = spawnSync(
        'rustc',
        [...options, '-L', `dependency=${path.join(target, 'deps')}`, ...libraries, '-o', `${file}.rmeta`, file],
        { encoding: 'utf8' },
      );
      if (status === 0) return [];
      const errors = error === undefined ? stderr.split('\n').filter((line) => line.includes('error')) : [];
      if (errors.length === 0) throw new Error(`rustc: ${error === undefined ? stderr : String(error)}`);
      return errors;
    },
  };
}

function run(program: string, args: readonly string[], cwd: string): void {
  const { status, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program}: ${error === undefined ? stderr : String(error)}`);
}
