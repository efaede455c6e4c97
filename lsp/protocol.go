package lsp

// The parts of the Language Server Protocol 3.17 that the server speaks, by the names that
// they have there.
type (
	position struct {
		Line      int `json:"line"`
		Character int `json:"character"`
	}
	textRange struct {
		Start position `json:"start"`
		End   position `json:"end"`
	}
	location struct {
		URI   string    `json:"uri"`
		Range textRange `json:"range"`
	}
	textEdit struct {
		Range   textRange `json:"range"`
		NewText string    `json:"newText"`
	}
	markupContent struct {
		Kind  string `json:"kind"`
		Value string `json:"value"`
	}
	documentID struct {
		URI string `json:"uri"`
	}
	documentParams struct {
		TextDocument documentID `json:"textDocument"`
	}
	positionParams struct {
		documentParams
		Position position `json:"position"`
	}

	initializeParams struct {
		Capabilities struct {
			General struct {
				PositionEncodings []encoding `json:"positionEncodings"`
			} `json:"general"`
			TextDocument struct {
				Hover struct {
					ContentFormat []string `json:"contentFormat"`
				} `json:"hover"`
			} `json:"textDocument"`
			Workspace struct {
				DidChangeWatchedFiles struct {
					DynamicRegistration bool `json:"dynamicRegistration"`
				} `json:"didChangeWatchedFiles"`
			} `json:"workspace"`
		} `json:"capabilities"`
	}
	initializeResult struct {
		Capabilities serverCapabilities `json:"capabilities"`
		ServerInfo   serverInfo         `json:"serverInfo"`
	}
	serverInfo struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	serverCapabilities struct {
		PositionEncoding   encoding          `json:"positionEncoding"`
		TextDocumentSync   syncOptions       `json:"textDocumentSync"`
		CompletionProvider struct{}          `json:"completionProvider"`
		Hover              bool              `json:"hoverProvider"`
		Definition         bool              `json:"definitionProvider"`
		References         bool              `json:"referencesProvider"`
		Formatting         bool              `json:"documentFormattingProvider"`
		CodeAction         codeActionOptions `json:"codeActionProvider"`
		Rename             renameOptions     `json:"renameProvider"`
	}
	syncOptions struct {
		OpenClose bool `json:"openClose"`
		Change    int  `json:"change"`
		Save      bool `json:"save"`
	}
	codeActionOptions struct {
		Kinds []string `json:"codeActionKinds"`
	}
	renameOptions struct {
		Prepare bool `json:"prepareProvider"`
	}

	registrationParams struct {
		Registrations []registration `json:"registrations"`
	}
	registration struct {
		ID              string       `json:"id"`
		Method          string       `json:"method"`
		RegisterOptions watchOptions `json:"registerOptions"`
	}
	watchOptions struct {
		Watchers []watcher `json:"watchers"`
	}
	watcher struct {
		GlobPattern string `json:"globPattern"`
	}

	didOpenParams struct {
		TextDocument struct {
			URI     string `json:"uri"`
			Version int    `json:"version"`
			Text    string `json:"text"`
		} `json:"textDocument"`
	}
	didChangeParams struct {
		TextDocument struct {
			URI     string `json:"uri"`
			Version int    `json:"version"`
		} `json:"textDocument"`
		ContentChanges []struct {
			Text string `json:"text"`
		} `json:"contentChanges"`
	}

	publishParams struct {
		URI         string       `json:"uri"`
		Version     int          `json:"version,omitempty"`
		Diagnostics []diagnostic `json:"diagnostics"`
	}
	diagnostic struct {
		Range    textRange `json:"range"`
		Severity int       `json:"severity"`
		Code     string    `json:"code,omitempty"`
		Source   string    `json:"source"`
		Message  string    `json:"message"`
	}

	completionList struct {
		IsIncomplete bool             `json:"isIncomplete"`
		Items        []completionItem `json:"items"`
	}
	completionItem struct {
		Label         string         `json:"label"`
		Kind          int            `json:"kind"`
		Detail        string         `json:"detail,omitempty"`
		Documentation *markupContent `json:"documentation,omitempty"`
		TextEdit      textEdit       `json:"textEdit"`
	}
	hover struct {
		Contents markupContent `json:"contents"`
		Range    textRange     `json:"range"`
	}

	referenceParams struct {
		positionParams
		Context struct {
			IncludeDeclaration bool `json:"includeDeclaration"`
		} `json:"context"`
	}
	renameParams struct {
		positionParams
		NewName string `json:"newName"`
	}
	codeActionParams struct {
		documentParams
		Range   textRange `json:"range"`
		Context struct {
			Only []string `json:"only"`
		} `json:"context"`
	}
	codeAction struct {
		Title       string        `json:"title"`
		Kind        string        `json:"kind"`
		Diagnostics []diagnostic  `json:"diagnostics"`
		IsPreferred bool          `json:"isPreferred"`
		Edit        workspaceEdit `json:"edit"`
	}
	workspaceEdit struct {
		Changes map[string][]textEdit `json:"changes"`
	}
)

// Numbers and words of the protocol.
const (
	syncFull = 1

	severityError   = 1
	severityWarning = 2

	kindModule   = 9
	kindProperty = 10
	kindValue    = 12
	kindFile     = 17

	quickFix     = "quickfix"
	markdown     = "markdown"
	watchedFiles = "workspace/didChangeWatchedFiles"

	codeNotInitialized   = -32002
	codeRequestCancelled = -32800
)
