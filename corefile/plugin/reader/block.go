package reader

import (
	"slices"

	"corewarden/corefile"
	"corewarden/corefile/release"
)

// A Block is what a plugin sees of the server block that it stands in and of its server.
type Block struct {
	Release release.Release
	// Report gets what there is to say.
	Report *corefile.Report
	// Zones are the block's zones, as fully qualified domain names. Those that depend on
	// the pod's environment are not among them.
	Zones []string
	// Transports are the transports that the zones are served by, such as "dns" or "tls".
	Transports []string
	// Ports are the ports of the zones, "" for none. Where there are fewer, the rest have none.
	Ports []string
	// Has reports whether the block uses a plugin.
	Has func(plugin string) bool
	// Unnamed tells that the environment names a plugin of the block.
	Unnamed bool
	// Pod is the one that the server runs in.
	Pod Pod
	// Shared is that of the configuration. Where it is nil, every block is by itself.
	Shared *Shared
	// Parsed is that of the verdict. It may be nil.
	Parsed *Parsed
	// Describe gets each property of each block that is read: its name and arguments, and the
	// releases that have it. It may be nil.
	Describe func(name, arguments, since, until string)

	lowered []string // Zones in small letters, once a plugin asked for them
}

// OpensSocket reports whether CoreDNS opens one for the block, which it does for no zone of
// unix://.
func (b *Block) OpensSocket() bool {
	return slices.ContainsFunc(b.Transports, func(transport string) bool { return transport != "unix" })
}
