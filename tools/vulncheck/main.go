// Command vulncheck tells whether a program calls a function with a known vulnerability, by
// govulncheck and the Go team's database. The database comes as a module, so nothing is needed
// that the go command cannot get. It exits with 1 when there is such a call.
//
//	go run -C tools/vulncheck . -C ../.. ./cmd/...
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"golang.org/x/vuln/scan"
)

// pinned is the state of the database that CI checks against, so that the same commit passes
// or fails each time. The version has the date: update it often.
const pinned = "v0.0.0-20261105234957-e22db6528018"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "vulncheck:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("vulncheck", flag.ContinueOnError)
	flags.SetOutput(stderr)
	folder := flags.String("C", ".", "`folder` of the module that is checked")
	version := flags.String("database", pinned, "`version` of the module "+databaseModule+", or latest")
	if err := flags.Parse(args); err != nil {
		return err
	}
	database, err := openDatabase(ctx, *version)
	if err != nil {
		return err
	}
	defer database.close()
	fmt.Fprintf(stdout, "database %s: %d vulnerabilities\n", database.version, database.size)

	var report bytes.Buffer
	cmd := scan.Command(ctx, append([]string{"-C", *folder, "-db", "file://" + database.folder, "-format", "json", "-scan", "symbol"}, flags.Args()...)...)
	cmd.Stdout, cmd.Stderr = &report, stderr
	if err := errors.Join(cmd.Start(), cmd.Wait()); err != nil {
		return err
	}
	return judge(&report, stdout)
}
