// Command batch starts the DNS server inside node-cache 1.26.4 on one configuration after another.
package main

import (
	_ "github.com/coredns/coredns/coremain"

	"corewarden/e2e/parts/batch"
	_ "corewarden/e2e/parts/node-cache-1.26.4/plugins"
)

func main() { batch.Run() }
