// Command batch starts the DNS server inside the newest node-cache on one configuration after another.
package main

import (
	_ "github.com/coredns/coredns/coremain"

	"corewarden/e2e/parts/batch"
	_ "corewarden/e2e/parts/node-cache-head/plugins"
)

func main() { batch.Run() }
