// Command playground writes the page on which people try the checker. It runs in the root of
// the repository; "make playground" and tools/release run it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"corewarden/playground/page"
)

func main() {
	output := flag.String("o", "bin/playground.html", "`file` to write")
	version := flag.String("version", "dev", "`version` that the page shows")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := write(ctx, *output, *version)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "playground:", err)
		os.Exit(1)
	}
}

func write(ctx context.Context, output, version string) error {
	text, err := page.Build(ctx, ".", version)
	if err != nil {
		return err
	}
	return os.WriteFile(output, text, 0o644)
}
