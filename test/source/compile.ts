import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createFileRegistry, fromBinary, type DescFile } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import ts from 'typescript';
import { GOPATH, goEnvironment } from '../golang.ts';
import { protoc, protocInclude, type Texts } from '../protoc.ts';
import type { SourcePair } from './pairs.ts';
import { prostProgram, rustProtobufProgram } from './rust-programs.ts';
import { buildGenerators, type Rust } from './rust.ts';
import {
  esProgram,
  goProgram,
  goServiceProgram,
  pythonProgram,
  tsProtoProgram,
  type Generator,
  type RustGenerator,
} from './programs.ts';

const ROOT = path.resolve('.');

/** The program of each generator, and the Debian packages to install. */
const PLUGINS: Readonly<Record<Generator, { readonly program: string; readonly packages: string }>> = {
  'protoc-gen-go': { program: '/usr/bin/protoc-gen-go', packages: 'protoc-gen-go and golang-google-protobuf-dev' },
  'protoc-gen-go-grpc': {
    program: '/usr/bin/protoc-gen-go-grpc',
    packages: 'protoc-gen-go-grpc and golang-google-grpc-dev',
  },
  'go-ttrpc': {
    program: '/usr/bin/protoc-gen-gogottrpc',
    packages: 'gogottrpc and golang-github-containerd-ttrpc-dev',
  },
  // The generator is part of protoc, and its output needs a runtime of the same version.
  python: { program: '/usr/bin/protoc', packages: 'protobuf-compiler and python3-protobuf' },
  'protobuf-es': { program: path.join(ROOT, 'node_modules/.bin/protoc-gen-es'), packages: '' },
  'ts-proto': { program: path.join(ROOT, 'node_modules/.bin/protoc-gen-ts_proto'), packages: '' },
};

/** The Debian packages to install; undefined if the generator is installed. */
export function missingPackages(generator: Generator): string | undefined {
  return existsSync(PLUGINS[generator].program) ? undefined : PLUGINS[generator].packages;
}

/** The errors of a program that uses the old generated code, compiled with the old code (there should be none) and with the new code. */
export interface Compiled {
  readonly old: readonly string[];
  readonly new: readonly string[];
}

/**
 * Generates the code of both sides of all pairs, and compiles the program for the old side with each.
 * @returns one result per pair, in the same order
 */
