// Command batch starts CoreDNS 1.12.1 on one configuration after another.
package main

import (
	_ "github.com/coredns/coredns/core/plugin"
	_ "github.com/coredns/coredns/coremain"

	"corewarden/e2e/parts/batch"
)

func main() { batch.Run() }
