// Command growth looks for texts whose verdict costs more than its share: it makes each part
// of a configuration more, alone and two at a time, counts the work, and fails where that
// grows with the square of the text.
//
//	go run -cover -covermode=atomic -coverpkg=corewarden/corefile/...,corewarden/extraconfig/...,corewarden/e2e/growth ./e2e/growth
//
// Work is how often a block of our code runs, as the counters of Go's coverage tell: the same
// in every run, whatever the machine. The plugins, their uses and properties are those of the
// examples in CoreDNS's own source and in our tests.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"syscall"

	"corewarden/corefile/release"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("growth", flag.ContinueOnError)
	worst := flags.Int("worst", 10, "print this `number` of the worst")
	version := flags.String("coredns", release.NewestCoreDNS, "judge for this `version` of CoreDNS")
	only := flags.String("only", "", "measure only shapes whose name matches this `regexp`")
	if err := flags.Parse(args); err != nil {
		return err
	}
	wanted, err := regexp.Compile(*only)
	if err != nil {
		return err
	}
	r, err := release.CoreDNS(*version)
	if err != nil {
		return err
	}
	pieces, err := gather(ctx, r)
	if err != nil {
		return err
	}
	var all []growth
	for _, s := range shapes(pieces, r) {
		if !wanted.MatchString(s.name) {
			continue
		}
		g, err := measure(s)
		if err != nil {
			return err
		}
		all = append(all, g)
		if g.large > limit {
			fmt.Fprintln(os.Stderr, g)
		}
	}
	slices.SortStableFunc(all, func(a, b growth) int { return cmp.Compare(b.large, a.large) })
	for _, g := range all[:min(*worst, len(all))] {
		fmt.Fprintln(stdout, g)
	}
	bad := 0
	for _, g := range all {
		if g.large > limit {
			bad++
		}
	}
	fmt.Fprintf(stdout, "%d texts of %d grow too fast\n", bad, len(all))
	if bad > 0 {
		return errors.New("the work of a verdict must grow with the text")
	}
	return nil
}
