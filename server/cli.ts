import { main } from './cli/main.ts';
import { endGitWithUs } from './git/run.ts';

endGitWithUs();

void main(process.argv.slice(2)).then((code) => {
  // Not process.exit: output may still be on its way through a pipe.
  process.exitCode = code;
});
