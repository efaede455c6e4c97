// Package servers lists the servers that Corewarden is compared with.
package servers

import (
	"slices"

	"corewarden/corefile/release"
	"corewarden/e2e/parts"
)

// A Server is a release of CoreDNS or of node-cache.
type Server struct {
	Name string // by which people choose it, such as coredns-1.15.0
	Part parts.Part
	// Source is the part with the READMEs and tests of the CoreDNS in it, or of one near to that.
	Source parts.Part

	version string
	find    func(version string) (release.Release, error)
}

// All returns all of them, the oldest first.
func All() []Server {
	return []Server{
		{"coredns-1.11.3", parts.CoreDNS1113, parts.CoreDNS1113, "1.11.3", release.CoreDNS},
		{"coredns-1.12.1", parts.CoreDNS1121, parts.CoreDNS1121, "1.12.1", release.CoreDNS},
		{"coredns-1.13.1", parts.CoreDNS1131, parts.CoreDNS1131, "1.13.1", release.CoreDNS},
		{"coredns-1.14.3", parts.CoreDNS1143, parts.CoreDNS1143, "1.14.3", release.CoreDNS},
		{"coredns-1.15.0", parts.CoreDNS1150, parts.CoreDNS1150, "1.15.0", release.CoreDNS},
		{"node-cache-1.26.4", parts.NodeCache1264, parts.CoreDNS1113, "1.26.4", release.NodeCache},
		{"node-cache-1.26.7", parts.NodeCache1267, parts.CoreDNS1131, "1.26.7", release.NodeCache},
		{"node-cache-head", parts.NodeCacheHead, parts.CoreDNS1143, "head", release.NodeCache},
	}
}

// Release returns what Corewarden knows of the server.
func (s Server) Release() (release.Release, error) { return s.find(s.version) }

// Built reports whether the server is one of the parts that all tests have. The others take
// minutes to build.
func (s Server) Built() bool { return slices.Contains(parts.All(), s.Part) }
