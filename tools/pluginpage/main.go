// Command pluginpage prints docs/plugins.md. "go generate ./docs" writes it.
package main

import (
	"fmt"

	"corewarden/corefile/explain"
)

func main() { fmt.Print(explain.Page()) }
