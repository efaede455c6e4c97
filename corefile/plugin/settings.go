package plugin

import "corewarden/corefile"

// Settings are what the plugins of a server block say, as far as others than their grammars
// ask. Each value knows the words that it was read from.
type Settings struct {
	Binds     []Bind
	Endpoints []*Endpoint
	Files     []File
	Forwards  []Forward
	// HTTPS is the block's first use, which is the one that counts.
	HTTPS *HTTPS
	// Kubernetes are the zones that the plugin kubernetes answers for.
	Kubernetes []string
	Logs       []Log
	// Root is the folder that names of files are relative to, or "".
	Root string
	// TLS is the block's last use, which is the one that counts.
	TLS *TLS
}

// A File is one that a plugin reads in the server's pod.
type File struct {
	Plugin string
	// Token holds the name as it was written.
	Token corefile.Token
	// Path is the name of the file, relative to Settings.Root where it is not absolute.
	Path string
}
