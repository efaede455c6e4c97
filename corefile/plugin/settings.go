package plugin

import "corewarden/corefile"

// Settings are what the plugins of a server block say, as far as others than their grammars
// ask. Each value knows the words that it was read from.
type Settings struct {
	ACLs      []ACL
	Autopath  *Autopath
	Binds     []Bind
	DNS64     *DNS64
	Endpoints []*Endpoint
	Files     []File
	Forwards  []Forward
	GRPC      *GRPC
	Hosts     *Hosts
	// HTTPS is the block's first use, which is the one that counts.
	HTTPS      *HTTPS
	Kubernetes *Kubernetes
	Logs       []Log
	// Named are the zones that plugins were given, where they would serve those of the block without.
	Named    []NamedZone
	Nomad    *Nomad
	Rewrites []Rewrite
	// Root is the folder that names of files are relative to, or "".
	Root string
	// Stores are the uses of plugins whose records are kept outside of the Corefile.
	Stores    []Store
	Taps      []Tap
	Templates []Template
	// TLS is the block's last use, which is the one that counts.
	TLS  *TLS
	TSIG *TSIG
	View *View
}

// A Store is a plugin that answers for zones from records that the text does not hold: files
// of zones, other servers, a cloud.
type Store struct {
	// Token is the name of the plugin.
	Token corefile.Token
	// Zones are those that it answers for, in small letters; a network is one of them.
	Zones []string
	// Fallthrough are the zones of which it hands on the names that it does not know.
	Fallthrough []string
	// File is the path of the zone file as a server opens it; "" where there is no single one.
	File string
}

// A NamedZone is one that a plugin of the block is for.
type NamedZone struct {
	Plugin string
	Token  corefile.Token
	// Name is in small letters; a network is one.
	Name string
}

// A File is one that a plugin reads in the server's pod.
type File struct {
	Plugin string
	// Token holds the name as it was written.
	Token corefile.Token
	// Path is the name of the file, relative to Settings.Root where it is not absolute.
	Path string
}
