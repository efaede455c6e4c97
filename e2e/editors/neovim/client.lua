-- Edits the files of a folder with Neovim's own client for language servers, and prints what
-- it gets: nvim --headless -u init.lua -c "luafile client.lua", with FOLDER in the environment.

local folder = vim.env.FOLDER

local function say(...) io.stdout:write(string.format(...), "\n") end

local function place(r) return string.format("%d:%d-%d:%d", r.start.line, r.start.character, r["end"].line, r["end"].character) end

-- await waits until a function returns something, and returns that.
local function await(what, get)
  local result
  if not vim.wait(30000, function()
    result = get()
    return result ~= nil
  end, 10) then
    error("nothing came: " .. what)
  end
  return result
end

local function request(client, buffer, method, params)
  local answer = client.request_sync(method, params, 30000, buffer)
  if not answer or answer.err then error(method .. ": " .. vim.inspect(answer)) end
  return answer.result
end

local function main()
  vim.cmd("edit " .. vim.fn.fnameescape(folder .. "/extra.yaml"))
  local buffer = vim.api.nvim_get_current_buf()
  local client = await("the server", function()
    local _, c = next(vim.lsp.buf_get_clients(buffer))
    return c and c.initialized and c or nil
  end)

  local function problems()
    local all = vim.diagnostic.get(buffer)
    return #all > 0 and all or nil
  end
  local found = await("diagnostics", problems)
  for _, d in ipairs(found) do
    say("extra.yaml: %d:%d-%d:%d %s: %s", d.lnum, d.col, d.end_lnum, d.end_col, d.code or "", d.message)
  end

  vim.api.nvim_win_set_cursor(0, { found[1].lnum + 1, found[1].col })
  local params = vim.lsp.util.make_range_params(0, client.offset_encoding)
  params.context = { diagnostics = {} }
  local actions = request(client, buffer, "textDocument/codeAction", params)
  say("action: %s", actions[1].title)
  vim.lsp.util.apply_workspace_edit(actions[1].edit, client.offset_encoding)
  await("no diagnostics", function() return not problems() or nil end)

  vim.api.nvim_win_set_cursor(0, { found[1].lnum + 1, found[1].col + 2 })
  local here = vim.lsp.util.make_position_params(0, client.offset_encoding)
  local hover = request(client, buffer, "textDocument/hover", here)
  say("hover: %s", vim.split(hover.contents.value, "\n")[1])
  local labels = {}
  for _, item in ipairs(request(client, buffer, "textDocument/completion", here).items) do
    if vim.startswith(item.label, "ca") then table.insert(labels, item.label) end
  end
  say("completion: %s", table.concat(labels, " "))

  vim.api.nvim_win_set_cursor(0, { vim.fn.search("import shared"), 0 })
  vim.cmd("normal! $")
  local snippet = vim.lsp.util.make_position_params(0, client.offset_encoding)
  say("snippet: %s", place(request(client, buffer, "textDocument/definition", snippet)[1].range))
  snippet.newName = "common"
  for _, e in ipairs(request(client, buffer, "textDocument/rename", snippet).changes[snippet.textDocument.uri]) do
    say("renamed: %s %s", place(e.range), e.newText)
  end

  local edits = request(client, buffer, "textDocument/formatting", vim.lsp.util.make_formatting_params())
  vim.lsp.util.apply_text_edits(edits, buffer, client.offset_encoding)
  say("formatted:\n%s", table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n"))
  client.stop()
  await("the end", function() return client.is_stopped() or nil end)
end

local ok, err = pcall(main)
if not ok then io.stderr:write(tostring(err), "\n") end
vim.cmd(ok and "qall!" or "cquit!")
