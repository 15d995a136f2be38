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

/** The errors of a program for the old generated code, compiled with the old and with the new code. */
export interface Compiled {
  readonly old: readonly string[];
  readonly new: readonly string[];
}

/** Compiles a program for the old side of each pair with the generated code of both sides. The results are in the order of the pairs. */
export function compilePairs(pairs: readonly SourcePair[], generator: Generator | RustGenerator): Compiled[] {
  const cache = path.join(ROOT, '.cache');
  mkdirSync(cache, { recursive: true });
  // In the checkout, TypeScript finds node_modules.
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
        this.#generate(generator, this.#home(generator), ['--x_opt=target=ts']);
        return this.#typescript(generator, (file, module) => esProgram(file, `${module}_pb`));
      case 'ts-proto':
        this.#generate(generator, this.#home(generator));
        return this.#typescript(generator, tsProtoProgram);
      case 'protoc-gen-go':
        this.#generate(generator, this.#goSources(generator));
        return this.#go(generator, goProgram);
      case 'protoc-gen-go-grpc':
        this.#generate('protoc-gen-go', this.#goSources(generator));
        this.#generate(generator, this.#goSources(generator));
        return this.#go(generator, (file, at, name) => goServiceProgram(file, at, name, 'grpc'));
      case 'go-ttrpc':
        // This generator accepts only one package at a time.
        for (const side of SIDES)
          for (const index of this.#pairs.keys())
            this.#generate(
              generator,
              this.#goSources(generator),
              ['--x_opt=plugins=ttrpc'],
              this.#pathsOf(pairName(index, side)),
            );
        return this.#go(generator, (file, at, name) => goServiceProgram(file, at, name, 'ttrpc'));
      case 'python':
        return this.#python();
      case 'prost':
        return this.#prost();
      case 'rust-protobuf':
        return this.#rustProtobuf();
    }
  }

  #home(generator: Generator): string {
    return path.join(this.#folder, generator.replaceAll(/\W/g, ''));
  }

  #goSources(generator: Generator): string {
    return path.join(this.#home(generator), 'src');
  }

  #write(at: string, text: string): void {
    const file = path.join(this.#folder, at);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  #generate(
    generator: Generator,
    out: string,
    options: readonly string[] = [],
    paths: readonly string[] = this.#paths,
  ): void {
    mkdirSync(out, { recursive: true });
    this.#protoc([`--plugin=protoc-gen-x=${PLUGINS[generator].program}`, `--x_out=${out}`, ...options], paths);
  }

  #protoc(args: readonly string[], paths: readonly string[] = this.#paths, program = protoc): void {
    const { status, stderr } = spawnSync(program, ['-Iproto', `-I${protocInclude}`, ...args, ...paths], {
      cwd: this.#folder,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
  }

  #pathsOf(folder: string): readonly string[] {
    return this.#paths.filter((at) => at.startsWith(`${folder}/`));
  }

  /** Two programs for each file of a pair's old side: one for each side's generated code. Both use the old elements. */
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
    const home = this.#home(generator);
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
    const errorsIn = (at: string): string[] => {
      const source = program.getSourceFile(at);
      return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
        ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '),
      );
    };
    return programs.map((each) => bySide(each.map(({ side, at }) => ({ side, errors: errorsIn(at) }))));
  }

  #python(): Compiled[] {
    const home = this.#home('python');
    mkdirSync(home);
    this.#protoc([`--python_out=${home}`], this.#paths, PLUGINS.python.program);
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
    const lines = stdout.trimEnd().split('\n').values();
    return programs.map((each) =>
      bySide(each.map(({ side }) => ({ side, errors: JSON.parse(String(lines.next().value)) as string[] }))),
    );
  }

  /** prost writes one file for each package. */
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

  /** rust-protobuf leaves out the folders of `.proto` files, so each side of a pair gets a folder of its own. */
  #rustProtobuf(): Compiled[] {
    const rust = buildGenerators(ROOT);
    const folderOf = (index: number, side: Side): string =>
      path.join(this.#folder, 'rust-protobuf', pairName(index, side));
    for (const side of SIDES)
      for (const index of this.#pairs.keys()) {
        mkdirSync(folderOf(index, side), { recursive: true });
        this.#protoc(
          [`--plugin=protoc-gen-x=${rust.plugin}`, `--x_out=${folderOf(index, side)}`],
          this.#pathsOf(pairName(index, side)),
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
    const home = this.#home(generator);
    const sources = this.#goSources(generator);
    const packages = this.#pairs.map((_, index) =>
      SIDES.map((side) => {
        const name = `program${pairName(index, side)}`;
        const importPath = `${pairName(index, side)}/agent`;
        const isGenerated = existsSync(path.join(sources, importPath));
        const programs = isGenerated ? this.#programs(index).filter((each) => each.side === side) : [];
        for (const { file, name: part } of programs)
          this.#write(
            path.relative(this.#folder, path.join(sources, name, `${part}.go`)),
            write(file, importPath, name),
          );
        return { side, name, isGenerated };
      }),
    );
    const errors = buildGoPackages(
      packages.flat().flatMap(({ name, isGenerated }) => (isGenerated ? [name] : [])),
      home,
    );
    return packages.map((each) =>
      bySide(
        each.map(({ side, name, isGenerated }) => ({
          side,
          errors: isGenerated ? (errors.get(name) ?? []) : ['the package is missing'],
        })),
      ),
    );
  }
}

/**
 * The errors of each package that does not compile.
 * @throws if anything else fails, such as generated code
 */
function buildGoPackages(names: readonly string[], home: string): ReadonlyMap<string, readonly string[]> {
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
  const others = [...errors.keys()].filter((name) => !names.includes(name));
  if (others.length > 0 || (errors.size === 0 && stderr !== '')) throw new Error(stderr);
  return errors;
}

function bySide(results: readonly { readonly side: Side; readonly errors: readonly string[] }[]): Compiled {
  const errorsOf = (side: Side): string[] => results.flatMap((each) => (each.side === side ? each.errors : []));
  return { old: errorsOf('old'), new: errorsOf('new') };
}

function pairName(index: number, side: Side): string {
  return `p${String(index)}${side}`;
}
