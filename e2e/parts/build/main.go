// Command build fills the cache of parts ahead of the tests, which would otherwise
// keep a person waiting for minutes without a word:
//
//	go run ./e2e/parts/build [part...]
//
// Without arguments it builds all of them.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"corewarden/e2e/parts"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	wanted := parts.All()
	if len(os.Args) > 1 {
		wanted = nil
		for _, name := range os.Args[1:] {
			wanted = append(wanted, parts.Part(name))
		}
	}
	if _, err := parts.Build(ctx, os.Stderr, wanted...); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
