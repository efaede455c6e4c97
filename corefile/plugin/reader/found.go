package reader

import "corewarden/corefile"

// Found is what readers took note of in the plugins of a server block.
type Found struct {
	Endpoints []*Endpoint
	Files     []File
	// Named are the zones that plugins were given, where they would serve those of the block without.
	Named []NamedZone
	// Root is the folder that names of files are relative to, or "".
	Root string
	// Stores are the uses of plugins whose records are kept outside of the Corefile.
	Stores []Store
}

// An Endpoint is one use of a plugin that serves HTTP for the whole process.
type Endpoint struct {
	// Token is the name of the plugin.
	Token corefile.Token
	// Address is where it listens.
	Address string
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
	// Path is the name of the file, relative to Found.Root where it is not absolute.
	Path string
}
