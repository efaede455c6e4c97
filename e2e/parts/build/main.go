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
	err := build(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func build(ctx context.Context, names []string) error {
	wanted := parts.All()
	if len(names) > 0 {
		wanted = nil
		for _, name := range names {
			wanted = append(wanted, parts.Part(name))
		}
	}
	_, err := parts.Build(ctx, os.Stderr, wanted...)
	return err
}
