import { main } from './cli/main.ts';

void main(process.argv.slice(2)).then((code) => {
  // Not process.exit: output may still be on its way through a pipe.
  process.exitCode = code;
});
