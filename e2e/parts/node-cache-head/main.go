// Command node-cache-head is the DNS server inside the newest node-cache, of June 2026,
// which has no release yet: CoreDNS 1.14.4 with only the plugins that node-cache links,
// and, unlike its releases, with no other in its list of directives.
package main

import (
	"github.com/coredns/coredns/coremain"

	_ "corewarden/e2e/parts/node-cache-head/plugins"
)

func main() { coremain.Run() }
