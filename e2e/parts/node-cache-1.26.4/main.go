// Command node-cache-1.26.4 is the DNS server inside node-cache 1.26.4: CoreDNS
// 1.11.3 with only the plugins that node-cache links. What node-cache adds around
// it (iptables, the dummy interface, the base Corefile's placeholders) does not
// take part in judging a Corefile.
package main

import (
	"github.com/coredns/coredns/coremain"

	_ "corewarden/e2e/parts/node-cache-1.26.4/plugins"
)

func main() { coremain.Run() }
