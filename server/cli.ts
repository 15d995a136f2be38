import { main } from './cli/main.ts';
import { killGitOnExit } from './git/run.ts';

killGitOnExit();

void main(process.argv.slice(2)).then((code) => {
  // `process.exit` would discard output that isn't written to a pipe yet.
  process.exitCode = code;
});
