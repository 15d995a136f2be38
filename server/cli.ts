import { main } from './cli/main.ts';
import { killGitOnExit } from './git/run.ts';

killGitOnExit();

void main(process.argv.slice(2)).then((code) => {
  // Not `process.exit`, because output may still be in a pipe.
  process.exitCode = code;
});
