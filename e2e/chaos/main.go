// Command chaos lets things go wrong at random, on a real control plane: writes of the
// ConfigMap, the deaths of the webhook, the API server and etcd, pods that crash, nodes that
// come and go or are broken from the start, and others who write the workloads. All the time it
// watches that only one layer of DNS is restarted at once and, where pods are pinned, that none
// mounts what was not staged for it. At the end both run what is stored.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "chaos:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	o := options{Output: stdout}
	flags := flag.NewFlagSet("chaos", flag.ContinueOnError)
	flags.DurationVar(&o.Duration, "duration", 15*time.Minute, "how `long` things go wrong")
	flags.Uint64Var(&o.Seed, "seed", uint64(time.Now().Unix()), "`number` that decides what goes wrong; the same does the same things in the same order")
	flags.IntVar(&o.Nodes, "nodes", 3, "`number` of nodes, 3 at least")
	flags.IntVar(&o.Broken, "broken", 0, "`number` of nodes more, on which node-local-dns never starts")
	flags.BoolVar(&o.Pinned, "pinned", false, "install deploy/pinned: pods load copies of what was staged for them")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	return unleash(ctx, o)
}
