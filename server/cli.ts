import { main } from './cli/main.ts';
import { killGitOnExit } from './git/run.ts';

killGitOnExit();

void main(process.argv.slice(2)).then((code) => {
  // Not process.exit: output may still be on its way through a pipe.
  process.exitCode = code;
});
