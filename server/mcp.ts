export { serve } from './mcp/serve.ts';
