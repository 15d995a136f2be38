-- Uses the language server in Neovim with a set-up like a user's, and writes the results as JSON.
-- Arguments are environment variables: SERVER_NODE, SERVER_BUNDLE, PROTO_FILE, OLD_TEXT, NEW_TEXT, OUTPUT.
local result = {}

local function finish()
  local file = assert(io.open(vim.env.OUTPUT, 'w'))
  file:write(vim.fn.json_encode(result))
  file:close()
end

local function lines()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
end

-- Waits for a condition. If it never holds, the output shows what is missing.
local function wait(condition)
  return vim.wait(30000, condition, 5)
end

local ok, failure = pcall(function()
  vim.cmd('edit ' .. vim.fn.fnameescape(vim.env.PROTO_FILE))
  local id = vim.lsp.start_client({
    name = 'proto-compat',
    cmd = { vim.env.SERVER_NODE, vim.env.SERVER_BUNDLE, '--stdio' },
    root_dir = vim.fn.fnamemodify(vim.env.PROTO_FILE, ':h'),
  })
  vim.lsp.buf_attach_client(0, id)
  assert(wait(function()
    local client = vim.lsp.get_client_by_id(id)
    return client ~= nil and client.initialized == true
  end), 'the server did not start')

  local changed = lines():gsub(vim.pesc(vim.env.OLD_TEXT), vim.env.NEW_TEXT)
  vim.api.nvim_buf_set_lines(0, 0, -1, false, vim.split(changed, '\n'))
  assert(wait(function() return #vim.diagnostic.get(0) > 0 end), 'no diagnostics after the edit')
  local diagnostic = vim.diagnostic.get(0)[1]
  result.diagnostic = { line = diagnostic.lnum, column = diagnostic.col, source = diagnostic.source, code = diagnostic.code }

  local position = { line = diagnostic.lnum, character = diagnostic.col }
  local document = { uri = vim.uri_from_bufnr(0) }
  local hovers = vim.lsp.buf_request_sync(0, 'textDocument/hover', { textDocument = document, position = position }, 30000)
  result.hover = hovers[id].result.contents.value
  local answers = vim.lsp.buf_request_sync(0, 'textDocument/codeAction', {
    textDocument = document,
    range = { start = position, ['end'] = position },
    context = { diagnostics = {} },
  }, 30000)
  local action = answers[id].result[1]
  result.action = action.title
  vim.lsp.util.apply_workspace_edit(action.edit, 'utf-16')
  result.settled = wait(function() return #vim.diagnostic.get(0) == 0 end)
  result.text = lines()
end)
if not ok then result.failure = failure end
finish()
