// Command node-cache-1.26.7 is the DNS server inside node-cache 1.26.7: CoreDNS
// 1.13.1 with only the plugins that node-cache links. What node-cache adds around
// it does not take part in judging a Corefile; node-cache-stand-in, in the folder
// of that name, does that on a real node.
package main

import (
	"github.com/coredns/coredns/coremain"

	_ "corewarden/e2e/parts/node-cache-1.26.7/plugins"
)

func main() { coremain.Run() }