export function compilePairs(pairs: readonly SourcePair[], generator: Generator | RustGenerator): Compiled[] {
  const cache = path.join(ROOT, '.cache');
  mkdirSync(cache, { recursive: true });
  // Inside the checkout, its node_modules are found.
  const folder = mkdtempSync(path.join(cache, 'source-'));
  try {
    return new Compilation(folder, pairs).compile(generator);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const RUN_PYTHON = `
import importlib, json, sys
for program in json.load(sys.stdin):
    errors = []
    try:
        a = importlib.import_module(program['module'])
        for line in program['lines']:
            try:
                exec(line, {'a': a})
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                errors.append(f'{line}: {error!r}')
    except ImportError as error:
        errors.append(repr(error))
    print(json.dumps(errors))
`;

const SIDES = ['old', 'new'] as const;
type Side = (typeof SIDES)[number];

class Compilation {
  readonly #folder: string;
  readonly #pairs: readonly SourcePair[];
  readonly #paths: string[] = [];
  readonly #files: (path: string) => DescFile;

  constructor(folder: string, pairs: readonly SourcePair[]) {
    this.#folder = folder;
    this.#pairs = pairs;
    for (const [index, pair] of pairs.entries())
      for (const side of SIDES)
        for (const [name, text] of Object.entries<string>(pair[side] satisfies Texts)) {
          const at = `${pairName(index, side)}/${name}`;
          this.#write(`proto/${at}`, text.replaceAll('PAIR', pairName(index, side)));
          this.#paths.push(at);
        }
    this.#protoc(['--include_imports', `--descriptor_set_out=${folder}/set.binpb`]);
    const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(`${folder}/set.binpb`)));
    this.#files = (at) => {
      const file = registry.getFile(at);
      if (file === undefined) throw new Error(`no ${at}`);
      return file;
    };
  }

  compile(generator: Generator | RustGenerator): Compiled[] {
    switch (generator) {
      case 'protobuf-es':
        this.#generate(generator, ['--x_opt=target=ts']);
        return this.#typescript(generator, (file, module) => esProgram(file, `${module}_pb`));
      case 'ts-proto':
        this.#generate(generator, []);
        return this.#typescript(generator, tsProtoProgram);
      case 'protoc-gen-go':
        this.#generate(generator, [], 'src');
        return this.#go(generator, goProgram);
      case 'protoc-gen-go-grpc':
        this.#generate('protoc-gen-go', [], 'src', generator);
        this.#generate(generator, [], 'src');
        return this.#go(generator, (file, at, name) => goServiceProgram(file, at, name, 'grpc'));
      case 'python':
        return this.#python();
      case 'prost':
        return this.#prost();
      case 'rust-protobuf':
        return this.#rustProtobuf();
      case 'go-ttrpc':
        // This generator accepts only one package at a time.
        for (const side of SIDES)
          for (const index of this.#pairs.keys())
            this.#generate(generator, ['--x_opt=plugins=ttrpc'], 'src', generator, pairName(index, side));
        return this.#go(generator, (file, at, name) => goServiceProgram(file, at, name, 'ttrpc'));
    }
  }

  #write(at: string, text: string): void {
    const file = path.join(this.#folder, at);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  #protoc(args: readonly string[], only = '', program = protoc): void {
    const paths = this.#paths.filter((at) => only === '' || at.startsWith(`${only}/`));
    const { status, stderr } = spawnSync(program, ['-Iproto', `-I${protocInclude}`, ...args, ...paths], {
      cwd: this.#folder,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
  }

  /**
   * @param below the subfolder of the output folder to write into; empty for the output folder itself
   * @param into the generator whose output folder is used
   * @param only the only folder of `.proto` files to use; empty for all
   */
  #generate(
    generator: Generator,
    options: readonly string[],
    below = '',
    into: Generator = generator,
    only = '',
  ): void {
    const out = path.join(this.#folder, into.replaceAll(/\W/g, ''), below);
    mkdirSync(out, { recursive: true });
    this.#protoc([`--plugin=protoc-gen-x=${PLUGINS[generator].program}`, `--x_out=${out}`, ...options], only);
  }

  /** For each file of a pair's old side, two programs that use the same elements: one to compile with each side's generated code. */
  #programs(index: number): readonly { readonly side: Side; readonly file: DescFile; readonly name: string }[] {
    const pair = this.#pairs[index];
    return SIDES.flatMap((side) =>
      Object.keys(pair?.old ?? {}).map((name) => ({
        side,
        file: this.#files(`${pairName(index, 'old')}/${name}`),
        name: name.replace('.proto', ''),
      })),
    );
  }

  #typescript(generator: Generator, write: (file: DescFile, module: string) => string): Compiled[] {
    const home = path.join(this.#folder, generator.replaceAll(/\W/g, ''));
    const programs = this.#pairs.map((_, index) =>
      this.#programs(index).map(({ side, file, name }) => {
        const at = path.join(home, `${pairName(index, side)}.${name}.ts`);
        writeFileSync(at, write(file, `./${pairName(index, side)}/${name}`));
        return { side, at };
      }),
    );
    // Code of ts-proto imports rxjs, of which only a type is needed.
    const rxjs = path.join(home, 'rxjs.d.ts');
    writeFileSync(rxjs, "declare module 'rxjs' { export interface Observable<T> { readonly value: T } }\n");
    const program = ts.createProgram([rxjs, ...programs.flat().map(({ at }) => at)], {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      types: ['node'],
    });
    const errorsOf = (of: readonly { readonly side: Side; readonly at: string }[], side: Side): string[] =>
      of
        .filter((each) => each.side === side)
        .flatMap(({ at }) => {
          const source = program.getSourceFile(at);
          return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
        })
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
    return programs.map((each) => ({ old: errorsOf(each, 'old'), new: errorsOf(each, 'new') }));
  }

  #python(): Compiled[] {
    const home = path.join(this.#folder, 'python');
    mkdirSync(home);
    this.#protoc([`--python_out=${home}`], '', PLUGINS.python.program);
    const programs = this.#pairs.map((_, index) =>
      this.#programs(index).map(({ side, file, name }) => ({
        side,
        module: `${pairName(index, side)}.${name}_pb2`,
        lines: pythonProgram(file),
      })),
    );
    const { status, stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', RUN_PYTHON], {
      cwd: home,
      input: JSON.stringify(programs.flat()),
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    const printed = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as string[]);
    const ofSide = (of: readonly { readonly side: Side; readonly module: string }[], side: Side): string[] =>
      of.flatMap((each) => (each.side === side ? (printed[programs.flat().indexOf(each as never)] ?? []) : []));
    return programs.map((each) => ({ old: ofSide(each, 'old'), new: ofSide(each, 'new') }));
  }

  /** prost writes one file for each package and names it after the package. */
  #prost(): Compiled[] {
    const rust = buildGenerators(ROOT);
    const home = path.join(this.#folder, 'prost');
    mkdirSync(home);
    rust.runProst(`${this.#folder}/set.binpb`, home);
    return this.#rust(rust, (index, side) => {
      const at = path.join(home, `${pairName(index, side)}.k.rs`);
      if (!existsSync(at)) return undefined;
      const programs = this.#programs(index).filter((each) => each.side === side);
      return [`#[path = "${at}"] pub mod a;`, ...programs.map(({ file }) => prostProgram(file))].join('\n');
    });
  }

  /** rust-protobuf writes one file for each `.proto` file, without its folder, so each side of a pair gets a folder. */
  #rustProtobuf(): Compiled[] {
    const rust = buildGenerators(ROOT);
    const folderOf = (index: number, side: Side): string =>
      path.join(this.#folder, 'rust-protobuf', pairName(index, side));
    for (const side of SIDES)
      for (const index of this.#pairs.keys()) {
        mkdirSync(folderOf(index, side), { recursive: true });
        this.#protoc(
          [`--plugin=protoc-gen-x=${rust.plugin}`, `--x_out=${folderOf(index, side)}`],
          pairName(index, side),
        );
      }
    return this.#rust(rust, (index, side) => {
      const modules = readdirSync(folderOf(index, side))
        .filter((name) => name !== 'mod.rs')
        .map((name) => `#[path = "${path.join(folderOf(index, side), name)}"] pub mod ${name.replace('.rs', '')};`);
      const programs = this.#programs(index)
        .filter((each) => each.side === side)
        .map(
          ({ file, name }, at) =>
            `pub mod program${String(at)} { use crate::${name}; ${rustProtobufProgram(file, name)} }`,
        );
      return [...modules, ...programs].join('\n');
    });
  }

  /** @param write the program with one side's code; undefined if nothing was generated for its package */
  #rust(rust: Rust, write: (index: number, side: Side) => string | undefined): Compiled[] {
    const compiled = (index: number, side: Side): readonly string[] => {
      const text = write(index, side);
      if (text === undefined) return ['the package is missing'];
      const at = path.join(this.#folder, `${pairName(index, side)}.rs`);
      writeFileSync(at, text);
      return rust.compile(at);
    };
    return this.#pairs.map((_, index) => ({ old: compiled(index, 'old'), new: compiled(index, 'new') }));
  }

  #go(generator: Generator, write: (file: DescFile, importPath: string, name: string) => string): Compiled[] {
    const home = path.join(this.#folder, generator.replaceAll(/\W/g, ''));
    const packages = this.#pairs.map((_, index) =>
      SIDES.map((side) => {
        const name = `program${pairName(index, side)}`;
        const importPath = `${pairName(index, side)}/agent`;
        const isThere = existsSync(path.join(home, 'src', importPath));
        for (const { side: of, file, name: part } of this.#programs(index))
          if (of === side && isThere)
            this.#write(
              path.relative(this.#folder, path.join(home, 'src', name, `${part}.go`)),
              write(file, importPath, name),
            );
        return { name, isThere };
      }),
    );
    const names = packages.flat().flatMap(({ name, isThere }) => (isThere ? [name] : []));
    const { stderr } = spawnSync('go', ['build', '-gcflags=-e', ...names], {
      cwd: home,
      env: goEnvironment(`${home}:${GOPATH}`),
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    // Errors are below a line `# path` of their package.
    const errors = new Map(
      stderr
        .split(/^# /m)
        .slice(1)
        .map((part) => {
          const [name = '', ...lines] = part.trim().split('\n');
          return [name, lines];
        }),
    );
    const others = [...errors].filter(([name]) => !name.startsWith('program'));
    if (others.length > 0 || (errors.size === 0 && stderr !== '')) throw new Error(stderr);
    return packages.map(([old, edited]) => ({ old: errorsOf(old), new: errorsOf(edited) }));

    function errorsOf(built: { readonly name: string; readonly isThere: boolean } | undefined): readonly string[] {
      if (built?.isThere !== true) return ['the package is missing'];
      return errors.get(built.name) ?? [];
    }
  }
}

function pairName(index: number, side: Side): string {
  return `p${String(index)}${side}`;
}
