import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';

import { serve } from './lsp/server.ts';

// How to talk (IPC, --stdio, --pipe=…, --socket=…) is read from the command line.
serve(createConnection(ProposedFeatures.all));
